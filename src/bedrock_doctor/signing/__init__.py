"""The identity that signs here, as botocore resolves it. Nothing in it keeps or shows a secret."""
