"""Trainings in a notebook. Runs, specs and comparisons define their own display."""
