"""Packs: one file for one reader, who works offline; what comes back is merged into the study it came from."""
