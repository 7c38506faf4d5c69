"""Training of readers: synthetic cases with known answers, in a study of their own that never meets a real one."""
