"""Errors of a store: a database that cannot be used now, and rows that are damaged."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Damaged = Callable[[str, Mapping[str, Any]], Any]

    """Called with a field's name and its row; what stands in the value's place."""

log = logging.getLogger("redengine.store")

_KEYS: Final = ("job_id", "id", "name", "task", "key")
_MOST_TOLD: Final = 1_000
_told: set[tuple[str, ...]] = set()


def refuse(url: str, table: str) -> Damaged:
    """What to do where single things of a table are read: raise.

    Args:
        url: the store's URL.
        table: the table's name.
    """

    def raise_error(field: str, row: Mapping[str, Any]) -> Any:
        raise StoreError(url, f"{told(table, field, row)}; restore that row from a backup")

    return raise_error


def mark(url: str, table: str) -> Damaged:
    """What to do where a list is read: put a mark in its place, and log it once.

    Args:
        url: the store's URL.
        table: the table's name.
    """

    def put_mark(field: str, row: Mapping[str, Any]) -> dict[str, str]:
        text = told(table, field, row)
        if (url, text) not in _told and len(_told) < _MOST_TOLD:
            _told.add((url, text))
            log.error("store %s: %s", url, text)
        return {"damaged": text}

    return put_mark


def told(table: str, field: str, row: Mapping[str, Any], what: str = "JSON") -> str:
    """Which value is damaged, for a person; not what it is, which may be a secret."""
    key = next((f"{name} {row[name]!r}" for name in _KEYS if row.get(name) is not None), "a row")
    return f"table {table}, {key}: '{field}' is damaged, it is no {what}"


def is_marked(value: object) -> bool:
    """Whether a mark stands in a value's place."""
    return isinstance(value, dict) and value.keys() == {"damaged"}


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
