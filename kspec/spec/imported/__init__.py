"""Makes a spec of a Keras model file: concise layers, and a recipe for what the file lacks.

Foreign ─ automatic names dropped ─ branches in order ─ folded ► layers and blocks
        ─ recipe ► data and training, from the file or to be changed
"""

from kspec.spec.imported.spec import Imported, make_spec

__all__ = ["Imported", "make_spec"]
