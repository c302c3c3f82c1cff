"""Writing: writes are made one after the other, all of those that belong together or none.

They are recorded in the order in which they took effect, and become durable together, outside the
lock under which they are made.
"""

from __future__ import annotations

import logging
import threading
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from redengine.api.changes.journal import Recording, current_record, newest
from redengine.api.core.entity_tags import check_preconditions
from redengine.api.core.masking import lost_parts
from redengine.api.core.messages import ApiRequest, ApiResponse
from redengine.exceptions import Conflict, InvalidInput, StoreError, WaitTimeout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redengine.api.auth.audit import Audit
    from redengine.api.core.ports import ReceiptPort, SessionPort
    from redengine.api.endpoints.resource import Resource


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
    """Refuse a value to come back that was never written down.

    Raises:
        Conflict: naming each.
    """
    lost = lost_parts(request.data) if request.revives else {}
    if lost:
        told = ", ".join(f"'{name}' ({what})" for name, what in lost.items())
        message = f"the earlier value of {told} is not in the journal; set it by hand"
        raise Conflict(message, reason="lost", fields=list(lost))


MADE: Final = "made"
CHANGED: Final = "changed"


class Ownership:
    """What all APIs of one session share.

    Attributes:
        writing: held by whoever writes, so that writes happen one after the other.
        in_effect_after: changes of the journal with ids over this one are in effect, as this
            session has made or applied them; None while it has done neither.
    """

    def __init__(self) -> None:
        self.writing = threading.RLock()
        self.in_effect_after: int | None = None
        self._owned: dict[tuple[str, str], str] = {}
        self._apis: list[weakref.ref[Any]] = []

    def add_api(self, api: Any) -> None:
        """Take note of an API with a port of its own."""
        self._apis = [*(each for each in self._apis if each() is not None), weakref.ref(api)]

    def is_alone(self, api: Any) -> bool:
        """Whether there is no other API with a port: asked before each request."""
        return all(each() is api for each in self._apis)

    def apis(self, tasks: Any) -> list[Any]:
        """The APIs with a port of their own that are among the tasks, the oldest first."""
        alive = [api for each in self._apis if (api := each()) is not None]
        # One whose making was refused has no name, and may not be collected yet.
        return [api for api in alive if tasks.get(getattr(api, "name", "")) is api]

    def note(self, kind: str, name: str, *, existed: bool, exists: bool) -> None:
        """Something was written.

        Args:
            kind: task, parameter, config or runtime.
            name: its name.
            existed: whether it was there before.
            exists: whether it is there now.
        """
        if not exists:
            self._owned.pop((kind, name), None)
        elif not existed:
            self._owned[kind, name] = MADE
        else:
            self._owned.setdefault((kind, name), CHANGED)

    def is_owned(self, kind: str, name: str) -> bool:
        """Whether it was made or changed over the API."""
        return (kind, name) in self._owned

    def is_made(self, kind: str, name: str) -> bool:
        """Whether it was made over the API."""
        return self._owned.get((kind, name)) == MADE


_by_session: Final[weakref.WeakKeyDictionary[SessionPort, Ownership]] = weakref.WeakKeyDictionary()
_making: Final = threading.Lock()


def ownership_of(session: SessionPort) -> Ownership:
    """What the APIs of a session share."""
    with _making:
        return _by_session.setdefault(session, Ownership())


logger = logging.getLogger("redengine.api")

WRITE_WAIT_S: Final = 10.0
"""How long a write waits for the store before it tells that the store is in trouble."""


class Journal(Protocol):
    """Where accepted writes go."""

    def store_request(self, resource: str, method: str, data: dict[str, Any]) -> ReceiptPort | None:
        """Store one write; what it returns is waited for before the write is answered."""


class NotDurable(StoreError):
    """A change is in effect, and the store has not taken it yet."""


