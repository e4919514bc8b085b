"""The layers: which policies bind a request, and what each layer answers (clauses D1-D10)."""
