"""Dry run: what would come of changes, tried on a simulator."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.calendars import CalendarDefinition
from redengine.conditions.days.open_days import topic_of
from redengine.conditions.explanation import say_instant
from redengine.exceptions import ConditionSyntaxError, InvalidInput, NotFound, RedengineError
from redengine.scheduler.checks import doubts_of, required_tasks
from redengine.scheduler.config import LONGEST_FORECAST
from redengine.simulation.changes import DryRun
from redengine.simulation.forecast import WorkLimit, custom_conditions, why_not
from redengine.simulation.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from redengine.conditions import Condition
    from redengine.simulation.changes import Step
    from redengine.simulation.spec import SessionSpec
    from redengine.tasks import Task
    from redengine.tasks.task import Settings

MOST_STARTS: Final = 5_000
"""After so many starts nobody looks any further ahead."""
TASK: Final = "task:"
"""How topics of tasks begin."""
WITH_THE_ZONE: Final = "config:timezone"
"""The topic of everything that is told by wall clocks."""
_FIRST_STEP: Final = timedelta(hours=1)


def following(settings: Mapping[str, Settings], topics: set[str]) -> list[str]:
    """The tasks whose conditions read one of the topics, or a task that does."""
    readers: defaultdict[str, list[str]] = defaultdict(list)
    for name, each in settings.items():
        if each.start_cond is not None and not each.permanent:
            zone = () if each.timezone else (WITH_THE_ZONE,)
            for topic in (*each.start_cond.reads(), *zone):
                readers[topic].append(name)
    found: dict[str, None] = {}
    todo = sorted(topics)
    while todo:
        for name in readers[todo.pop(0)]:
            if name not in found:
                found[name] = None
                todo.append(f"{TASK}{name}")
    return list(found)


def needed_tasks(settings: Mapping[str, Settings], names: Iterable[str]) -> set[str]:
    """Tasks and those without which their starts cannot be foretold."""
    needed: set[str] = set()
    todo = [name for name in names if name in settings]
    while todo:
        name = todo.pop()
        if name in needed:
            continue
        needed.add(name)
        todo += [other for other in _read_by(settings[name].start_cond) if other in settings]
    return needed


def _settings_of(simulator: Simulator) -> dict[str, Settings]:
    return {name: task.settings for name, task in simulator.core.tasks.items()}


def _read_by(condition: Condition | None) -> list[str]:
    topics = condition.reads() if condition is not None else ()
    return [topic.removeprefix(TASK) for topic in topics if topic.startswith(TASK)]


def next_starts(
    simulator: Simulator, watched: Sequence[str], number: int
) -> tuple[dict[str, tuple[datetime, ...]], dict[str, str]]:
    """The next starts of tasks in a simulation, and why there are fewer."""
    tasks = simulator.core.tasks
    there = [name for name in watched if name in tasks]
    opaque = {name: reason for name in there if (reason := _opaque(simulator, tasks[name]))}
    watch = _Watch(simulator, [name for name in there if name not in opaque], number)
    watch.run()
    found = {name: tuple(sorted(watch.starts[name])[:number]) for name in there}
    reasons = {
        name: opaque.get(name) or watch.reason(tasks[name])
        for name in there
        if len(found[name]) < number
    }
    return found, reasons


def _opaque(simulator: Simulator, task: Task) -> str | None:
    """Why nothing can be foretold of a task."""
    for name in needed_tasks(_settings_of(simulator), [task.name]):
        if custom_conditions(simulator.core.tasks[name].settings):
            return _why_not(simulator.core.tasks[name], simulator.spec.now + LONGEST_FORECAST)
    if task.start_cond is None or (task.disabled and task.disabled_until is None):
        return _why_not(task, simulator.spec.now + LONGEST_FORECAST)
    return None


def _why_not(task: Task, end: datetime) -> str:
    is_full = 0 < task.max_instances <= task.active.slots
    return why_not(task.settings, task.active.oldest if is_full else None, end)


class _Watch:
    """Lets virtual time pass until each task has started often enough.

    Tasks that nobody looks at any more stop starting, so that one which starts every second does
    not hide another which starts once a week.
    """

    def __init__(self, simulator: Simulator, names: Sequence[str], number: int) -> None:
        self._simulator = simulator
        self._number = number
        self._awaited = set(names)
        self._total = 0
        self._limit: WorkLimit | None = None
        self._conditions = {name: simulator.core.tasks[name].start_cond for name in names}
        self.starts: defaultdict[str, list[datetime]] = defaultdict(list)
        self._silence()
        simulator.core.hooks.add("job_end", self._note)

    def run(self) -> None:
        """Look ahead as far as it takes, and as it may."""
        if not self._awaited:
            return
        self._simulator.begin()
        self._limit = WorkLimit(self._simulator)
        step, at = _FIRST_STEP, self._simulator.spec.now
        end = at + LONGEST_FORECAST
        while at < end and not self._is_enough():
            at = min(at + step, end)
            step *= 2
            self._simulator.advance(at, self._is_enough)
        for job in self._simulator.core.jobs.values():
            if job.started_at is not None:
                self._note(job)

    def reason(self, task: Task) -> str:
        """Why fewer starts of a task were seen than asked for."""
        at = self._simulator.environment.clock.now()
        if self._is_cut():
            many = f"{MOST_STARTS} starts" if self._total >= MOST_STARTS else "very many looks"
            return f"looked ahead only until {say_instant(at, UTC)}, for {many}"
        return _why_not(task, at)

    def _note(self, job: Any) -> None:
        self._total += 1
        starts = self.starts[job.task]
        if job.trigger == "condition" and len(starts) < self._number:
            starts.append(job.started_at)
        if len(starts) >= self._number and job.task in self._awaited:
            self._awaited.discard(job.task)
            self._silence()

    def _silence(self) -> None:
        """Take the conditions away of tasks that nobody waits for."""
        tasks = self._simulator.core.tasks
        needed = needed_tasks(_settings_of(self._simulator), self._awaited)
        for name, task in tasks.items():
            if name not in needed and task.start_cond is not None:
                task.update({"start_cond": None})

    def _is_enough(self) -> bool:
        return not self._awaited or self._is_cut()

    def _is_cut(self) -> bool:
        is_worn = self._limit is not None and self._limit.is_reached()
        return is_worn or self._total >= MOST_STARTS


MOST_WATCHED: Final = 200
"""The starts of so many tasks are foretold; those that are named come first."""


def dry_run(spec: SessionSpec, steps: Sequence[Step], starts: int) -> DryRun:
    """Try changes on a simulator; see `Session.dry_run`."""
    simulator = Simulator(spec)
    order = _in_order(simulator, steps)
    errors = tuple(
        (place, name, reason)
        for place in order
        for name, reason in _tried(simulator, steps[place]).items()
    )
    errors += _homeless(simulator, steps)
    if errors:
        return DryRun(errors=errors)
    tasks = simulator.core.tasks
    named = [step.name for step in steps if step.resource == "task" and step.name in tasks]
    seen = DryRun(
        order=order,
        definitions={name: tasks[name].definition() for name in named},
        settings=simulator.config.snapshot(),
        doubts={name: found for name in named if (found := doubts_of(tasks[name], simulator.core))},
    )
    if not starts:
        return seen
    watched = _watched(spec, simulator, steps)
    before, _ = next_starts(Simulator(spec), watched, starts)
    after, reasons = next_starts(simulator, watched, starts)
    return replace(seen, before=before, after=after, reasons=reasons)


# -- making the changes


def _in_order(simulator: Simulator, steps: Sequence[Step]) -> tuple[int, ...]:
    """The places of the changes, each task after those that it will wait for.

    In another order two tasks that change places would wait for each other on the way.
    """
    places = {
        step.name: place
        for place, step in enumerate(steps)
        if step.resource == "task" and step.action != "delete"
    }
    awaited = {
        name: _awaited(simulator, steps[place]) & places.keys() for name, place in places.items()
    }
    ordered: dict[str, None] = {}
    trail = list(reversed(places))
    while trail:
        name = trail[-1]
        left = [other for other in sorted(awaited.pop(name, ())) if other not in ordered]
        if left:
            trail += left
        else:
            ordered.setdefault(trail.pop())
    tasks = iter([places[name] for name in ordered])
    taken = set(places.values())
    return tuple(next(tasks) if place in taken else place for place in range(len(steps)))


def _awaited(simulator: Simulator, step: Step) -> set[str]:
    """The tasks without whose end a task would never start."""
    text = step.values.get("start_cond")
    if not isinstance(text, str):
        return set()
    try:
        return required_tasks(simulator.parse(text))
    except InvalidInput:
        return set()  # the change itself will tell


def _tried(simulator: Simulator, step: Step) -> dict[str, str]:
    """Make one change on the simulator; why it cannot be made, by field."""
    try:
        _MAKE[step.resource](simulator, step)
    except ConditionSyntaxError as error:
        return {_field_of(step, name): str(error) for name in error.fields}
    except InvalidInput as error:
        return {_field_of(step, name): reason for name, reason in error.fields.items()}
    except NotFound as error:
        return {"execution" if error.kind == "runtime" else "": str(error)}
    except RedengineError as error:
        return {"": str(error)}
    return {}


def _field_of(step: Step, name: str) -> str:
    """The field of the change that an error tells of; a whole value has none."""
    if step.resource in {"config", "parameter"}:
        return ""
    return "start_cond" if name == "condition" else name


def _make_runtime(simulator: Simulator, step: Step) -> None:
    core, runtimes = simulator.core, simulator.runtimes
    if step.action == "delete":
        core.runtimes.pop(step.name)
    elif step.action == "change":
        runtimes.resize(step.name, step.values["size"])
    else:
        simulator.environment.add_runtime(core, step.name, step.values["kind"], step.values["size"])


def _make_setting(simulator: Simulator, step: Step) -> None:
    simulator.config.update({step.name: step.values["value"]})


def _make_parameter(simulator: Simulator, step: Step) -> None:
    parameters = simulator.parameters
    if step.action == "delete":
        del parameters[step.name]
    else:
        parameters.update({step.name: step.values["value"]})


def _make_calendar(simulator: Simulator, step: Step) -> None:
    if step.action == "delete":
        del simulator.calendars[step.name]
    else:
        simulator.calendars.put(step.name, CalendarDefinition.of(step.values))


def _make_task(simulator: Simulator, step: Step) -> None:
    if step.action == "delete":
        simulator.tasks[step.name].delete(force=True)
    elif step.action == "change":
        simulator.tasks[step.name].update(step.values)
    else:
        on_exists = "replace" if step.action == "replace" else "raise"
        simulator.create_task({**step.values, "name": step.name}, on_exists=on_exists)


_MAKE: Final[Mapping[str, Callable[[Simulator, Step], None]]] = {
    "runtime": _make_runtime,
    "config": _make_setting,
    "parameter": _make_parameter,
    "calendar": _make_calendar,
    "channel": lambda _simulator, _step: None,  # nothing is sent while time is foretold
    "task": _make_task,
}


def _homeless(simulator: Simulator, steps: Sequence[Step]) -> tuple[tuple[int, str, str], ...]:
    """Tasks and configuration that would name a runtime which is not there any more."""
    core = simulator.core
    used = {core.config.execution: "the configuration's 'execution' names it"}
    used |= {
        task.execution: f"task '{task.name}' runs in it"
        for task in core.tasks.values()
        if task.execution
    }
    missing = {name: why for name, why in used.items() if name not in core.runtimes}
    found = []
    for place, step in enumerate(steps):
        if step.resource == "runtime" and step.action == "delete" and step.name in missing:
            found.append((place, "", f"cannot be removed: {missing[step.name]}"))
        if (step.resource, step.name) == ("config", "execution") and step.values[
            "value"
        ] in missing:
            found.append((place, "", f"there is no runtime '{step.values['value']}'"))
    return tuple(found)


# -- what would come of them


def _watched(spec: SessionSpec, simulator: Simulator, steps: Sequence[Step]) -> list[str]:
    """The tasks whose starts the changes may move: those named first, then those that follow."""
    named = [step.name for step in steps if step.resource == "task"]
    topics = {f"{TASK}{name}" for name in named}
    topics |= {f"parameter:{step.name}" for step in steps if step.resource == "parameter"}
    topics |= {topic_of(step.name) for step in steps if step.resource == "calendar"}
    if any((step.resource, step.name) == ("config", "timezone") for step in steps):
        topics.add(WITH_THE_ZONE)
    settings = {each.name: each.settings for each in spec.tasks}
    others = following(settings | _settings_of(simulator), topics)
    return list(dict.fromkeys([*named, *others]))[:MOST_WATCHED]
