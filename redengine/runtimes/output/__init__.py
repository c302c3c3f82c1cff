"""Output: what jobs print and log, as lines, and the streams that it passes."""
