"""Lives of runtimes in the change journal: which of those that are over still matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_NAMING: Final[Mapping[str, tuple[str, ...]]] = {
    "Task": ("execution", "runtime"),
    "Config": ("execution", "task_execution"),
}
"""By resource, the fields that name a runtime."""


class Entry(NamedTuple):
    """One journalled write.

    Attributes:
        resource: the resource's name.
        method: post, put, patch or delete.
        data: the rest, as `call_resource` takes it.
        id: its number in the journal.
        reverts: the number of the one that it undoes.
    """

    resource: str
    method: str
    data: dict[str, Any]
    id: int = 0
    reverts: int | None = None


Numbered = tuple[int, Entry]


def without_idle_lives(entries: list[Numbered]) -> list[Numbered]:
    """The entries but for runtimes that came and went without anything that is told of them.

    A task that is said to run in a runtime can be made only while there is one of that name, and
    the default that a removal left behind matters as well: such lives are lived again.

    Args:
        entries: numbered by their order, and sorted.
    """
    named = list(_named(entries))
    left_out: set[int] = set()
    for name, life in _ended_lives(entries):
        first, last = life[0][0], life[-1][0]
        is_needed = any(first < order < last and each == name for order, each in named)
        if is_needed or any(entry.data.get("is_default") for _, entry in life):
            continue
        was_made_here = life[0][1].method == "post"
        left_out |= {order for order, _ in (life if was_made_here else life[:-1])}
    return [pair for pair in entries if pair[0] not in left_out]


def _named(entries: Iterable[Numbered]) -> Iterator[tuple[int, str]]:
    """The names of runtimes that tasks and the configuration are given, with their order."""
    for order, entry in entries:
        for field in _NAMING.get(entry.resource, ()):
            if field in entry.data:
                yield order, str(entry.data[field])


def _ended_lives(entries: Iterable[Numbered]) -> Iterator[tuple[str, list[Numbered]]]:
    """What was done to each runtime that was removed, by its name."""
    lives: dict[str, list[Numbered]] = {}
    for order, entry in entries:
        if entry.resource not in {"Runtimes", "Runtime"}:
            continue
        name = str(entry.data.get("runtime_id", entry.data.get("name")))
        lives.setdefault(name, []).append((order, entry))
        if entry.method == "delete":
            yield name, lives.pop(name)
