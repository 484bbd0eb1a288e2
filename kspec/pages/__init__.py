"""What all pages of kspec share: their style, the rendering of templates, and charts.

It knows nothing about specs and runs.
"""
