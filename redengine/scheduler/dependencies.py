"""Dependencies: which task starts after which."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING

from redengine.conditions import All, Any
from redengine.exceptions import ImpossibleCondition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from redengine.conditions import Condition
    from redengine.tasks import Task


def dependencies(tasks: Iterable[Task]) -> list[dict[str, typing.Any]]:
    """Every link between two tasks: parent, child, relation and type."""
    return [
        {
            "parent": dependency.task,
            "child": task.name,
            "relation": dependency.relation,
            "type": dependency.type,
        }
        for task in tasks
        if task.start_cond is not None
        for dependency in task.start_cond.dependencies()
    ]


def refuse_cycle(tasks: Mapping[str, Task], added: Task) -> None:
    """Complain of a task that could only start after itself.

    A cycle through required links alone can never get going: every task in it waits for
    another one of it. Links inside an "or" may be entered from elsewhere and are allowed.

    Raises:
        ImpossibleCondition: naming the cycle.
    """
    if not _required(added):
        return
    path = _path_back(tasks, added)
    if path is not None:
        arrows = " → ".join(f"'{name}'" for name in path)
        raise ImpossibleCondition(
            str(added.start_cond), f"each of these tasks waits for the next: {arrows}"
        )


def required_tasks(condition: Condition) -> set[str]:
    """The tasks without whose end a condition never holds."""
    parts = [required_tasks(part) for part in condition.parts()]
    if isinstance(condition, All):
        return set().union(*parts)
    if isinstance(condition, Any):
        return set.intersection(*parts)
    if parts:
        return set()
    links = condition.dependencies()
    return {link.task for link in links if link.type != "Any" or len(links) == 1}


def _required(task: Task) -> set[str]:
    return set() if task.start_cond is None else required_tasks(task.start_cond)


def _path_back(tasks: Mapping[str, Task], start: Task) -> list[str] | None:
    """A way along required links from a task back to itself, or None."""
    seen: set[str] = set()
    trail: list[tuple[str, list[str]]] = [(start.name, [start.name])]
    while trail:
        name, path = trail.pop()
        task = start if name == start.name else tasks.get(name)
        for parent in _required(task) if task is not None else ():
            if parent == start.name:
                return [*path, parent]
            if parent not in seen:
                seen.add(parent)
                trail.append((parent, [*path, parent]))
    return None
