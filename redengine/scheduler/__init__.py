"""The scheduler: the engine that decides, the jobs, and what is told of both."""
