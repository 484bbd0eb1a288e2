"""Samples and labels: where they come from, how they are split, ordered, and put into batches.

Only `kspec.data.batches`, `kspec.data.augment` and, when one of Keras's data sets is requested,
`kspec.data.sources.keras_datasets` import Keras.
"""
