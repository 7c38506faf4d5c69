"""The cohort in tables: what was counted, in whom, with the patients behind every cell."""
