"""The durable memory of a session: log records, jobs, output, returns, changes.

The only place that knows SQLAlchemy. Names that need it are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from redengine.store.early import open_store
from redengine.store.fields import CHANGE_FIELDS, JOB_FIELDS, LOG_FIELDS
from redengine.store.records import (
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
from redengine.store.writing.writer import Commit

if TYPE_CHECKING:
    from redengine.store.engines.urls import database_kinds, kind_of
    from redengine.store.queries.histories import StoredHistory
    from redengine.store.queries.listing import JsonPage, Page
    from redengine.store.store import Store

_HOMES: Final = {
    "JsonPage": "redengine.store.queries.listing",
    "Page": "redengine.store.queries.listing",
    "Store": "redengine.store.store",
    "StoredHistory": "redengine.store.queries.histories",
    "database_kinds": "redengine.store.engines.urls",
    "kind_of": "redengine.store.engines.urls",
}

__all__ = [
    "CHANGE_FIELDS",
    "CRASH_REASON",
    "JOB_FIELDS",
    "LOG_FIELDS",
    "ChangeEntry",
    "Commit",
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
    "database_kinds",
    "kind_of",
    "open_store",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module 'redengine.store' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)
