"""Pictures and labels: where they come from, how they are split, ordered, and put into batches.

Nothing here imports Keras but `kspec.data.batches`, `kspec.data.augment` and, once it is asked for
one of Keras's data sets, `kspec.data.sources.keras_datasets`.
"""
