"""The pages on loopback: the same diagnoses, live. They need the extra ``web``."""
