"""A model file of Keras as a spec: terse layers, and a recipe for what the file does not say.

Foreign ─ automatic names dropped ─ branches in order ─ folded ► layers and blocks
        ─ recipe ► data and training, from the file or to be changed
"""

from kspec.spec.imported.spec import Imported, make_spec

__all__ = ["Imported", "make_spec"]
