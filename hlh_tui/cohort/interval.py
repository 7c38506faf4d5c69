"""95 % intervals of a proportion (limits 0-1), where the cohort looks for them."""

from hlh_tui.review.proportion import clopper_pearson, wilson

__all__ = ["clopper_pearson", "wilson"]
