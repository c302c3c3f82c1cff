"""Reverting: whether a change can be undone, and the writes that do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.api.changes.writing import Write, Written, path_of
from redengine.api.core.messages import ApiRequest
from redengine.exceptions import Conflict, InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redengine.api.changes.writing import Batch, Writer
    from redengine.api.core.ports import ChangesPort, SessionPort
    from redengine.api.endpoints.resource import Resource

_PAGE: Final = 1_000
_SHOWN: Final = 10
_FAMILIES: Final = {"Parameter": "Parameters", "Channel": "Channels"}
"""Resources that write what another one writes as well."""


def undo(
    session: SessionPort, writer: Writer, batch: Batch, change_id: int, *, force: bool
) -> None:
    """Make the writes that undo a change.

    Args:
        session: what is written to.
        writer: knows the resources.
        batch: makes the writes.
        change_id: the number of the change.
        force: also where something has changed the same since.

    Raises:
        NotFound: there is no change of that number.
        Conflict: it cannot be undone; `reason` says why.
    """
    change = session.changes.get(change_id)
    _refuse_others(change)
    _refuse_undone(session.changes, change)
    for whole in reversed(_of_one_write(session.changes, change)):
        _undo(session.changes, writer, batch, whole, force=force)


def _of_one_write(changes: ChangesPort, change: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The change, and those that were made with it to undo another one: they go together."""
    if change["reverts"] is None:
        return list(changes.whole(change["id"] - 1, 1))
    found = changes.whole(change["reverts"], _PAGE, reverts=change["reverts"])
    marks = ("created", "request_id")
    return [each for each in found if all(each[mark] == change[mark] for mark in marks)]


def _undo(
    changes: ChangesPort, writer: Writer, batch: Batch, whole: Mapping[str, Any], *, force: bool
) -> None:
    change_id = whole["id"]
    resource = writer.find(whole["resource"])
    written = written_of(whole)
    if resource is None or (written.before is None and written.after is None):
        message = f"change {change_id} was made by a version that did not keep what was before"
        raise Conflict(message, reason="no_earlier_state")
    _refuse_gone(resource, written)
    if not force:
        _refuse_later(changes, writer, resource, change_id, written)
        _refuse_different(resource, change_id, written)
    _make(batch, resource, written, change_id, force=force)


def written_of(change: Mapping[str, Any]) -> Written:
    """What a whole entry of the journal says was written."""
    return Written(
        resource=change["resource"],
        method=change["method"],
        data=dict(change["data"] or {}),
        before=change["before"],
        after=change["after"],
    )


def _refuse_others(change: Mapping[str, Any]) -> None:
    number, kind = change["id"], change["kind"]
    if kind == "action":
        message = f"{number} is an action, which happened once and cannot be undone"
        raise Conflict(message, reason="action")
    if kind == "refusal":
        raise Conflict(f"{number} was refused: nothing came of it", reason="refusal")


def _refuse_undone(changes: ChangesPort, change: Mapping[str, Any]) -> None:
    if _is_undone(changes, change):
        by = change["reverted_by"]
        message = f"change {change['id']} was undone already, by change {by}; undo that one instead"
        raise Conflict(message, reason="already_reverted", by=by)


def _is_undone(changes: ChangesPort, change: Mapping[str, Any]) -> bool:
    """Whether a change is undone, by one that is not undone itself."""
    is_undone = False
    while change["reverted_by"] is not None:
        is_undone = not is_undone
        change = changes.get(change["reverted_by"])
    return is_undone


def _refuse_gone(resource: Resource, written: Written) -> None:
    if written.after is not None and _now(resource, written) is None:
        name = written.data.get("name")
        message = f"{resource.name.lower()} '{name}' is not there any more; undo its removal first"
        raise Conflict(message, reason="gone", name=name)


def _now(resource: Resource, written: Written) -> Any:
    """What the change touched, as it now is, in the form in which it is kept."""
    path, rest = path_of(resource, written.data)
    request = ApiRequest(path=path, data=rest)
    return resource.keepable(resource.touched(written.method, request))


def _refuse_later(
    changes: ChangesPort, writer: Writer, resource: Resource, change_id: int, written: Written
) -> None:
    later = [
        each["id"]
        for each in _later(changes, change_id, written)
        if _overlaps(writer, resource, written, each)
    ]
    if later:
        shown = ", ".join(map(str, later[:_SHOWN]))
        message = f"change {shown} came later and touched the same; undo it first, or force"
        raise Conflict(message, reason="changed_since", changes=later[:_SHOWN])


def _later(changes: ChangesPort, change_id: int, written: Written) -> Iterator[Mapping[str, Any]]:
    """The later changes that have an effect, but for those that undo another later one."""
    found = list(_pages(changes, change_id, written))
    numbers = {each["id"] for each in found}
    for each in found:
        is_effective = not _is_undone(changes, each)
        if is_effective and each["reverts"] not in numbers:
            yield each


def _pages(changes: ChangesPort, after: int, written: Written) -> Iterator[Mapping[str, Any]]:
    """The later changes of the same resource, and of the same task."""
    family = _family(written.resource)
    filters = {"resource": written.resource} if family not in _FAMILIES.values() else {}
    if filters and "name" in written.data:
        filters["name"] = written.data["name"]
    while True:
        page = changes.whole(after, _PAGE, **filters)
        yield from (each for each in page if _family(each["resource"]) == family)
        if len(page) < _PAGE:
            return
        after = page[-1]["id"]


def _family(resource: str) -> str:
    return _FAMILIES.get(resource, resource)


def _overlaps(
    writer: Writer, resource: Resource, written: Written, later: Mapping[str, Any]
) -> bool:
    other = writer.find(later["resource"])
    ours = resource.parts(written)
    theirs = None if other is None else other.parts(written_of(later))
    return ours is None or theirs is None or bool(ours & theirs)


def _refuse_different(resource: Resource, change_id: int, written: Written) -> None:
    """Refuse where the change's outcome does not stand, and no journalled change tells why."""
    now, after = _now(resource, written), written.after
    if now == after:
        return
    if after is None:
        name = written.data.get("name")
        message = (
            f"there is a {resource.name.lower()} '{name}' again; force, to put the old in its place"
        )
        raise Conflict(message, reason="exists_again", name=name)
    fields = sorted(key for key in {*now, *after} if now.get(key) != after.get(key))
    told = ", ".join(fields[:_SHOWN])
    message = (
        f"the script has changed what change {change_id} set ({told}); force, to undo it still"
    )
    raise Conflict(message, reason="changed_by_script", fields=fields)


def _make(
    batch: Batch, resource: Resource, written: Written, change_id: int, *, force: bool
) -> None:
    """Make the writes that undo it, and tell in its words what is in the way."""
    for write in resource.inverse(written):
        try:
            batch.carry_out(_forced(resource, write, written) if force else write, change_id)
        except NotFound as error:
            raise Conflict(f"change {change_id}: {error}", reason="gone") from error
        except InvalidInput as error:
            message = f"what was before change {change_id} cannot be made again: {error}"
            raise Conflict(message, reason="does_not_fit", fields=error.fields) from error


def _forced(resource: Resource, write: Write, written: Written) -> Write:
    """The write that takes no heed of what is there now."""
    if write.method == "delete" and "force" in (resource.query_keys or ()):
        return write._replace(data={**write.data, "force": True})
    if write.method == "post" and _now(resource, written) is not None:
        return write._replace(method="put")
    return write
