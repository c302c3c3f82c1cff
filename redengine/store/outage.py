"""Outage: the database cannot be used now, and may be usable later."""

from __future__ import annotations


class Outage(Exception):
    """Nothing of the transaction was kept; the same may be tried again.

    Args:
        reason: what is wrong, and what an operator can do.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
