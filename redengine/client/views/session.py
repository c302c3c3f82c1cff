"""The session and its parts as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from redengine.client.views.base import Field, View, instant, some_instant, views_of, words


class SessionInfo(View):
    """The session's object.

    Attributes:
        name: what it is called.
        state: initialised, starting, running, paused, stopping or stopped.
        started_at: when it last started.
        uptime: for how many seconds it has run.
        tasks: the names of its tasks.
        config: its configuration.
        parameters: its parameters; secrets are masked.
        returns: the latest return value of each task.
        jobs_active: how many jobs have not ended.
        store: where its memory is kept.
        versions: of the package, Python and the libraries under it.
    """

    __slots__ = ()
    shown = ("name", "state")

    name = Field[str]()
    state = Field[str]()
    started_at = Field(instant)
    uptime = Field[float | None]()
    tasks = Field(words)
    config = Field[Mapping[str, Any]]()
    parameters = Field[Mapping[str, Any]]()
    returns = Field[Mapping[str, Any]]()
    jobs_active = Field[int]()
    store = Field[str]()
    versions = Field[Mapping[str, str]]()


class Health(View):
    """Whether the session is well.

    Attributes:
        status: "healthy" or "unhealthy".
        state: the session's state.
        checks: what was looked at, each with `ok`.
    """

    __slots__ = ()
    shown = ("status", "state")

    status = Field[str]()
    state = Field[str]()
    checks = Field[Mapping[str, Any]]()

    @property
    def is_well(self) -> bool:
        """Whether all checks passed."""
        return self.status == "healthy"


class RuntimeInfo(View):
    """A place in which jobs run.

    Attributes:
        id: its name; the field `runtime_id`.
        kind: thread, process, async or main.
        size: how many jobs run in it at once; 0 where it shares the places of `thread`.
        shared: whether it does.
        running: how many do.
        queued: how many wait for it.
        is_default: whether tasks run here that do not say otherwise.
        tasks: the tasks that run here.
    """

    __slots__ = ()
    shown = ("runtime_id", "kind", "size")

    id = Field[str](key="runtime_id")
    kind = Field[str]()
    size = Field[int]()
    shared = Field[bool]()
    running = Field[int]()
    queued = Field[int]()
    is_default = Field[bool]()
    tasks = Field(words)


class Capabilities(View):
    """What can be submitted to the session, and where it would run.

    Attributes:
        tasks: the tasks, each with the schema of its parameters.
        runtimes: the places with their sizes.
        job_options: what may be asked for with a job.
        limits: what the session refuses to go beyond.
        features: what it can do.
        durable: whether its memory outlives the process.
        versions: of the package, Python and the libraries under it.
    """

    __slots__ = ()
    shown = ("features",)

    tasks = Field[list[Mapping[str, Any]]]()
    runtimes = Field[list[Mapping[str, Any]]]()
    job_options = Field(words)
    limits = Field[Mapping[str, Any]]()
    features = Field(words)
    durable = Field[bool]()
    versions = Field[Mapping[str, str]]()


class KeyInfo(View):
    """An API key, without the key itself.

    Attributes:
        name: what it is called.
        scopes: what it allows: read, run, write, debug, admin.
        tasks: a pattern of the names of the tasks that it is for; None: all.
        commands: the same of commands.
        channels: the same of channels.
        source: where it comes from.
        created_at: when it was made.
        created_by: who made it.
        expires_at: when it ends to be valid; None: never.
        revoked_at: when it was made invalid; None: it was not.
    """

    __slots__ = ()
    shown = ("name", "scopes")

    name = Field[str]()
    scopes = Field(words)
    tasks = Field[str | None]()
    commands = Field[str | None]()
    channels = Field[str | None]()
    source = Field[str]()
    created_at = Field(instant)
    created_by = Field[str | None]()
    expires_at = Field(instant)
    revoked_at = Field(instant)


class NewKey(KeyInfo):
    """An API key that has just been made; its repr does not show it.

    Attributes:
        key: the key itself, which nobody can ask for again.
    """

    __slots__ = ()

    key = Field[str]()


class Change(View):
    """A write request that was made over the API; `change["data"]` is what it asked for.

    Attributes:
        id: its number.
        created: when it was made.
        kind: change, action or refusal.
        resource: what it was put to: Task, Parameters …
        name: which one, where there are several.
        method: post, put, patch or delete.
        before: what was touched as it was.
        after: the same as it then was.
        actor: who asked.
        address: from where.
        status: the HTTP status of the answer.
        result: the code of the error, where it was answered with one.
        request_id: the request's id.
        reverts: the number of the change that it undoes.
        reverted_by: the number of the change that has undone it.
    """

    __slots__ = ()
    shown = ("id", "method", "resource", "name")

    id = Field[int]()
    created = Field(some_instant)
    kind = Field[str]()
    resource = Field[str]()
    name = Field[str | None]()
    method = Field[str]()
    before = Field[Any]()
    after = Field[Any]()
    actor = Field[str | None]()
    address = Field[str | None]()
    status = Field[int | None]()
    result = Field[str | None]()
    request_id = Field[str | None]()
    reverts = Field[int | None]()
    reverted_by = Field[int | None]()


class Dependency(View):
    """A task starts after another one.

    Attributes:
        parent: the task that is waited for.
        child: the task that waits.
        relation: DependSuccess, DependFailure, DependFinish, DependTerminate, DependCrash; or
            DependChannel and Publish, of which one side is `channel:<name>`.
        type: whether All or Any of several are waited for; None for a single one.
    """

    __slots__ = ()
    shown = ("parent", "child", "relation", "type")

    parent = Field[str]()
    child = Field[str]()
    relation = Field[str]()
    type = Field[str | None]()


class PredictedStart(View):
    """A start that is to be expected.

    Attributes:
        task: the task's name.
        at: when it will start.
        due_at: the nominal time of the occurrence.
        duration: how long it will take, in seconds, if it takes as long as before.
    """

    __slots__ = ()
    shown = ("task", "at")

    task = Field[str]()
    at = Field(some_instant)
    due_at = Field(instant)
    duration = Field[float | None]()


class Unpredictable(View):
    """A task whose starts cannot be foretold.

    Attributes:
        task: the task's name.
        reason: why they cannot.
    """

    __slots__ = ()
    shown = ("task", "reason")

    task = Field[str]()
    reason = Field[str]()


class Forecast(View):
    """The starts to be expected.

    Attributes:
        since: from when.
        until: to when.
        starts: in the order of time.
        unpredictable: tasks whose starts cannot be foretold.
        complete: False if the search was cut: too many starts, or too many looks at conditions.
        searched_until: where the search ended: before `until` if it was cut.
    """

    __slots__ = ()
    shown = ("since", "until")

    since = Field[datetime](some_instant)
    until = Field[datetime](some_instant)
    starts = Field(views_of(PredictedStart))
    unpredictable = Field(views_of(Unpredictable))
    complete = Field[bool]()
    searched_until = Field[datetime](some_instant)


class AffectedStart(View):
    """A start that a change would add, move or remove.

    Attributes:
        task: the task's name.
        at: when it starts, or would have.
    """

    __slots__ = ()
    shown = ("task", "at")

    task = Field[str]()
    at = Field(some_instant)


class MovedStart(AffectedStart):
    """A start that a change would move.

    Attributes:
        moved_from: when it would start without the change.
    """

    __slots__ = ()

    moved_from = Field(some_instant, key="from")


class Collision(View):
    """A start that something would be in the way of.

    Attributes:
        task: the task's name.
        at: when it would start.
        reason: `overlap` or `limit`.
        message: the reason in words.
    """

    __slots__ = ()
    shown = ("task", "at", "reason")

    task = Field[str]()
    at = Field(some_instant)
    reason = Field[str]()
    message = Field[str]()


class WhatIf(View):
    """What a write that was tried with `dry_run=True` would do to the starts of the next 7 days.

    Attributes:
        until: the end of the 7 days.
        added: starts that there would be as well.
        moved: starts that would come at another time.
        removed: starts that there would not be any more.
        colliding: starts that something would be in the way of.
        cut: where the search ended, if that is before `until`.
        unpredictable: tasks whose starts cannot be foretold.
    """

    __slots__ = ()
    shown = ("until", "cut")

    until = Field[datetime](some_instant)
    added = Field(views_of(AffectedStart))
    moved = Field(views_of(MovedStart))
    removed = Field(views_of(AffectedStart))
    colliding = Field(views_of(Collision))
    cut = Field(instant)
    unpredictable = Field(views_of(Unpredictable))
