"""The command line `redengine`: it drives a session over its HTTP API.

Only `run`, `check` and `explain` need the scheduler, and import it when they are called.
"""
