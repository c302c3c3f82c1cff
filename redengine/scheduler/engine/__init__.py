"""The engine: when to look at which task, and what starts."""
