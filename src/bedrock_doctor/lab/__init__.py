"""A small AWS on loopback, to try and test without an account. It proves nothing about AWS."""
