"""Where data can come from; each module has one `read` that gives a `Raw`."""
