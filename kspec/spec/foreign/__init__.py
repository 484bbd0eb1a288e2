"""Reads Keras's model files, of every version, into layers of the language.

    bytes ─ container ► JSON ─ unwrap ► one model ─ structure ► layers and their calls
          ─ classes, arguments, objects ► Keras 3's names ─ network ► a `Foreign`

Nothing here imports Keras, and no code in a file is ever run. Whatever a spec cannot express is
refused by name, all of it at once.
"""

from kspec.spec.foreign.model import Foreign, ForeignInput, Source
from kspec.spec.foreign.read import read_foreign

__all__ = ["Foreign", "ForeignInput", "Source", "read_foreign"]
