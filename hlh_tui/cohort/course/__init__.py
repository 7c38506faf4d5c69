"""The courses of the patients side by side: best change, treatment and state over time, criteria over time."""
