"""Everybody who is known, and everything that they may ask for."""
