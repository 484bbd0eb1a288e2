"""Charts as inline SVG, drawn by hand: small, quick, and in the colours of the page around them.

Their colours are CSS variables and classes (`kspec/pages/charts/charts.css`), so that one drawing
works in a light page, in a dark one, and as a standalone file. Text in them is real text.
"""