class Batch:
    """Writes that belong together.

    Args:
        writer: makes them.
        request: what asked for them.
    """

    def __init__(self, writer: Writer, request: ApiRequest) -> None:
        self._writer = writer
        self._request = request
        self.made: list[Made] = []

    def make(
        self, resource: Resource, method: str, request: ApiRequest, reverts: int | None = None
    ) -> ApiResponse:
        """Make one write."""
        before = resource.touched(method, request)
        kept_before = resource.keepable(before)
        response = resource.call(method, request)
        after = resource.touched(method, request)
        entry = resource.journal_entry(method, request)
        written = Written(
            resource=resource.name,
            method=method,
            data=entry or {},
            before=before,
            after=after,
        )
        made = Made(
            resource=resource,
            request=request,
            written=written,
            kept=(kept_before, resource.keepable(after)),
            entry=entry,
            response=response,
            reverts=reverts,
        )
        self.made.append(made)
        resource.note(written, self._writer.ownership)
        return response

    def carry_out(self, write: Write, reverts: int | None = None) -> ApiResponse:
        """Make one write that is given as data."""
        resource = self._writer.resource(write.resource)
        return self.make(resource, write.method, self._request_for(resource, write), reverts)

    def _request_for(self, resource: Resource, write: Write) -> ApiRequest:
        path, rest = path_of(resource, write.data)
        asked = self._request
        request = ApiRequest(
            path=path,
            request_id=asked.request_id,
            actor=asked.actor,
            address=asked.address,
            prefix=asked.prefix,
            revives=True,
        )
        if write.method == "delete":
            request.query = [(key, str(value).lower()) for key, value in rest.items()]
        else:
            request.data = rest
        return request

    def roll_back(self) -> list[str]:
        """Undo what was made, the latest first; what could not be undone stays, and is told."""
        left: list[Made] = []
        told: list[str] = []
        for made in reversed(self.made):
            try:
                self._undo(made)
            except Exception as error:
                logger.exception("a write could not be taken back", extra={"action": "roll_back"})
                left.insert(0, made)
                told.append(f"{_title(made.written)}: {error}")
        self.made = left
        return told

    def _undo(self, made: Made) -> None:
        for write in made.resource.inverse(made.written):
            undone = Batch(self._writer, self._request)
            data = {**write.data, "force": True} if write.method == "delete" else write.data
            undone.carry_out(write._replace(data=_without_force(self._writer, write, data)))

    def record(self, recording: Recording, journal: Journal, audit: Audit) -> list[ReceiptPort]:
        """Hand what was made to the journal, in its order; what to wait for."""
        receipts = []
        for made in self.made:
            receipt = _journalled(made, recording, journal, audit)
            if receipt is not None:
                receipts.append(receipt)
        receipt = recording.store()
        return receipts if receipt is None else [*receipts, receipt]


def _title(written: Written) -> str:
    return f"{written.method} {written.resource} {written.data.get('name', '')}".strip()


def _without_force(writer: Writer, write: Write, data: dict[str, Any]) -> dict[str, Any]:
    """`force` only where the resource knows it."""
    keys = writer.resource(write.resource).query_keys
    return data if keys and "force" in keys else write.data


def _journalled(
    made: Made, recording: Recording, journal: Journal, audit: Audit
) -> ReceiptPort | None:
    """Have one write journalled; what is not kept in the session's journal is an action."""
    written, request, status = made.written, made.request, made.response.status
    receipt = None
    recording.made, recording.is_kept = made, False
    if made.entry is not None:
        token = current_record.set(recording)
        try:
            receipt = journal.store_request(written.resource, written.method, made.entry)
        finally:
            current_record.reset(token)
    if not recording.is_kept:
        told = made.resource.told(request)
        audit.action(written.resource, written.method, request, status, told)
    elif (part := made.resource.action_part(written.method, request)) is not None:
        audit.action(written.resource, written.method, request, status, part)
    return receipt


