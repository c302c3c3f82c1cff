"""The durable memory of a session: log records, jobs, output, returns, changes.

The only place that knows SQLAlchemy.
"""

from __future__ import annotations

from redengine.store.entries import (
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
from redengine.store.listing import JsonPage, Page
from redengine.store.memories import CRASH_REASON, StoredHistory
from redengine.store.store import Store
from redengine.store.tables import CHANGE_FIELDS, JOB_FIELDS, LOG_FIELDS
from redengine.store.ticket import Ticket
from redengine.store.urls import database_kinds, kind_of

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
]
