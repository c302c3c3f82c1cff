"""The durable memory of a session: log records, jobs, output, returns, changes.

The only place that knows SQLAlchemy. Names that need it are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from redengine.store.early import open_store
from redengine.store.entries import (
    CRASH_REASON,
    ChangeEntry,
    DeleteEntry,
    Entry,
    JobEntry,
    KeyEntry,
    LogEntry,
    OutputEntry,
    ReturnEntry,
    RevertedEntry,
    StateEntry,
    TaskEntry,
)
from redengine.store.fields import CHANGE_FIELDS, JOB_FIELDS, LOG_FIELDS
from redengine.store.ticket import Ticket

if TYPE_CHECKING:
    from redengine.store.listing import JsonPage, Page
    from redengine.store.memories import StoredHistory
    from redengine.store.store import Store
    from redengine.store.urls import database_kinds, kind_of

_HOMES: Final = {
    "JsonPage": "redengine.store.listing",
    "Page": "redengine.store.listing",
    "Store": "redengine.store.store",
    "StoredHistory": "redengine.store.memories",
    "database_kinds": "redengine.store.urls",
    "kind_of": "redengine.store.urls",
}

__all__ = [
    "CHANGE_FIELDS",
    "CRASH_REASON",
    "JOB_FIELDS",
    "LOG_FIELDS",
    "ChangeEntry",
    "DeleteEntry",
    "Entry",
    "JobEntry",
    "JsonPage",
    "KeyEntry",
    "LogEntry",
    "OutputEntry",
    "Page",
    "ReturnEntry",
    "RevertedEntry",
    "StateEntry",
    "Store",
    "StoredHistory",
    "TaskEntry",
    "Ticket",
    "database_kinds",
    "kind_of",
    "open_store",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module 'redengine.store' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)
