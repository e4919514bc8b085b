"""Reads of AWS: one account into a snapshot, with read-only calls alone."""
