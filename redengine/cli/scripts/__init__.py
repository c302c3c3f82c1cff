"""What `run`, `check` and `explain` do: the part that knows the scheduler."""
