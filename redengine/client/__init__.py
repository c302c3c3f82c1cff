"""The Python client of the HTTP API: `Client`, and `AsyncClient` for asyncio.

It knows HTTP only: importing it imports neither the scheduler nor a web framework.

::

    with Client("http://127.0.0.1:5000", api_key="…") as client:
        print(client.tasks["fetch"].run(day="2026-01-01").result(timeout=60))
"""

from redengine.client._generated.channels import Channel, Records
from redengine.client._generated.client import Client
from redengine.client._generated.connection import Listing
from redengine.client._generated.events import Events
from redengine.client._generated.jobs import Job
from redengine.client._generated.tasks import Task
from redengine.client.aio.channels import AsyncChannel, AsyncRecords
from redengine.client.aio.client import AsyncClient
from redengine.client.aio.connection import AsyncListing
from redengine.client.aio.events import AsyncEvents
from redengine.client.aio.jobs import AsyncJob
from redengine.client.aio.tasks import AsyncTask
from redengine.client.filters import Where, where
from redengine.client.views import (
    AffectedStart,
    CalendarInfo,
    Capabilities,
    Change,
    ChannelInfo,
    Collision,
    CommandInfo,
    CommandOutcome,
    Dependency,
    Event,
    Explanation,
    Forecast,
    Health,
    KeyInfo,
    LogRecord,
    MovedStart,
    NewKey,
    OutputLine,
    PredictedStart,
    Record,
    RuntimeInfo,
    SessionInfo,
    Unpredictable,
    Verdict,
    View,
    WhatIf,
    WorkerInfo,
)

__all__ = [
    "AffectedStart",
    "AsyncChannel",
    "AsyncClient",
    "AsyncEvents",
    "AsyncJob",
    "AsyncListing",
    "AsyncRecords",
    "AsyncTask",
    "CalendarInfo",
    "Capabilities",
    "Change",
    "Channel",
    "ChannelInfo",
    "Client",
    "Collision",
    "CommandInfo",
    "CommandOutcome",
    "Dependency",
    "Event",
    "Events",
    "Explanation",
    "Forecast",
    "Health",
    "Job",
    "KeyInfo",
    "Listing",
    "LogRecord",
    "MovedStart",
    "NewKey",
    "OutputLine",
    "PredictedStart",
    "Record",
    "Records",
    "RuntimeInfo",
    "SessionInfo",
    "Task",
    "Unpredictable",
    "Verdict",
    "View",
    "WhatIf",
    "Where",
    "WorkerInfo",
    "where",
]
