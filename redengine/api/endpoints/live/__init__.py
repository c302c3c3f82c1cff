"""The resources of what is called and followed while the session runs."""
