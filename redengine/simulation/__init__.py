"""Simulation: the same scheduler on a virtual clock."""
