"""The run folder: `runs/NAME/STAMP-HASH8/`, written as a training goes, read for ever after.

Nothing here imports Keras.
"""
