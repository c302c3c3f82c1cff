"""The change journal: what was changed over the API, and what of it still matters.

The session's store keeps every change. When the session starts anew, the changes are applied
again in their order, but for those that a later one has made void.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.api.lives import Entry, without_idle_lives
from redengine.api.recording import Recording, current_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redengine.api.ports import ReceiptPort, SessionPort

_PAGE: Final = 5_000
_BY_NAME: Final = frozenset(("Task", "Runtime", "DeclaredRuntime"))
"""Resources of which each name has a history of its own."""
_WHOLE: Final = frozenset(("put", "delete"))
"""Methods after which nothing is left of what was there."""
_BRING_BACK: Final = frozenset(("put", "post"))
"""Methods that undo them."""
_MERGED_BY_SESSION: Final = frozenset(("parameters",))
"""Fields of a task whose earlier values may matter beside later ones."""


Chain = list[tuple[int, Entry]]
"""What is said of one subject: the entries, each with its place among all."""


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
    A runtime that was made and removed again leaves nothing either, unless something ran there.
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
    kept = sorted(pair for chain in chains.values() for pair in chain)
    return [entry for _, entry in without_idle_lives(kept)]


def _plain(entry: Entry) -> Entry:
    """One parameter that was set by its own path, as if set among all parameters."""
    if entry.resource == "Parameter" and entry.method == "patch":
        data = {entry.data["name"]: entry.data["value"]}
        return entry._replace(resource="Parameters", data=data)
    return entry


def _subject(entry: Entry) -> tuple[str, str]:
    """What an entry is about: a task, a runtime, or all parameters, configuration or returns."""
    if entry.resource in _BY_NAME:
        return (entry.resource, str(entry.data.get("name")))
    if entry.resource == "Runtimes":
        return ("Runtime", str(entry.data.get("runtime_id")))
    return ("Parameters" if entry.resource == "Parameter" else entry.resource, "")


def _append(chain: Chain, order: int, entry: Entry) -> None:
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


def _set_again(chain: Chain, names: set[str]) -> None:
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
