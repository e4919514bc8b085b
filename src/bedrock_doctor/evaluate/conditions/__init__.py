"""Condition operators, one file for each family (clauses C1-C8)."""
