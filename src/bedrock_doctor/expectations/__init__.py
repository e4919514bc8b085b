"""What must hold, read from files: expectations, and findings that are put up with."""
