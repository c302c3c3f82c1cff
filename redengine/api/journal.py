"""The change journal: what was changed over the API, and what of it still matters.

The session's store keeps every change. When the session starts anew, the changes are applied
again in their order, but for those that a later one has made void.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.api.dispatcher import current_request
from redengine.api.lives import Entry, without_idle_lives
from redengine.query import parse_query
from redengine.store import CHANGE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redengine.api.ports import ReceiptPort, SessionPort

_PAGE: Final = 5_000
_BY_NAME: Final = frozenset(("Task", "Runtime"))
"""Resources of which each name has a history of its own."""
_MERGED_BY_SESSION: Final = frozenset(("parameters",))
"""Fields of a task whose earlier values may matter beside later ones."""


def record(
    session: SessionPort, resource: str, method: str, data: dict[str, Any]
) -> ReceiptPort | None:
    """Write a change into the session's store, where that is durable."""
    if not session.store.durable:
        return None
    request = current_request.get()
    return session.changes.record(
        resource,
        data.get("name", data.get("runtime_id")),
        method,
        data,
        request.actor if request else None,
        request.request_id if request else "",
    )


def recorded(session: SessionPort) -> Iterator[Entry]:
    """All changes in the session's store, oldest first."""
    if not session.store.durable:
        return
    offset = 0
    while True:
        keys = [("$sort", "id"), ("$limit", str(_PAGE)), ("$offset", str(offset))]
        query = parse_query(keys, CHANGE_FIELDS, zone=session.zone)
        items = session.changes.query(query).items
        for item in items:
            yield Entry(item["resource"], item["method"], dict(item["data"] or {}))
        if len(items) < _PAGE:
            return
        offset += _PAGE


def collapsed(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that still have an effect, in their order.

    A task that was made over the API and removed again leaves nothing; a PUT or a DELETE makes
    void what was said of the task before; a field that is set again needs only the last value.
    A runtime that was made and removed again leaves nothing either, unless something ran there.
    """
    chains: dict[tuple[str, str], list[tuple[int, Entry]]] = {}
    for order, entry in enumerate(entries):
        entry = _plain(entry)  # noqa: PLW2901 - the same entry in one spelling
        chain = chains.setdefault(_subject(entry), [])
        _append(chain, order, entry)
    kept = sorted(pair for chain in chains.values() for pair in chain)
    return [entry for _, entry in without_idle_lives(kept)]


def _plain(entry: Entry) -> Entry:
    """One parameter that was set by its own path, as if set among all parameters."""
    if entry.resource == "Parameter" and entry.method == "patch":
        return Entry("Parameters", "patch", {entry.data["name"]: entry.data["value"]})
    return entry


def _subject(entry: Entry) -> tuple[str, str]:
    """What an entry is about: a task, a runtime, or all parameters, configuration or returns."""
    if entry.resource in _BY_NAME:
        return (entry.resource, str(entry.data.get("name")))
    if entry.resource == "Runtimes":
        return ("Runtime", str(entry.data.get("runtime_id")))
    return ("Parameters" if entry.resource == "Parameter" else entry.resource, "")


def _append(chain: list[tuple[int, Entry]], order: int, entry: Entry) -> None:
    if entry.resource == "Parameter":
        _set_again(chain, {entry.data["name"]})
    elif entry.resource == "Runtimes":
        pass
    elif entry.resource not in _BY_NAME:
        _set_again(chain, set(entry.data))
    elif entry.method == "patch":
        _set_again(chain, set(entry.data) - _MERGED_BY_SESSION - {"name"})
    elif entry.method == "put":
        chain.clear()
    elif entry.method == "delete" and entry.resource == "Task":
        was_made_here = bool(chain) and chain[0][1].method == "post"
        chain.clear()
        if was_made_here:
            return
    chain.append((order, entry))


def _set_again(chain: list[tuple[int, Entry]], names: set[str]) -> None:
    """Take `names` out of earlier patches, and patches out of which all is taken."""
    kept = []
    for order, entry in chain:
        if entry.method != "patch":
            kept.append((order, entry))
            continue
        data = {key: value for key, value in entry.data.items() if key not in names}
        if set(data) - ({"name"} if entry.resource in _BY_NAME else set()):
            kept.append((order, entry._replace(data=data)))
    chain[:] = kept
