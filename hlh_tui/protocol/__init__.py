"""What a study asks: protocols, criteria sets and analytes, as data."""
