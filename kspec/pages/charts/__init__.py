"""Charts as inline SVG, drawn by hand: small, quick, and in the colours of the page around them.

Their colours are CSS variables and classes (`kspec/pages/charts/charts.css`), so that one drawing
serves a light page and a dark one, and a file of its own. All text in them is text.
"""
