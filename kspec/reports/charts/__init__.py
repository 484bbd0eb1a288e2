"""Charts of a run's data: its history and its predictions."""
