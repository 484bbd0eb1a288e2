"""The report of a run: one self-contained HTML page.

It is made from the run's folder only, without its data and without a framework.
"""
