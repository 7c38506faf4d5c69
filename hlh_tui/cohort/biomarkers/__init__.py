"""Analytes of the cohort over time: their change from baseline, compared between groups and within them."""
