"""The commands that follow what happens, and those that send and call."""
