"""Tasks as the API shows them, and why they do or do not start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from redengine.client.views.base import Field, View, instant, words


class TaskFields(View):
    """A task's object: what makes it, and its state.

    Attributes:
        name: the task's name.
        kind: FuncTask, CommandTask, CodeTask …; the field `class`.
        description: what it is for.
        tags: words to find it by.
        start_cond: when it starts, as a condition string.
        end_cond: when it is ended, as a condition string.
        execution: where it says that it runs.
        runtime: where it runs.
        priority: its place in the queue.
        timeout: how long an attempt may run, in seconds; "never" ends none.
        retries: how often it is tried again.
        backoff: the waits between attempts.
        max_instances: how many of its jobs may run at once.
        timezone: the zone of its conditions; None for the session's.
        missed: what becomes of missed times.
        jitter: seconds; starts are later than their nominal times by a random part of it.
        grace: seconds; a nominal time that is later than this is skipped.
        on_crash: what becomes of a crashed job.
        disabled: whether it does not start by itself.
        disabled_reason: why.
        disabled_until: when it is enabled by itself.
        force_run: whether it is about to be started by hand.
        on_startup: whether it runs when the session starts.
        on_shutdown: whether it runs when the session ends.
        permanent: whether it runs as long as the session; the field `permanent_task`.
        publish: the channel to which what it returns is sent.
        parameters: its own parameters.
        status: the word of its last action.
        is_running: whether a job of it runs.
        jobs_running: how many do.
        last_run: when it last started.
        last_success: when it last succeeded.
        last_fail: when it last failed.
        last_terminate: when it was last ended from outside.
        last_inaction: when a start was last skipped.
        last_crash: when it last crashed.
        next_run: when it starts next, as far as time alone decides.
        warnings: what of its condition may not be meant; in answers to writes.
    """

    __slots__ = ()
    shown = ("name", "status")
    remedy = "it was not read yet; `.get()` reads the task"

    name = Field[str]()
    kind = Field[str](key="class")
    description = Field[str | None]()
    tags = Field(words)
    start_cond = Field[str | None]()
    end_cond = Field[str | None]()
    execution = Field[str | None]()
    runtime = Field[str | None]()
    priority = Field[int]()
    timeout = Field[float | str | None]()
    retries = Field[int]()
    backoff = Field[Any]()
    max_instances = Field[int]()
    timezone = Field[str | None]()
    missed = Field[str]()
    jitter = Field[float | None]()
    grace = Field[float | None]()
    on_crash = Field[str]()
    disabled = Field[bool]()
    disabled_reason = Field[str | None]()
    disabled_until = Field(instant)
    force_run = Field[bool]()
    on_startup = Field[bool]()
    on_shutdown = Field[bool]()
    permanent = Field[bool](key="permanent_task")
    publish = Field[str | None]()
    parameters = Field[Mapping[str, Any]]()
    status = Field[str | None]()
    is_running = Field[bool]()
    jobs_running = Field[int]()
    last_run = Field(instant)
    last_success = Field(instant)
    last_fail = Field(instant)
    last_terminate = Field(instant)
    last_inaction = Field(instant)
    last_crash = Field(instant)
    next_run = Field(instant)
    warnings = Field(words)


class Verdict(View):
    """A condition or a part of it, and whether it holds.

    Attributes:
        text: the condition.
        holds: whether it holds.
        evidence: what that rests on.
        until: when time alone could change it next.
        children: its parts.
    """

    __slots__ = ()
    shown = ("text", "holds")

    text = Field[str]()
    holds = Field[bool]()
    evidence = Field[str]()
    until = Field(instant)

    @property
    def children(self) -> tuple[Verdict, ...]:
        """The verdicts of its parts."""
        return tuple(Verdict(each) for each in self.data.get("children") or ())

    def lines(self) -> Iterator[str]:
        """The tree, a line a part."""
        evidence = f": {self.evidence}" if self.evidence else ""
        yield f"{'✓' if self.holds else '✗'} {self.text}{evidence}"
        for child in self.children:
            yield from (f"  {line}" for line in child.lines())


class Explanation(View):
    """Why a task does or does not start; `str(explanation)` says it in lines.

    Attributes:
        task: the task's name.
        holds: whether its condition holds.
        will_start: whether it starts now: the condition holds and nothing is in the way.
        verdict: the answer in one sentence.
        blocks: what is in the way besides the condition.
        earliest: the earliest instant at which time alone lets it start.
        change: the smallest change that would let it start.
        condition: the verdict on its condition, part by part; None without a condition.
    """

    __slots__ = ()
    shown = ("task", "verdict")

    task = Field[str]()
    holds = Field[bool]()
    will_start = Field[bool]()
    verdict = Field[str]()
    blocks = Field(words)
    earliest = Field(instant)
    change = Field[str | None]()
    condition = Field(lambda value: None if value is None else Verdict(value))

    def __str__(self) -> str:
        lines = [f"{self.task}: {self.verdict}"]
        lines += [f"  in the way: {block}" for block in self.blocks]
        if self.earliest is not None:
            lines.append(f"  earliest start: {self.earliest.isoformat(' ', 'seconds')}")
        if self.change:
            lines.append(f"  smallest change: {self.change}")
        if self.condition is not None:
            lines += ["  condition:", *(f"    {line}" for line in self.condition.lines())]
        return "\n".join(lines)
