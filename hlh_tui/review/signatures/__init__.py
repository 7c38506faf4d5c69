"""Signatures: readers' keys, what a signature covers, and whether it still holds."""
