"""What all pages of kspec have in common: their style, how templates become text, and charts.

It knows nothing of specs and runs.
"""
