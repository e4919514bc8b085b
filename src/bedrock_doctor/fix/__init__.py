"""Policies in the forms in which people put them in place."""
