"""Agreement of the readers: coefficients with their errors, who disagrees where, and how each reader reads."""
