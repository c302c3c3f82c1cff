"""Recording: what the journal keeps of writes that belong together, stored in one step."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.api.core import masking
from redengine.query import Query
from redengine.store import ChangeEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from redengine.api.changes.writing import Made
    from redengine.api.core.ports import ReceiptPort, SessionPort

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


current_record: ContextVar[Recording | None] = ContextVar("redengine_recording", default=None)
"""The write that is being journalled."""


class Recording:
    """Takes what the journal keeps of the writes of one batch, to be stored in one step.

    Args:
        session: whose journal it is.
    """

    def __init__(self, session: SessionPort) -> None:
        self._session = session
        self.made: Made | None = None
        """The write that is being journalled."""
        self.is_kept = False
        """Whether the session's journal has got it."""
        self._entries: list[ChangeEntry] = []

    def take(self, resource: str, method: str, data: dict[str, Any]) -> None:
        """Keep the write that is being journalled."""
        self.is_kept = True
        self._entries.append(self._entry(resource, method, data))

    def _entry(self, resource: str, method: str, data: dict[str, Any]) -> ChangeEntry:
        made = self.made
        if made is None:
            return self._sealed(ChangeEntry(None, resource, _name_in(data), method, data))
        request = made.request
        entry = ChangeEntry(
            None,
            resource,
            _name_in(data),
            method,
            data,
            before=made.kept[0],
            after=made.kept[1],
            actor=request.actor,
            address=request.address,
            status=made.response.status,
            request_id=request.request_id,
            reverts=made.reverts,
        )
        return self._sealed(entry)

    def _sealed(self, entry: ChangeEntry) -> ChangeEntry:
        """The entry as it may be shown; what may not be is sealed."""
        parameters = self._session.parameters
        whole = {"data": entry.data, "before": entry.before, "after": entry.after}
        shown = {
            name: masking.shown_write(entry.resource, value, parameters)
            for name, value in whole.items()
        }
        secret = {name: value for name, value in whole.items() if value != shown[name]}
        return entry._replace(**shown, sealed=secret or None)

    def store(self) -> ReceiptPort | None:
        """Store all that was taken; what to wait for, where the store is durable."""
        if not self._entries:
            return None
        receipt = self._session.changes.record(*self._entries)
        return receipt if self._session.store.durable else None


def _name_in(data: dict[str, Any]) -> str | None:
    """The name of what a write is about."""
    name: str | None = data.get("name", data.get("runtime_id"))
    return name


_PAGE: Final = 5_000
_BY_NAME: Final = frozenset(("Task", "Runtime", "DeclaredRuntime", "Calendar", "Channel"))
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


def newest(session: SessionPort) -> int:
    """The id of the latest entry of the audit trail; 0 where it does not outlive a session."""
    if not session.store.durable:
        return 0
    found = session.changes.query(Query(sort=(("id", True),), limit=1)).items
    return int(found[0]["id"]) if found else 0


def outstanding(entries: Iterable[Entry], in_effect_after: int | None) -> list[Entry]:
    """The entries that a session has still to apply, as `collapsed` leaves them.

    Args:
        entries: the whole journal.
        in_effect_after: changes over this id are in effect; None: no change is.

    A change that is in effect is applied again only after an older one of the same subject, which
    would else have the last word.
    """
    kept = collapsed(entries)
    if in_effect_after is None:
        return kept
    older = {_subject(entry) for entry in kept if (entry.id or 0) <= in_effect_after}
    return [entry for entry in kept if _subject(entry) in older]


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
    if entry.resource == "Channels":
        return ("Channel", str(entry.data.get("name")))
    return ("Parameters" if entry.resource == "Parameter" else entry.resource, "")


def _append(chain: Chain, order: int, entry: Entry) -> None:
    if entry.resource == "Parameter":
        _set_again(chain, {entry.data["name"]})
    elif entry.method == "post":
        _begin_again(chain)
    elif entry.resource == "Calendar":
        _set_calendar(chain, order, entry)
        return
    elif entry.resource not in _BY_NAME:
        _set_again(chain, set(entry.data))
    elif entry.method == "patch":
        _set_again(chain, set(entry.data) - _MERGED_BY_SESSION - {"name"})
    elif entry.method == "put":
        chain.clear()
    elif entry.method == "delete" and entry.resource in {"Task", "Channel"}:
        was_made_here = bool(chain) and chain[0][1].method == "post"
        chain.clear()
        if was_made_here:
            return
    chain.append((order, entry))


def _begin_again(chain: Chain) -> None:
    """Take out what was made before and not removed: had it been there, none could be made.

    A session that has not started yet makes what its journal has as well.
    """
    methods = [entry.method for _, entry in chain]
    if "post" in methods and "delete" not in methods[methods.index("post") :]:
        del chain[methods.index("post") :]


def _set_calendar(chain: Chain, order: int, entry: Entry) -> None:
    """Put a calendar in the place of the first of its name: tasks that came since name it."""
    first = chain[:1]
    if entry.method == "put":
        chain[:] = [(first[0][0] if first else order, entry)]
    else:
        chain[:] = [*(each for each in first if each[1].method == "put"), (order, entry)]


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
