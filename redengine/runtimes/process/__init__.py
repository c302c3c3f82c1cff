"""Worker processes: the runtime, its workers, the wire between, and the guardian."""
