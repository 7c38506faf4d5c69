"""Charts come in: read, convert, check and load."""
