"""Dispatcher: hands requests to resources, and accepted writes to the journal."""

from __future__ import annotations

import logging
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Protocol

from redengine.api.keys import KeyRing
from redengine.api.lists import DEFAULT_LIMIT, LARGEST_LIMIT
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources import RESOURCES, Offer, Resource
from redengine.api.resources.keys import KeyRingResource
from redengine.api.restricted import RestrictedSession
from redengine.api.task_names import TaskNames
from redengine.exceptions import InvalidInput, NotFound, StoreError, WaitTimeout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.ports import MetricsPort, ReceiptPort, SessionPort
    from redengine.api.principal import Principal

logger = logging.getLogger("redengine.api")

WRITE_WAIT_S: Final = 10.0
"""How long a write waits for the store before it tells that the store is in trouble."""

_MOST_PATTERNS: Final = 64

current_request: ContextVar[ApiRequest | None] = ContextVar("redengine_request", default=None)
"""The request whose write is being journalled."""


class Journal(Protocol):
    """Where accepted writes go."""

    def store_request(self, resource: str, method: str, data: dict[str, Any]) -> ReceiptPort | None:
        """Store one write; what it returns is waited for before the write is answered."""


class Dispatcher:
    """The resources of one session.

    Writes that the journal keeps happen one after the other, so that the journal has them in
    the order in which they took effect; they become durable together, outside that lock.

    Args:
        session: the session that the resources show.
        journal: where accepted writes go.
    """

    def __init__(self, session: SessionPort, journal: Journal) -> None:
        self._session = session
        self._journal = journal
        self.keys = KeyRing(session)
        """The keys that callers may be asked for."""
        self._resources = {name: kind(session) for name, kind in RESOURCES.items()}
        self.offer = Offer({"page_size": DEFAULT_LIMIT, "largest_page": LARGEST_LIMIT})
        """What `/capabilities` tells of the transport, which adds its own limits."""
        for name, each in self._resources.items():
            self.offer.operations[name] = [method.upper() for method in each.methods()]
            each.offer = self.offer
            if isinstance(each, KeyRingResource):
                each.ring = self.keys
        self._restricted: dict[str, dict[str, Resource]] = {}
        self._writing = threading.Lock()

    @property
    def metrics(self) -> MetricsPort:
        """Where requests are counted."""
        return self._session.metrics

    def resource(self, name: str) -> Resource:
        """A resource by its name.

        Raises:
            NotFound: there is none.
        """
        try:
            return self._resources[name]
        except KeyError:
            raise NotFound("resource", name, self._resources) from None

    def dispatch(self, resource: Resource, method: str, request: ApiRequest) -> ApiResponse:
        """The resource's answer; an accepted write has been journalled by then.

        Raises:
            Forbidden: the request's principal may not do this.
            RedengineError: whatever the resource raises, and StoreError when the journal
                cannot be written.
        """
        if request.principal is not None:
            resource = self._admitted(resource, method, request, request.principal)
        if method == "get":
            return resource.call(method, request)
        if resource.journalled:
            response = self._write(resource, method, request)
        else:
            response = resource.call(method, request)
        _log(resource, method, request)
        return response

    def _admitted(
        self, resource: Resource, method: str, request: ApiRequest, principal: Principal
    ) -> Resource:
        """The resource as the principal sees it.

        Raises:
            InsufficientScope: their scopes do not allow the request.
        """
        if not resource.public:
            principal.check(resource.needs(method, request), f"{method.upper()} {resource.name}")
        if principal.tasks is None:
            return resource
        return self._resources_for(principal.tasks)[resource.name]

    def _resources_for(self, pattern: str) -> dict[str, Resource]:
        """The resources over that part of the session whose tasks match a pattern."""
        found = self._restricted.get(pattern)
        if found is None:
            session: Any = RestrictedSession(self._session, TaskNames(pattern))
            found = {name: kind(session) for name, kind in RESOURCES.items()}
            for each in found.values():
                each.offer = self.offer
            if len(self._restricted) >= _MOST_PATTERNS:
                self._restricted.clear()
            self._restricted[pattern] = found
        return found

    def replay(self, resource: Resource, method: str, request: ApiRequest) -> ApiResponse:
        """The resource's answer to a write that the journal has already."""
        with self._writing:
            return resource.call(method, request)

    def _write(self, resource: Resource, method: str, request: ApiRequest) -> ApiResponse:
        self._refuse_without_store()
        with self._writing:
            response = resource.call(method, request)
            entry = resource.journal_entry(method, request)
            receipt = self._store(resource.name, method, entry, request) if entry else None
        if receipt is not None:
            self._wait(receipt)
        return response

    def _wait(self, receipt: ReceiptPort) -> None:
        try:
            receipt.wait(WRITE_WAIT_S)
        except (StoreError, WaitTimeout) as error:
            reason = (
                f"the change is in effect, but is not stored, and a restart may lose it: {error}"
            )
            raise StoreError(self._session.store.url, reason) from error

    def _store(
        self, name: str, method: str, entry: dict[str, Any], request: ApiRequest
    ) -> ReceiptPort | None:
        token = current_request.set(request)
        try:
            return self._journal.store_request(name, method, entry)
        finally:
            current_request.reset(token)

    def _refuse_without_store(self) -> None:
        """Refuse before anything has changed, while the store is known to be in trouble."""
        store = self._session.store
        if store.durable and not store.healthy:
            raise StoreError(store.url, f"cannot be written now: {store.last_error}; try again")


def _log(resource: Resource, method: str, request: ApiRequest) -> None:
    """Tell of a write; what was written may be secret."""
    logger.info(
        "%s %s %s by %s, request %s",
        method.upper(),
        resource.name,
        " ".join(request.path.values()),
        request.actor,
        request.request_id,
        extra={"action": "write", "resource": resource.name, "request_id": request.request_id},
    )


def request_from(
    resource: Resource, method: str, data: Mapping[str, Any], request_id: str, actor: str | None
) -> ApiRequest:
    """A request from one flat mapping, as `call_resource` and the journal have it.

    The values of the resource's path are taken out of `data`. The rest is the query of a
    get or delete, and the body of anything else.

    Raises:
        InvalidInput: a value of the path is missing.
    """
    rest = dict(data)
    path = {}
    for name in resource.path_names:
        if not isinstance(rest.get(name), str):
            raise InvalidInput({name: f"resource {resource.name} needs it, as text"})
        path[name] = rest.pop(name)
    request = ApiRequest(path=path, request_id=request_id, actor=actor)
    if method in {"get", "delete"}:
        request.query = [(key, text) for key, value in rest.items() for text in _texts(value)]
    else:
        request.data = rest
    return request


def _texts(value: Any) -> list[str]:
    """A value as the texts of a query; a list stands for a key that is repeated."""
    values = value if isinstance(value, list | tuple) else [value]
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in values]
