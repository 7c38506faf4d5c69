"""What other decisions would make of the cohort's results."""
