"""The scheduler: sessions, the engine that decides, and jobs."""

from typing import cast

from redengine.scheduler.config import SETTINGS, Config
from redengine.scheduler.default import DefaultSession, default_session
from redengine.scheduler.forecast import Forecast
from redengine.scheduler.hooks import HOOKS
from redengine.scheduler.job import Job
from redengine.scheduler.session import Session
from redengine.scheduler.soundness import SuspiciousCondition
from redengine.scheduler.why import TaskExplanation

session = cast("Session", DefaultSession())
"""The default session: the first one made, or made on first use."""

__all__ = [
    "HOOKS",
    "SETTINGS",
    "Config",
    "Forecast",
    "Job",
    "Session",
    "SuspiciousCondition",
    "TaskExplanation",
    "default_session",
    "session",
]