class Writer:
    """Makes the writes of one API.

    Args:
        session: what is written to.
        resources: all of them by name.
        journal: where accepted writes go.
        audit: where the rest is told.
    """

    def __init__(
        self,
        session: SessionPort,
        resources: Mapping[str, Resource],
        journal: Journal,
        audit: Audit,
    ) -> None:
        self._session = session
        self._resources = resources
        self._journal = journal
        self._audit = audit
        self.ownership = ownership_of(session)

    def resource(self, name: str) -> Resource:
        """A resource by its name, which exists."""
        return self._resources[name]

    def find(self, name: str) -> Resource | None:
        """A resource by its name, or None."""
        return self._resources.get(name)

    def write(self, resource: Resource, method: str, request: ApiRequest) -> ApiResponse:
        """Make one write, if its preconditions hold; it has been journalled by then."""

        def make(batch: Batch) -> ApiResponse:
            _check_preconditions(resource, method, request)
            response = batch.make(resource, method, request)
            if resource.has_tags and method != "delete" and "ETag" not in response.headers:
                tag = resource.tag(request)
                if tag is not None:
                    response.headers["ETag"] = tag
            return response

        return self.together(request, make)

    def dry_run(self, resource: Resource, method: str, request: ApiRequest) -> ApiResponse:
        """What a write would do to starts; it is made on a stand-in for the session alone.

        Raises:
            RedengineError: what the write itself would raise.
        """
        _check_preconditions(resource, method, request)
        resource.refuse_dry_run(request)

        def change(stand_in: Any) -> None:
            type(resource)(stand_in).call(method, request)

        return ApiResponse(resource.session.what_if(change).to_dict())

    def act(self, resource: Resource, method: str, request: ApiRequest) -> ApiResponse:
        """Make a write that is not journalled."""
        if request.if_match or request.if_none_match:
            check_preconditions(request, method, None)
        return resource.call(method, request)

    def tell(
        self, resource: Resource, method: str, request: ApiRequest, response: ApiResponse
    ) -> None:
        """Tell the audit of a write that is not journalled."""
        told = resource.told(request)
        self._audit.action(resource.name, method, request, response.status, told)

    def together(self, request: ApiRequest, make: Callable[[Batch], ApiResponse]) -> ApiResponse:
        """Make several writes, all of them or none.

        Args:
            request: what asks for them.
            make: makes them, and gives the answer; called with other writes kept away.

        Raises:
            StoreError: the store cannot take them now, and nothing is changed; or it has not
                taken them in time.
            RedengineError: whatever `make` raises; what was made is taken back then, and what
                cannot be is told under `left`.
        """
        self._refuse_without_store()
        with self.ownership.writing:
            if self.ownership.in_effect_after is None:
                self.ownership.in_effect_after = newest(self._session)
            batch = Batch(self, request)
            try:
                response = make(batch)
            except Exception as error:
                _tell(error, batch.roll_back())
                self._record(batch)
                raise
            receipts = self._record(batch)
        self._wait(receipts)
        return response

    def _record(self, batch: Batch) -> list[ReceiptPort]:
        return batch.record(Recording(self._session), self._journal, self._audit)

    def replay(self, resource: Resource, method: str, request: ApiRequest) -> ApiResponse:
        """Make a write that the journal has already."""
        with self.ownership.writing:
            return Batch(self, request).make(resource, method, request)

    def _wait(self, receipts: list[ReceiptPort]) -> None:
        try:
            for receipt in receipts:
                receipt.wait(WRITE_WAIT_S)
        except (StoreError, WaitTimeout) as error:
            reason = (
                f"the change is in effect, but is not stored, and a restart may lose it: {error}"
            )
            raise NotDurable(self._session.store.url, reason) from error

    def _refuse_without_store(self) -> None:
        """Refuse before anything has changed, while the store is known to be in trouble."""
        store = self._session.store
        if store.durable and not store.healthy:
            raise StoreError(store.url, f"cannot be written now: {store.last_error}; try again")


def _check_preconditions(resource: Resource, method: str, request: ApiRequest) -> None:
    """Raise where the caller has seen another state than there is."""
    if request.if_match or request.if_none_match:
        tag = resource.tag(request) if resource.has_tags else None
        check_preconditions(request, method, tag)


def _tell(error: Exception, left: list[str]) -> None:
    """Let an error tell what could not be taken back."""
    facts = getattr(error, "facts", None)
    if left and isinstance(facts, dict):
        facts["left"] = left
