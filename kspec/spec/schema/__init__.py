"""The JSON Schema of spec files, from the pydantic models and the catalogue, for editors.

It speaks of the file as it is written, before `extends`, blocks, repeats and variables unfold. What
it refuses, `kspec check` refuses; `kspec check` knows more.
"""

from kspec.spec.schema.document import schema
from kspec.spec.schema.text import to_text

__all__ = ["schema", "to_text"]
