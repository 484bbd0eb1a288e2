"""Comparing runs, and what can be concluded from their differences.

Nothing here imports Keras. The statistics use NumPy and a few lines of mathematics: SciPy's take
half a second to import, longer than everything else; the tests compare the two.
"""
