"""The live layer: connections that stay open, all on one thread of their own.

The HTTP server answers a request as any other, so that it passes the same door, and hands the
connection over once it has been let in. Nothing of it is imported before somebody follows.
"""
