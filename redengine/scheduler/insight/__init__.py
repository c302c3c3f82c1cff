"""Insight: why, whether it is well, and what was counted."""
