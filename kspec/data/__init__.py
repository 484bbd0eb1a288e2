"""Samples and labels: where they come from, how they are split, ordered, and put into batches.

Keras is imported only by what makes batches for it (`kspec.data.batches`, `kspec.data.augment`) and
by `kspec.data.sources.keras_datasets`, when one of Keras's data sets is requested.
"""
