"""What leaves: the adjudicated data set."""
