"""Trainings in a notebook. What runs, specs and comparisons show there is their own affair."""
