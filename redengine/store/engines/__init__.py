"""The databases: one module for each, and what they have in common."""
