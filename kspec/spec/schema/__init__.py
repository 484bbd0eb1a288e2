"""The JSON Schema of spec files, from the pydantic models and the catalogue, for editors.

It describes a file as written, before `extends`, blocks, repeats and variables are unfolded.
`kspec check` refuses whatever the schema refuses, and more.
"""

from kspec.spec.schema.document import TITLE, schema
from kspec.spec.schema.text import to_text

__all__ = ["TITLE", "schema", "to_text"]
