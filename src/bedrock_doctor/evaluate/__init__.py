"""The policy engine: one request, all its policies, three values, reasons.

The meaning is written in docs/semantics; the clause ids in this package refer to it.
"""
