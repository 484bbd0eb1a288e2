"""Charts as inline SVG, drawn by hand: small, quick, and in the colours of the page around them.

Their colours are CSS variables and classes (`kspec/reports/run_page/templates/style.css`), so that
one drawing serves a light page and a dark one. All text in them is text.
"""
