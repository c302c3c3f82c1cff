"""Resource: what can be asked for and written, whatever carries the request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final

from redengine.api.errors import MethodNotAllowed
from redengine.api.principal import READ, WRITE
from redengine.exceptions import UnknownName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redengine.api.messages import ApiRequest, ApiResponse
    from redengine.api.ports import SessionPort

METHODS: Final = ("get", "post", "put", "patch", "delete")


@dataclass(slots=True)
class Offer:
    """What a transport offers, as `/capabilities` tells it.

    Attributes:
        limits: how much is taken at most, by a name that says of what.
        operations: the methods of each resource.
    """

    limits: dict[str, Any] = field(default_factory=dict)
    operations: dict[str, list[str]] = field(default_factory=dict)


class Resource:
    """Base of all resources; a subclass has those of `METHODS` that it answers to.

    Each takes an `ApiRequest`, gives an `ApiResponse`, and raises the package's own errors.

    Args:
        session: the session that it shows.
    """

    name: ClassVar[str]
    """What `call_resource` and the journal call it."""

    path_names: ClassVar[tuple[str, ...]] = ()
    """The names of the values in its path."""

    query_keys: ClassVar[frozenset[str] | None] = frozenset()
    """The query keys that it knows; None: it reads filters, and complains itself."""

    journalled: ClassVar[bool] = False
    """Whether its writes are stored, and applied again when the session starts anew."""

    scopes: ClassVar[Mapping[str, str]] = {}
    """The scope that a method needs, where it is not `read` for get and `write` for the rest."""

    submits: ClassVar[bool] = False
    """Whether its post submits jobs, which are counted apart where requests are limited."""

    public: ClassVar[bool] = False
    """Whether anybody may ask, without a key and as often as they like."""

    waits: ClassVar[bool] = False
    """Whether its requests may wait for something, for as long as the transport can bear it."""

    def __init__(self, session: SessionPort) -> None:
        self.session = session
        self.offer = Offer()
        """What else is offered beside it; the dispatcher puts its own here."""

    @classmethod
    def methods(cls) -> tuple[str, ...]:
        """The methods that it answers to."""
        return tuple(method for method in METHODS if hasattr(cls, method))

    def needs(self, method: str, request: ApiRequest) -> tuple[str, ...]:
        """The scopes that a request takes."""
        del request
        return (self.scopes.get(method) or (READ if method == "get" else WRITE),)

    def call(self, method: str, request: ApiRequest) -> ApiResponse:
        """The answer to a request.

        Raises:
            MethodNotAllowed: it does not answer to the method.
            UnknownName: the request has a query key that nobody reads.
            RedengineError: whatever the method raises.
        """
        handler: Callable[[ApiRequest], ApiResponse] | None = getattr(self, method, None)
        if method not in METHODS or handler is None:
            raise MethodNotAllowed(method.upper(), [each.upper() for each in self.methods()])
        if request.query and self.query_keys is not None:
            for key, _ in request.query:
                if key not in self.query_keys:
                    raise UnknownName("query key", key, self.query_keys)
        return handler(request)

    def journal_entry(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        """What makes the write again, as `call_resource` takes it; None: nothing to keep."""
        del method
        return {**request.path, **request.data}
