"""Runs side by side as a page: tables, curves over each other, what their differences show."""
