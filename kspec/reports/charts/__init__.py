"""Charts of what a run holds: its history, its predictions."""
