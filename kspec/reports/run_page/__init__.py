"""The report of a run: one HTML page that holds all of itself.

It is made from the run's folder alone, without its data and without a framework.
"""
