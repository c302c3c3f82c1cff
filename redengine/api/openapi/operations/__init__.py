"""What is said of each method of each resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redengine.api.openapi.operations.calendars import CALENDARS
from redengine.api.openapi.operations.channels import CHANNELS
from redengine.api.openapi.operations.commands import COMMANDS
from redengine.api.openapi.operations.conditions import CONDITIONS
from redengine.api.openapi.operations.jobs import JOBS
from redengine.api.openapi.operations.keys import KEYS
from redengine.api.openapi.operations.live import LIVE
from redengine.api.openapi.operations.runtimes import RUNTIMES
from redengine.api.openapi.operations.session import SESSION
from redengine.api.openapi.operations.state import STATE
from redengine.api.openapi.operations.tasks import TASKS
from redengine.api.openapi.operations.values import VALUES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.openapi.operation import Operation

GROUPS: Final[Mapping[str, Mapping[tuple[str, str], Operation]]] = {
    "Tasks": TASKS,
    "Conditions": CONDITIONS,
    "Jobs": JOBS,
    "Values": VALUES,
    "Calendars": CALENDARS,
    "Channels": CHANNELS,
    "Commands": COMMANDS,
    "Runtimes": RUNTIMES,
    "Session": SESSION,
    "Live": LIVE,
    "State": STATE,
    "Keys": KEYS,
}
"""By heading: the operations by the resource's name and the method."""
