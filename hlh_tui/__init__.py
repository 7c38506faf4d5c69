"""Review charts of patients with haemophagocytic lymphohistiocytosis, judge response, and analyse the cohort."""

__version__ = "0.1.0"
