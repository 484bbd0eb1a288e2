"""The run folder: `runs/NAME/STAMP-HASH8/`, written while a training runs, and only read after it.

Nothing here imports Keras.
"""
