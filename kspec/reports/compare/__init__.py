"""A page that compares runs: tables, overlaid curves, and what their differences show."""
