"""Dispatcher: hands requests to resources, has writes made, and tells the audit of the rest."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from redengine.api.auth.audit import Audit
from redengine.api.auth.keys import KeyRing
from redengine.api.auth.principal import ADMIN, TaskNames
from redengine.api.auth.restricted import RestrictedSession
from redengine.api.changes.writing import Journal, NotDurable, Writer, path_of
from redengine.api.core.lists import DEFAULT_LIMIT, LARGEST_LIMIT, POSITION
from redengine.api.core.masking import hidden
from redengine.api.core.messages import ApiRequest, ApiResponse, take_flag
from redengine.api.endpoints import RESOURCES, Offer, Resource
from redengine.api.endpoints.session import KeyRingResource
from redengine.api.errors import status_of
from redengine.exceptions import NotFound, RedengineError
from redengine.parameters import refuse_files_outside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.auth.principal import Principal
    from redengine.api.core.ports import SessionPort
    from redengine.channels import ChannelOptions
    from redengine.scheduler.insight.metrics import Metrics

logger = logging.getLogger("redengine.api")

_MOST_PATTERNS: Final = 64


class Dispatcher:
    """The resources of one session.

    Args:
        session: the session that the resources show.
        journal: where accepted writes go.
        kinds: the resources by name.
    """

    def __init__(
        self,
        session: SessionPort,
        journal: Journal,
        kinds: Mapping[str, type[Resource]] = RESOURCES,
    ) -> None:
        self._session = session
        self._journal = journal
        self._kinds = kinds
        self.audit = Audit(session)
        """Where write requests are recorded that are no journalled changes."""
        self.keys = KeyRing(session)
        """The keys that callers may be asked for."""
        self.offer = Offer({"page_size": DEFAULT_LIMIT, "largest_page": LARGEST_LIMIT})
        """What `/capabilities` tells of the transport, which adds its own limits."""
        self.offer.asks_for_keys = lambda: self.keys.in_force
        self._resources = self._made(session)
        for name, each in self._resources.items():
            self.offer.operations[name] = [method.upper() for method in each.methods()]
            if isinstance(each, KeyRingResource):
                each.ring = self.keys
        self.input_roots: tuple[str, ...] = ()
        """Folders whose files those may name, with a checksum, who have no scope admin."""
        self._restricted: dict[str, dict[str, Resource]] = {}

    def _made(self, session: SessionPort) -> dict[str, Resource]:
        """All resources over a session, or over a part of it."""
        resources = {name: kind(session) for name, kind in self._kinds.items()}
        writer = Writer(self._session, resources, self._journal, self.audit)
        for each in resources.values():
            each.offer = self.offer
            each.writer = writer
        return resources

    @property
    def metrics(self) -> Metrics:
        """Where requests are counted."""
        return self._session.metrics

    def channels(self) -> dict[str, ChannelOptions]:
        """The options of the session's channels, by name."""
        return {name: channel.options for name, channel in self._session.channels.items()}

    def session_for(self, principal: Principal | None) -> Any:
        """The session as somebody sees it; None: somebody who may see all."""
        if principal is None or principal.tasks is None:
            return self._session
        return self._resources_for(principal.tasks)["Session"].session

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
        if method == "get" or resource.changes_nothing:
            resource = self._admitted(resource, method, request)
            position = self._session.events.position  # before the state is read
            response = resource.call(method, request)
            response.headers.setdefault(POSITION, position)
            return self.hidden(response)
        if resource.has_dry_run and take_flag(request, "dry_run"):
            resource = self._admitted(resource, method, request)
            return self.hidden(resource.writer.dry_run(resource, method, request))
        try:
            response = self._write(self._admitted(resource, method, request), method, request)
        except NotDurable:
            raise  # it was made, and the journal has told of it
        except Exception as error:
            self._refused(resource, method, request, error)
            raise
        _log(resource, method, request)
        return self.hidden(response)

    def hidden(self, response: ApiResponse) -> ApiResponse:
        """The answer without the values of secrets, wherever in it they stand."""
        return hidden(response, self._session.parameters)

    def _admitted(self, resource: Resource, method: str, request: ApiRequest) -> Resource:
        """The resource as who asks sees it.

        Raises:
            Forbidden: their scopes do not allow it, or it names files that are not for them.
        """
        principal = request.principal
        if principal is None:
            return resource
        if principal.tasks is not None:
            resource = self._resources_for(principal.tasks)[resource.name]
        if not resource.public:
            principal.check(resource.needs(method, request), f"{method.upper()} {resource.name}")
        if method != "get" and ADMIN not in principal.scopes:
            refuse_files_outside(request.data, self.input_roots)
        return resource

    def _resources_for(self, pattern: str) -> dict[str, Resource]:
        """The resources over that part of the session whose tasks match a pattern."""
        found = self._restricted.get(pattern)
        if found is None:
            session: Any = RestrictedSession(self._session, TaskNames(pattern))
            found = self._made(session)
            if len(self._restricted) >= _MOST_PATTERNS:
                self._restricted.clear()
            self._restricted[pattern] = found
        return found

    def _write(self, resource: Resource, method: str, request: ApiRequest) -> ApiResponse:
        if resource.journalled:
            return resource.writer.write(resource, method, request)
        response = resource.writer.act(resource, method, request)
        if not resource.is_made_of_others:
            resource.writer.tell(resource, method, request, response)
        return response

    def _refused(
        self, resource: Resource, method: str, request: ApiRequest, error: Exception
    ) -> None:
        code = error.code if isinstance(error, RedengineError) else RedengineError.code
        name = next(iter(request.path.values()), None)
        told = resource.told(request)
        self.audit.refusal(resource.name, name, method, request, status_of(error), code, told)

    def replay(self, resource: Resource, method: str, request: ApiRequest) -> ApiResponse:
        """The resource's answer to a write that the journal has already."""
        return resource.writer.replay(resource, method, request)


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
    path, rest = path_of(resource, data)
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
