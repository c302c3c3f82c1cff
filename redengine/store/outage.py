"""Outage: the database cannot be used now, and may be usable later."""

from __future__ import annotations

from typing import Final

OF_PARENT: Final = (
    "was opened by the process from which this one was forked; start the session here to open it, "
    "or ask the other process"
)


class Outage(Exception):
    """Nothing of the transaction was kept, as far as is known; the same may be tried again.

    Args:
        reason: what is wrong, and what an operator can do.
        batch: the name of a batch that may have been committed nevertheless, as the connection
            was lost before the answer came; None where nothing was.
    """

    def __init__(self, reason: str, batch: str | None = None) -> None:
        self.reason = reason
        self.batch = batch
        super().__init__(reason)
