"""bedrock-doctor: names every barrier of a denied call to Amazon Bedrock."""

__version__ = "0.1.0"
