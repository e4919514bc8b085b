"""From an attempt to its way: every check that AWS would make, in AWS's order, and the gates."""
