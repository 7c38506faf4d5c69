"""Deciding together: where readers differ, settling it, consensus meetings and their minutes."""
