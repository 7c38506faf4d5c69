"""What people decide: decisions, undo, marks, and the state of each case."""
