"""What `run`, `check` and `explain` do: the one part of the command line that knows the scheduler."""
