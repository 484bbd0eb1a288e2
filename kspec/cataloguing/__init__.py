"""Writes the catalogue of `kspec.spec.catalog` from the installed Keras: its classes, functions and
their arguments, from signatures and docstrings, with corrections by hand.

The language itself imports nothing from here, and no framework.
"""
