"""One measurement a module: run as a process of its own, it prints one JSON line."""
