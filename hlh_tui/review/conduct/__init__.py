"""How the study is conducted: people and their roles, phases, locks, and who may do and see what."""
