"""Writing: entries become rows in transactions of many."""
