"""What the API's objects are called here: one frozen view for each kind."""

from redengine.client.views.base import Field, View
from redengine.client.views.calendars import CalendarInfo, ClosedDay
from redengine.client.views.commands import CommandInfo, CommandOutcome, WorkerInfo
from redengine.client.views.conditions import ConditionExplanation, Finding
from redengine.client.views.events import ChannelInfo, Event, Record
from redengine.client.views.jobs import ENDED, JobFields, LogRecord, OutputLine
from redengine.client.views.session import (
    AffectedStart,
    Capabilities,
    Change,
    Collision,
    Dependency,
    Forecast,
    Health,
    KeyInfo,
    MovedStart,
    NewKey,
    PredictedStart,
    RuntimeInfo,
    SessionInfo,
    Unpredictable,
    WhatIf,
)
from redengine.client.views.tasks import Explanation, TaskFields, Verdict

__all__ = [
    "ENDED",
    "AffectedStart",
    "CalendarInfo",
    "Capabilities",
    "Change",
    "ChannelInfo",
    "ClosedDay",
    "Collision",
    "CommandInfo",
    "CommandOutcome",
    "ConditionExplanation",
    "Dependency",
    "Event",
    "Explanation",
    "Field",
    "Finding",
    "Forecast",
    "Health",
    "JobFields",
    "KeyInfo",
    "LogRecord",
    "MovedStart",
    "NewKey",
    "OutputLine",
    "PredictedStart",
    "Record",
    "RuntimeInfo",
    "SessionInfo",
    "TaskFields",
    "Unpredictable",
    "Verdict",
    "View",
    "WhatIf",
    "WorkerInfo",
]
