"""The sources of data; each module has a `read` that returns a `Raw`."""
