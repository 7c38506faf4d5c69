"""What a paper prints against what its study gives: the scorecard, and which printed numbers cannot be."""
