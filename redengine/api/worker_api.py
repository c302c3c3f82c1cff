"""WorkerAPI: a second HTTP API of a session, for clients written for a worker API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn

from redengine.api.core.encoding import to_json
from redengine.api.endpoints import RESOURCES
from redengine.api.flask_api import FlaskAPI
from redengine.api.http import Binding
from redengine.api.worker_resources import WORKER_RESOURCES, worker_envelope
from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redengine.api.endpoints import Resource

ROUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "Jobs": ("/jobs",),
    "Job": ("/jobs/<job_id>",),
    "JobResult": ("/jobs/<job_id>/result",),
    "Capabilities": ("/capabilities",),
    "Health": ("/health",),
}
"""The paths of a worker API, all under `/api/v1`."""
_OWN_WORDS: Final = frozenset(("worker_id", "operations", "features", "max_concurrent_jobs"))


class WorkerAPI(FlaskAPI):
    """The session as a worker that takes job documents, with a port of its own beside FlaskAPI.

    It answers at `/api/v1/jobs`, `/jobs/<id>`, `/jobs/<id>/result`, `/capabilities` and
    `/health`, and nowhere else. An operation is a task, and `payload.data` its parameters. Keys,
    limits, `authenticate` and the audit trail are those of the session's `FlaskAPI`, where it has
    one.

    Args:
        host: as for `FlaskAPI`.
        port: as for `FlaskAPI`.
        worker_id: what `/capabilities` calls the worker; the session's name if not given.
        features: texts that `/capabilities` lists.
        extra: what `/capabilities` says besides, by name.
        session: the session to control; the default session if not given.
        **options: the other arguments of `FlaskAPI`, and task options.

    Raises:
        UnsafeAddress: others could reach it, and nothing guards it.
        InvalidInput: an argument does not fit.

    Example:
        >>> WorkerAPI(features=["lvm"], extra={"max_disk_size_gb": 100})
    """

    kind = "WorkerAPI"
    resources: ClassVar[Mapping[str, type[Resource]]] = {**RESOURCES, **WORKER_RESOURCES}
    binding = Binding(
        routes=ROUTES, prefixes=("/api/v1",), envelope=worker_envelope, has_pages=False
    )
    has_routes = False

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 8080,
        worker_id: str | None = None,
        features: Iterable[str] = (),
        extra: Mapping[str, Any] | None = None,
        session: Any = None,
        **options: Any,
    ) -> None:
        told = _checked(worker_id, features, extra)
        super().__init__(host, port, session=session, **options)
        self.dispatcher.offer.worker |= told

    def get_requests(self) -> tuple[()]:
        """Nothing: what was changed over the API is applied again by FlaskAPI."""
        return ()

    @property
    def is_serving_routes(self) -> bool:
        """Never: routes are FlaskAPI's."""
        return False

    def add_route(self, path: str, *arguments: Any, **options: Any) -> NoReturn:
        """Refuse: a worker API has the paths that its clients know, and no others.

        Raises:
            InvalidInput: always.
        """
        del arguments, options
        reason = f"WorkerAPI takes no route {shortened(path)}; add it to FlaskAPI or session.rest"
        raise InvalidInput({"path": reason})


def _checked(worker_id: object, features: object, extra: object) -> dict[str, Any]:
    """The facts about the worker in `/capabilities`.

    Raises:
        InvalidInput: an argument does not fit.
    """
    told: dict[str, Any] = {}
    if worker_id is not None:
        if not isinstance(worker_id, str) or not worker_id:
            raise InvalidInput({"worker_id": f"expected a text, got {shortened(worker_id)}"})
        told["worker_id"] = worker_id
    if isinstance(features, str) or not all(isinstance(each, str) for each in _listed(features)):
        raise InvalidInput({"features": f"expected a list of texts, got {shortened(features)}"})
    told["features"] = _listed(features)
    return told | _checked_extra({} if extra is None else extra)


def _listed(features: Any) -> list[Any]:
    try:
        return list(features)
    except TypeError:
        return [None]


def _checked_extra(extra: object) -> dict[str, Any]:
    if not isinstance(extra, Mapping) or not all(isinstance(name, str) for name in extra):
        raise InvalidInput({"extra": f"expected values by name, got {shortened(extra)}"})
    for name in sorted(_OWN_WORDS.intersection(extra)):
        hint = "; it is an argument of its own" if name in {"worker_id", "features"} else ""
        raise InvalidInput({f"extra.{name}": f"is told by the worker itself{hint}"})
    to_json(extra)
    return dict(extra)
