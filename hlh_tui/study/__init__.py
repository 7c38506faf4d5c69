"""The one study file: opening, guarding, the log, and a patient's chart."""
