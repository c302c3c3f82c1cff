"""The change journal: what was changed over the API, and what of it still matters.

The session's store keeps every change. When the session starts anew, the changes are applied
again in their order, but for those that a later one has made void.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.api.dispatcher import current_request
from redengine.query import parse_query
from redengine.store import CHANGE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redengine.api.ports import ReceiptPort, SessionPort

_PAGE: Final = 5_000
_MERGED_BY_SESSION: Final = frozenset(("parameters",))
"""Fields of a task whose earlier values may matter beside later ones."""


class Entry(NamedTuple):
    """One journalled write, as `call_resource` takes it."""

    resource: str
    method: str
    data: dict[str, Any]


def record(
    session: SessionPort, resource: str, method: str, data: dict[str, Any]
) -> ReceiptPort | None:
    """Write a change into the session's store, where that is durable."""
    if not session.store.durable:
        return None
    request = current_request.get()
    return session.changes.record(
        resource,
        data.get("name"),
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
    """
    chains: dict[tuple[str, str], list[tuple[int, Entry]]] = {}
    for order, entry in enumerate(entries):
        entry = _plain(entry)  # noqa: PLW2901 - the same entry in one spelling
        chain = chains.setdefault(_subject(entry), [])
        _append(chain, order, entry)
    kept = [pair for chain in chains.values() for pair in chain]
    return [entry for _, entry in sorted(kept, key=lambda pair: pair[0])]


def _plain(entry: Entry) -> Entry:
    """One parameter that was set by its own path, as if set among all parameters."""
    if entry.resource == "Parameter" and entry.method == "patch":
        return Entry("Parameters", "patch", {entry.data["name"]: entry.data["value"]})
    return entry


def _subject(entry: Entry) -> tuple[str, str]:
    """What an entry is about: a task; or all parameters, keys of configuration or returns."""
    if entry.resource == "Task":
        return ("Task", str(entry.data.get("name")))
    return ("Parameters" if entry.resource == "Parameter" else entry.resource, "")


def _append(chain: list[tuple[int, Entry]], order: int, entry: Entry) -> None:
    if entry.resource == "Parameter":
        _set_again(chain, {entry.data["name"]})
    elif entry.resource != "Task":
        _set_again(chain, set(entry.data))
    elif entry.method == "patch":
        _set_again(chain, set(entry.data) - _MERGED_BY_SESSION - {"name"})
    elif entry.method == "put":
        chain.clear()
    elif entry.method == "delete":
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
        if set(data) - ({"name"} if entry.resource == "Task" else set()):
            kept.append((order, entry._replace(data=data)))
    chain[:] = kept
