"""A small AWS on loopback, for trying and testing without an account. It proves nothing about AWS."""
