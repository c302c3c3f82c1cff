"""Resource: what can be asked for and written, whatever carries the request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final

from redengine.api.auth.principal import ADMIN, READ, WRITE
from redengine.api.core.masking import kept
from redengine.api.errors import MethodNotAllowed
from redengine.exceptions import Conflict, UnknownName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redengine.api.changes.writing import Ownership, Write, Writer, Written
    from redengine.api.core.messages import ApiRequest, ApiResponse
    from redengine.api.core.ports import SessionPort

METHODS: Final = ("get", "post", "put", "patch", "delete")


@dataclass(slots=True)
class Offer:
    """What a transport offers, as `/capabilities` tells it.

    Attributes:
        limits: how much is taken at most, by a name that says of what.
        operations: the methods of each resource.
        asks_for_keys: whether a caller without a key is refused now.
        worker: what a worker API says of itself.
    """

    limits: dict[str, Any] = field(default_factory=dict)
    operations: dict[str, list[str]] = field(default_factory=dict)
    asks_for_keys: Callable[[], bool] = bool
    worker: dict[str, Any] = field(default_factory=dict)


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

    is_live: ClassVar[bool] = False
    """Whether its requests may stay open, and a ticket lets in."""

    has_tags: ClassVar[bool] = False
    """Whether what it shows has entity tags, by which a write can be refused."""

    changes_nothing: ClassVar[bool] = False
    """Whether it only reads, whatever the method."""

    has_dry_run: ClassVar[bool] = False
    """Whether `?dry_run=1` has its writes answered with what they would do to starts."""

    is_made_of_others: ClassVar[bool] = False
    """Whether its write is made of writes of other resources, which are recorded one by one."""

    reads_text: ClassVar[bool] = False
    """Whether it reads the body itself, which need not be JSON."""

    writer: Writer
    """Makes the writes of those whose write is made of others."""

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

    def is_service(self, task: object) -> bool:
        """Whether a task runs as long as the session, as the API itself does."""
        found = self.session.tasks.get(task) if isinstance(task, str) else None
        return found is not None and bool(found.field("permanent_task"))

    def ruling(self, needed: tuple[str, ...], task: object) -> tuple[str, ...]:
        """The scopes that a write takes: services are for those who may stop the session."""
        return (ADMIN,) if self.is_service(task) else needed

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

    def refuse_dry_run(self, request: ApiRequest) -> None:
        """Raise where what a write would do to starts cannot be foretold.

        Raises:
            InvalidInput: it cannot.
        """

    # -- what a journalled resource tells of its writes

    def tag(self, request: ApiRequest) -> str | None:
        """The entity tag of what a request names; None where there is nothing."""
        del request
        return None

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        """What a write touches, whole, as it now is; None where there is nothing.

        It is asked before the write and after it, so that the write can be undone.
        """
        del method, request
        return None

    def keepable(self, touched: dict[str, Any] | None) -> Any:
        """What was touched, as it may be written down."""
        return kept(touched)

    def inverse(self, written: Written) -> list[Write]:
        """The writes that undo one.

        Raises:
            Conflict: nothing does.
        """
        message = f"a {written.method.upper()} of {self.name} cannot be undone"
        raise Conflict(message, reason="not_reversible")

    def parts(self, written: Written) -> frozenset[str] | None:
        """What of its subject a write has touched: the names of fields; None stands for all."""
        return frozenset({*(written.before or {}), *(written.after or {})})

    def note(self, written: Written, ownership: Ownership) -> None:
        """Remember what a write has made, changed or removed."""

    def told(self, request: ApiRequest) -> dict[str, Any]:
        """What of a write that is not journalled the audit trail tells; masked by names."""
        return dict(request.data)

    def action_part(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        """What of a write happens once, and is not in its journal entry; None for nothing."""
        del method, request
        return None

    def journal_entry(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        """What makes the write again, as `call_resource` takes it; None: nothing to keep."""
        del method
        return {**request.path, **request.data}
