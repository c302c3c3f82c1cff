"""The paths of the resources. This is the one place that has them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

PREFIXES: Final = ("/api/v1", "/api")
"""Every path also stands under each of them."""


def prefix_in(path: str) -> str:
    """Which of `PREFIXES` a path stands under; empty for none."""
    return next((prefix for prefix in PREFIXES if path.startswith(f"{prefix}/")), "")


ROUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "Tasks": ("/tasks",),
    "Task": ("/tasks/<name>", "/task/<name>"),
    "TaskJobs": ("/tasks/<name>/jobs", "/task/<name>/jobs"),
    "TaskWhy": ("/tasks/<name>/why", "/task/<name>/why"),
    "TaskTerminate": ("/tasks/<name>/terminate", "/task/<name>/terminate"),
    "Parameters": ("/parameters",),
    "Parameter": ("/parameters/<name>",),
    "Calendars": ("/calendars",),
    "Calendar": ("/calendars/<name>",),
    "Channels": ("/channels",),
    "Channel": ("/channels/<name>",),
    "ChannelNames": ("/last", "/next", "/state", "/send", "/lookup"),
    "ChannelLast": ("/channels/<name>/last", "/last/<name>"),
    "ChannelLastKey": ("/channels/<name>/last/<key>", "/last/<name>/<key>"),
    "ChannelNext": ("/channels/<name>/next", "/next/<name>"),
    "ChannelNextKey": ("/channels/<name>/next/<key>", "/next/<name>/<key>"),
    "ChannelState": ("/channels/<name>/state", "/state/<name>"),
    "ChannelStateKey": ("/channels/<name>/state/<key>", "/state/<name>/<key>"),
    "ChannelSend": ("/channels/<name>/send", "/send/<name>"),
    "ChannelLookup": ("/channels/<name>/lookup/<id>", "/lookup/<name>/<id>"),
    "RecordLookup": ("/lookup/id/<id>",),
    "Config": ("/config", "/configs"),
    "Session": ("/session",),
    "SessionPause": ("/session/pause",),
    "SessionResume": ("/session/resume",),
    "SessionShutdown": ("/session/shutdown",),
    "SessionRestart": ("/session/restart",),
    "Logs": ("/logs",),
    "Returns": ("/returns",),
    "Dependencies": ("/dependencies",),
    "Jobs": ("/jobs",),
    "Job": ("/jobs/<job_id>",),
    "JobResult": ("/jobs/<job_id>/result",),
    "JobOutput": ("/jobs/<job_id>/output",),
    "JobLogs": ("/jobs/<job_id>/logs",),
    "JobStack": ("/jobs/<job_id>/stack",),
    "JobWait": ("/jobs/<job_id>/wait",),
    "JobPause": ("/jobs/<job_id>/pause",),
    "JobResume": ("/jobs/<job_id>/resume",),
    "JobCancel": ("/jobs/<job_id>/cancel",),
    "JobTerminate": ("/jobs/<job_id>/terminate",),
    "Forecast": ("/forecast",),
    "Commands": ("/commands",),
    "Command": ("/commands/<name>",),
    "CommandCall": ("/commands/<name>/<command_id>",),
    "Workers": ("/workers",),
    "ConditionLint": ("/conditions/lint",),
    "ConditionExplain": ("/conditions/explain",),
    "Changes": ("/changes",),
    "Change": ("/changes/<id>",),
    "ChangeRevert": ("/changes/<id>/revert",),
    "Export": ("/export",),
    "Plan": ("/plan",),
    "Apply": ("/apply",),
    "Runtimes": ("/runtimes",),
    "Runtime": ("/runtimes/<name>",),
    "Capabilities": ("/capabilities",),
    "Health": ("/health",),
    "Liveness": ("/health/live",),
    "Readiness": ("/health/ready",),
    "Metrics": ("/metrics",),
    "Events": ("/events",),
    "EventTickets": ("/events/tickets",),
    "Keys": ("/keys",),
    "Key": ("/keys/<name>",),
}
"""The paths of each resource, the canonical one first."""

PAGES: Final[Mapping[str, str]] = {
    "OpenApi": "/openapi.json",
    "AsyncApi": "/asyncapi.json",
    "Docs": "/docs",
    "Redoc": "/redoc",
    "DocsAsset": "/docs/assets/<file>",
}
"""The paths of the API's own description, which are no resources."""


SOCKETS: Final[Mapping[str, tuple[str, ...]]] = {
    "events": ("/ws", "/stream"),
    "monitor": ("/ws/jobs/<job_id>/monitor", "/ws/flows/<flow_id>/monitor"),
    "debug": ("/ws/jobs/<job_id>/debug",),
}
"""The paths of WebSockets, by what is told on them from the start."""


def no_such_path(
    path: str,
    further: Iterable[str],
    routes: Mapping[str, tuple[str, ...]],
    prefixes: Collection[str],
) -> NotFound:
    """The error for a path that leads nowhere; it names the nearest that leads somewhere.

    Args:
        path: the path.
        further: paths that exist besides those of resources.
        routes: the paths of each resource.
        prefixes: what each of them stands under.
    """
    prefix = prefix_in(path)
    plain = path.removeprefix(prefix)
    under = (prefix,) if prefix in prefixes else prefixes
    alike = [*_filled(path, further)]
    for each in under:
        alike += _filled(plain, itertools.chain(*routes.values()), each)
    alike = [each for each in alike if {".", ".."}.isdisjoint(each.split("/"))]
    is_known_but_for_a_value = path in alike
    return NotFound("path", path, () if is_known_but_for_a_value else alike)


def _filled(path: str, routes: Iterable[str], prefix: str = "") -> Iterator[str]:
    """Every route of as many parts, with this path's own values in the places of names."""
    parts = path.strip("/").split("/")
    for route in routes:
        places = route.strip("/").split("/")
        if len(places) == len(parts):
            filled = (
                part if place.startswith("<") else place
                for place, part in zip(places, parts, strict=True)
            )
            yield f"{prefix}/{'/'.join(filled)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """How resources are carried by one Flask application.

    Attributes:
        routes: the paths of each resource, the canonical one first.
        prefixes: what each path stands under; an empty text is the root.
        envelope: makes the body of an error from the usual one; None: the usual one.
        sockets: the paths of WebSockets, by what is told on them from the start.
        has_pages: whether the API's own description is served.
    """

    routes: Mapping[str, tuple[str, ...]]
    prefixes: tuple[str, ...]
    envelope: Callable[[Exception, dict[str, Any]], dict[str, Any]] | None = None
    sockets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    has_pages: bool = True


BUILT_IN: Final = Binding(routes=ROUTES, prefixes=("", *PREFIXES), sockets=SOCKETS)
"""All resources, as FlaskAPI has them."""
