"""Runs held against each other, and what may be said of their differences.

Nothing here imports Keras. The statistics are NumPy and a few lines of mathematics: SciPy's take
half a second to import, which is longer than all the rest takes; the tests hold one against the
other.
"""
