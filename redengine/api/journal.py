"""The change journal: what was changed over the API, and what of it still matters.

The session's store keeps every change. When the session starts anew, the changes are applied
again in their order, but for those that a later one has made void.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.api.recording import Recording, current_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redengine.api.ports import ReceiptPort, SessionPort

_PAGE: Final = 5_000
_NAMED: Final = frozenset(("Task", "DeclaredRuntime"))
"""Resources of things that come and go by their names."""
_WHOLE: Final = frozenset(("put", "delete"))
"""Methods after which nothing is left of what was there."""
_BRING_BACK: Final = frozenset(("put", "post"))
"""Methods that undo them."""
_MERGED_BY_SESSION: Final = frozenset(("parameters",))
"""Fields of a task whose earlier values may matter beside later ones."""


Chain = list[tuple[int, "Entry"]]
"""What is said of one subject: the entries, each with its place among all."""


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


def record(
    session: SessionPort, resource: str, method: str, data: dict[str, Any]
) -> ReceiptPort | None:
    """Write a change into the session's store.

    What was made in one request is stored in one step, after the last of it: nothing is to be
    waited for here then.
    """
    recording = current_record.get()
    if recording is not None:
        recording.take(resource, method, data)
        return None
    recording = Recording(session)
    recording.take(resource, method, data)
    return recording.store()


def recorded(session: SessionPort) -> Iterator[Entry]:
    """All changes in the session's store, oldest first; none where it does not outlive a session.

    Actions and refusals are not read.
    """
    if not session.store.durable:
        return
    after = 0
    while True:
        items = session.changes.whole(after, _PAGE)
        for item in items:
            data = dict(item["data"] or {})
            yield Entry(item["resource"], item["method"], data, item["id"], item["reverts"])
        if len(items) < _PAGE:
            return
        after = items[-1]["id"]


def collapsed(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that still have an effect, in their order.

    A task that was made over the API and removed again leaves nothing; a PUT or a DELETE makes
    void what was said of the task before; a field that is set again needs only the last value.
    Where the removal or replacement of a task was undone, what was said before it holds again: so
    a task of the script is left to the script.
    """
    chains: dict[tuple[str, str], Chain] = {}
    earlier: dict[int, Chain] = {}
    for order, entry in enumerate(entries):
        entry = _plain(entry)  # noqa: PLW2901 - the same entry in one spelling
        subject = _subject(entry)
        chain = chains.setdefault(subject, [])
        if entry.method in _WHOLE and entry.id:
            earlier[entry.id] = list(chain)
        if entry.method in _BRING_BACK and entry.reverts in earlier:
            chains[subject] = list(earlier[entry.reverts])
        else:
            _append(chain, order, entry)
    left = sorted(pair for chain in chains.values() for pair in chain)
    return [entry for _, entry in left]


def _plain(entry: Entry) -> Entry:
    """One parameter that was set by its own path, as if set among all parameters."""
    if entry.resource == "Parameter" and entry.method == "patch":
        data = {entry.data["name"]: entry.data["value"]}
        return entry._replace(resource="Parameters", data=data)
    return entry


def _subject(entry: Entry) -> tuple[str, str]:
    """What an entry is about: a task; or all parameters, keys of configuration or returns."""
    if entry.resource in _NAMED:
        return (entry.resource, str(entry.data.get("name")))
    return ("Parameters" if entry.resource == "Parameter" else entry.resource, "")


def _append(chain: Chain, order: int, entry: Entry) -> None:
    if entry.resource == "Parameter":
        _set_again(chain, {entry.data["name"]})
    elif entry.resource not in _NAMED:
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


def _set_again(chain: Chain, names: set[str]) -> None:
    """Take `names` out of earlier patches, and patches out of which all is taken."""
    kept = []
    for order, entry in chain:
        if entry.method != "patch":
            kept.append((order, entry))
            continue
        data = {key: value for key, value in entry.data.items() if key not in names}
        if set(data) - ({"name"} if entry.resource in _NAMED else set()):
            kept.append((order, entry._replace(data=data)))
    chain[:] = kept
