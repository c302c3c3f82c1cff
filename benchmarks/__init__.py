"""The benchmark suite: this package beside its peers and beside bare floors, in one run."""

KEY = "a-key-for-the-benchmark-alone"
"""Sent with every request; who does not ask for keys passes over it."""
