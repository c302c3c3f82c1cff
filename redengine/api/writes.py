"""Writes: one write as data, and what is known of it once it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from redengine.api.masking import lost_parts
from redengine.exceptions import Conflict, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.messages import ApiRequest, ApiResponse
    from redengine.api.resources import Resource


class Write(NamedTuple):
    """One write, as `call_resource` takes it.

    Attributes:
        resource: the resource's name.
        method: post, put, patch or delete.
        data: the values of the path, and the body; of a delete, the query.
    """

    resource: str
    method: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written.

    Attributes:
        resource: the resource's name.
        method: post, put, patch or delete.
        data: the write as the journal has it.
        before: what it touched as it was; None where there was nothing.
        after: the same as it then was; None where there was nothing any more.
    """

    resource: str
    method: str
    data: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(slots=True, kw_only=True)
class Made:
    """A write that was made, and is to be recorded.

    Attributes:
        resource: what it was put to.
        request: the request.
        written: what was written.
        kept: `before` and `after` as they may be written down; what is secret may be so no longer
            once it is removed.
        entry: what the journal keeps; None for nothing.
        response: how it was answered.
        reverts: the number of the change that it undoes.
    """

    resource: Resource
    request: ApiRequest
    written: Written
    kept: tuple[Any, Any]
    entry: dict[str, Any] | None
    response: ApiResponse
    reverts: int | None = None


def path_of(resource: Resource, data: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """The values of a resource's path out of one flat mapping, and the rest.

    Raises:
        InvalidInput: a value of the path is missing.
    """
    rest = dict(data)
    path = {}
    for name in resource.path_names:
        if not isinstance(rest.get(name), str):
            raise InvalidInput({name: f"resource {resource.name} needs it, as text"})
        path[name] = rest.pop(name)
    return path, rest


def refuse_lost(request: ApiRequest) -> None:
    """Complain of a value to come back that was never written down.

    Raises:
        Conflict: naming each.
    """
    lost = lost_parts(request.data) if request.revives else {}
    if lost:
        told = ", ".join(f"'{name}' ({what})" for name, what in lost.items())
        message = f"the earlier value of {told} is not in the journal; set it by hand"
        raise Conflict(message, reason="lost", fields=list(lost))
