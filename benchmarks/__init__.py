"""The benchmark suite: this package beside its peers and beside bare floors, in one run."""
