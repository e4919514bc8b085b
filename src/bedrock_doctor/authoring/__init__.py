"""Policies written for one way: the least that lets it pass, proved before it is shown."""
