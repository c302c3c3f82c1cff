"""APITask: the base of everything that lets the session be controlled from outside."""

from __future__ import annotations

import logging
import secrets
import threading
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from redengine.api.changes import journal
from redengine.api.changes.writing import ownership_of
from redengine.api.core.dispatcher import Dispatcher, request_from
from redengine.api.core.messages import error_response
from redengine.api.endpoints import RESOURCES
from redengine.exceptions import InvalidInput, NotFound, RedengineError, shortened
from redengine.parameters import TerminationFlag
from redengine.tasks import FuncTask
from redengine.tasks.host import default_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from redengine.api.core.messages import ApiResponse
    from redengine.api.core.ports import ReceiptPort, SessionPort, StopFlag
    from redengine.api.endpoints import Resource

logger = logging.getLogger("redengine.api")


class APITask(FuncTask):
    """A task that runs as long as the session and takes requests from outside.

    Subclass it for a transport of your own: override `serve`, and hand what arrives to
    `call_resource` or `answer`. `setup` may be extended to take what `serve` will need;
    `store_request` and `get_requests` to keep changes somewhere else.

    Args:
        session: the session to control; the default session if not given.
        **options: see `Task`; the name is the class's name unless given.

    Example:
        >>> class FolderAPI(APITask):
        ...     def serve(self, stop):
        ...         while not stop.wait(1):
        ...             for command in read_commands("inbox"):
        ...                 self.answer(**command)
    """

    kind = "APITask"
    serves_api = True
    """Tells the resources that no job may be made of it, and nobody may end it lightly."""

    resources: ClassVar[Mapping[str, type[Resource]]] = RESOURCES
    """What can be called, by name."""

    def __init__(self, *, session: Any = None, **options: Any) -> None:
        host: Any = session if session is not None else default_host()
        self.host = host
        self._replay_lock = threading.Lock()
        self._is_replayed = False
        self.dispatcher = Dispatcher(host, self, self.resources)
        self.make_transport()
        defaults: dict[str, Any] = {
            "name": type(self).__name__,
            "start_cond": "always true",
            "execution": "thread",
            "permanent": True,
        }
        super().__init__(self._work, session=host, **{**defaults, **options})

    def _converted(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """As elsewhere, but that it runs in a thread and nowhere else."""
        values = super()._converted(given)
        execution = values.get("execution", "thread")
        if execution not in {None, "thread"}:
            reason = f"an API runs in a thread of the session's process; got {shortened(execution)}"
            raise InvalidInput({"execution": reason})
        return values | ({"execution": "thread"} if "execution" in values else {})

    # -- what a subclass overrides

    def make_transport(self) -> None:
        """Called once, before the session knows the task: `serve` may run any time after."""

    @abstractmethod
    def serve(self, stop: StopFlag) -> None:
        """Take requests until `stop` is set, then return soon.

        Args:
            stop: set when the session shuts down or the task is terminated.

        A session over virtual time does not call it: `call_resource` and `answer` work there.
        """

    def setup(self) -> None:
        """Called when the session starts, before anything runs; raise to refuse the start.

        It applies the journalled changes: an override calls `super().setup()` first.
        """
        with self._replay_lock:
            if not self._is_replayed:
                self._is_replayed = True
                self._replay()
                if type(self).get_requests is APITask.get_requests:
                    ownership = ownership_of(self.api_session)
                    with ownership.writing:
                        ownership.in_effect_after = 0

    def store_request(self, resource: str, method: str, data: dict[str, Any]) -> ReceiptPort | None:
        """Store an accepted write, so that `get_requests` can give it at the next start.

        Called for each accepted write that describes things (tasks, parameters,
        configuration, returns), in the order in which they took effect; not for actions such
        as starting a job or pausing. The default keeps them in the session's store, and leaves
        secret parameters out. Writes that were made together are kept in one step after the
        last of them; what a subclass does not hand to the default is told in the audit trail
        as an action.

        Args:
            resource: the resource's name, such as "Task".
            method: "post", "put", "patch" or "delete".
            data: the rest, as `call_resource` takes it; JSON-ready.

        Returns:
            Nothing, or something whose `wait(seconds)` returns when the write is durable:
            the request is answered after that.
        """
        return journal.record(self.api_session, resource, method, data)

    def get_requests(self) -> Iterable[tuple[str, str, dict[str, Any]]]:
        """The writes to apply when the session starts: `(resource, method, data)`, in order.

        The default gives those of a durable store that still have an effect, and that the
        session has neither made itself nor applied already.
        """
        after = ownership_of(self.api_session).in_effect_after
        found = journal.outstanding(journal.recorded(self.api_session), after)
        return [entry[:3] for entry in found]

    # -- what a subclass calls

    @property
    def api_session(self) -> SessionPort:
        """The session that is controlled."""
        session: Any = self.host
        return session  # type: ignore[no-any-return]

    def call_resource(
        self, resource: str, method: str, data: Mapping[str, Any] | None = None
    ) -> ApiResponse:
        """Read or change something, as a request over HTTP would.

        Args:
            resource: the resource's name, such as "Task" or "Logs".
            method: "get", "post", "put", "patch" or "delete".
            data: what stands in the path, such as the task's name, with the query of a get
                or delete, or the body of another method.

        Raises:
            RedengineError: what the answer would be the error envelope of.

        Example:
            >>> api.call_resource("Task", "patch", {"name": "fetch", "disabled": True})
        """
        return self._call(resource, method, data or {}, secrets.token_hex(8))

    def answer(
        self, resource: str, method: str, data: Mapping[str, Any] | None = None
    ) -> ApiResponse:
        """The same, for transports that answer: an error is a response with its envelope."""
        request_id = secrets.token_hex(8)
        try:
            return self._call(resource, method, data or {}, request_id)
        except Exception as error:  # noqa: BLE001 - every error has an answer
            return self.dispatcher.hidden(error_response(error, request_id))

    def _call(
        self, resource: str, method: str, data: Mapping[str, Any], request_id: str
    ) -> ApiResponse:
        found = self.dispatcher.resource(resource)
        method = method.lower()
        request = request_from(found, method, data, request_id, self.name)
        return self.dispatcher.dispatch(found, method, request)

    # -- how it runs

    def _work(self, stop: Any = TerminationFlag()) -> None:  # noqa: B008 - an argument of a task
        self.setup()
        if not self.api_session.is_virtual:
            self.serve(stop)

    def _replay(self) -> None:
        shut_conds = []
        for resource, method, data in self.get_requests():
            if resource == "Config" and "shut_cond" in data:
                shut_conds.append(data["shut_cond"])
                data = {key: value for key, value in data.items() if key != "shut_cond"}  # noqa: PLW2901 - the rest of it
                self._apply_again(resource, method, data)
            elif resource == "Task" and self._is_server(data.get("name")):
                _tell_of_skipped(f"{method} of task '{data['name']}'", "would leave no API")
            else:
                self._apply_again(resource, method, data)
        for text in shut_conds[-1:]:  # last: what else was changed decides whether it holds
            self._apply_shut_cond(text)

    def _is_server(self, name: object) -> bool:
        """Whether a task of the session serves an API, as this one does."""
        task = self.api_session.tasks.get(str(name))
        return name == self.name or getattr(task, "serves_api", False)

    def _apply_shut_cond(self, text: str | None) -> None:
        try:
            ends_soon = text is not None and self.api_session.ends_soon(text)
        except RedengineError:
            ends_soon = False  # refused below, with its reason in the log
        if ends_soon:
            _tell_of_skipped(f"shut_cond '{text}'", "would end the session as soon as it starts")
        else:
            self._apply_again("Config", "patch", {"shut_cond": text})

    def _apply_again(self, resource: str, method: str, data: dict[str, Any]) -> None:
        try:
            found = self.dispatcher.resource(resource)
            request = request_from(found, method, data, "replay", "journal")
            self.dispatcher.replay(found, method, request)
        except Exception as error:
            if method == "delete" and isinstance(error, NotFound):
                return  # what should be gone is gone
            logger.exception(
                "a journalled change cannot be applied again: %s %s %s",
                method,
                resource,
                data.get("name", ""),
                extra={"action": "replay"},
            )


def _tell_of_skipped(change: str, effect: str) -> None:
    logger.warning(
        "a journalled change is not applied again, as it %s: %s; "
        "say it in the script if it is meant to last",
        effect,
        change,
        extra={"action": "replay"},
    )
