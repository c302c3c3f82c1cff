"""The session, its health, its metrics and its keys."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import quote

from redengine._version import __version__
from redengine.api.auth.key_sources import checked_name, expiry_of
from redengine.api.auth.principal import ADMIN, PATTERNS, Principal
from redengine.api.core.lists import WORKER_FIELDS, filtered
from redengine.api.core.masking import shown
from redengine.api.core.messages import ApiRequest, ApiResponse
from redengine.api.endpoints.resource import Resource
from redengine.exceptions import Forbidden, InvalidInput, StoreError, UnknownName, shortened
from redengine.query import Clause, Query

if TYPE_CHECKING:
    from redengine.api.auth.keys import KeyRing
    from redengine.api.core.ports import SessionPort

_PARTS: Final = ("tasks", "jobs", "runtimes", "capabilities", "logs", "health", "metrics")


class SessionResource(Resource):
    """The session's state, configuration, parameters, task names, returns and versions."""

    name = "Session"

    def get(self, request: ApiRequest) -> ApiResponse:
        return _shown(self.session, request)


class SessionPauseResource(Resource):
    """Holds new starts; running jobs go on to their end."""

    name = "SessionPause"

    def post(self, request: ApiRequest) -> ApiResponse:
        self.session.pause()
        return _shown(self.session, request)


class SessionResumeResource(Resource):
    """Lets tasks start again."""

    name = "SessionResume"

    def post(self, request: ApiRequest) -> ApiResponse:
        self.session.resume()
        return _shown(self.session, request)


class SessionShutdownResource(Resource):
    """Stops the session, and with it this API; the answer comes before the end."""

    name = "SessionShutdown"
    scopes: ClassVar = {"post": ADMIN}

    def post(self, request: ApiRequest) -> ApiResponse:
        del request
        self.session.shut_down(wait=False)
        return ApiResponse({"state": self.session.state}, 202)


class SessionRestartResource(Resource):
    """Stops the session and starts it again; the answer comes before."""

    name = "SessionRestart"
    scopes: ClassVar = {"post": ADMIN}

    def post(self, request: ApiRequest) -> ApiResponse:
        del request
        self.session.restart()
        return ApiResponse({"state": self.session.state}, 202)


def _shown(session: SessionPort, request: ApiRequest) -> ApiResponse:
    """The session's object with links to its parts."""
    links = {part: f"{request.prefix}/{part}" for part in _PARTS}
    links = {"self": f"{request.prefix}/session", **links}
    found = dict(session.snapshot())
    for part in ("parameters", "returns"):
        if part in found:
            found[part] = shown(found[part], session.parameters)
    return ApiResponse({**found, "links": links})


_COUNTED_FOR_S: Final = 5.0


class HealthResource(Resource):
    """The checks of the session; 503 when one of them fails."""

    name = "Health"
    _counted: tuple[float, int | None] = (0.0, None)

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        is_well, facts = self.session.health()
        store = facts.get("checks", {}).get("store", {})
        is_accessible = bool(store.get("ok", True))
        body = {
            **facts,
            "status": "healthy" if is_well else "unhealthy",
            "timestamp": datetime.now(UTC),
            "version": __version__,
            "auth_required": self.offer.asks_for_keys(),
            "monitoring": {"enabled": True},
            "stores": {
                "accessible": is_accessible,
                "flow_count": 0,
                "job_count": self._job_count() if is_accessible else None,
            },
        }
        return ApiResponse(body, 200 if is_well else 503)

    def _of_work(self) -> tuple[Clause, ...]:
        """Leaves out the jobs of services, which are none to those who submit some."""
        tasks = self.session.tasks.values()
        services = tuple(task.name for task in tasks if task.field("permanent_task"))
        return (Clause("task", "text", (), "not", services),) if services else ()

    def _job_count(self) -> int | None:
        """How many jobs there are; counted now and then, as monitors ask often."""
        at, count = self._counted
        now = time.monotonic()
        if count is None or now - at > _COUNTED_FOR_S:
            try:
                count = self.session.jobs.query(Query(conditions=self._of_work(), limit=1)).total
            except StoreError:
                count = None
            self._counted = now, count
        return count


class LivenessResource(Resource):
    """That the process answers; nothing else is looked at, so nothing can hold it up."""

    name = "Liveness"
    public = True

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        return ApiResponse({"status": "alive"})


class ReadinessResource(Resource):
    """Whether jobs are taken now; 503 with the reasons when they are not."""

    name = "Readiness"
    public = True

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        is_ready, facts = self.session.readiness()
        headers = {} if is_ready else {"Retry-After": "1"}
        return ApiResponse(dict(facts), 200 if is_ready else 503, headers)


class WorkersResource(Resource):
    """The processes of the session: its own, those of its runtimes, and what its jobs started."""

    name = "Workers"
    query_keys = None

    def get(self, request: ApiRequest) -> ApiResponse:
        return filtered(self.session.workers(), request, WORKER_FIELDS, self.session.zone)


class MetricsResource(Resource):
    """Counts, durations and loads in the text format of Prometheus."""

    name = "Metrics"

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        metrics = self.session.metrics
        return ApiResponse(metrics.text(), content_type=metrics.content_type)


_FIELDS = ("name", "scopes", *PATTERNS, "expires_at")
_ALL = dict.fromkeys(("get", "post", "delete"), ADMIN)


class KeyRingResource(Resource):
    """What the resources of keys have in common."""

    scopes: ClassVar = _ALL
    ring: KeyRing | None = None
    """The keys; None where the caller may see a part of the session only."""

    @property
    def keys(self) -> KeyRing:
        """The keys.

        Raises:
            Forbidden: the caller may not know of them.
        """
        if self.ring is None:
            raise Forbidden("keys are managed by somebody who may see all tasks")
        return self.ring


class KeysResource(KeyRingResource):
    """All keys, without what would let anybody in; and the place to make one."""

    name = "Keys"

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        return ApiResponse([key.snapshot() for key in self.keys.all()])

    def post(self, request: ApiRequest) -> ApiResponse:
        """Make a key; the answer, and nothing ever after, has the key itself."""
        wanted, expires_at = self._wanted(request)
        key, text = self.keys.create(wanted, expires_at, request.actor)
        location = f"{request.prefix}/keys/{quote(key.name, safe='')}"
        return ApiResponse({**key.snapshot(), "key": text}, 201, {"Location": location})

    def _wanted(self, request: ApiRequest) -> tuple[Principal, datetime | None]:
        data = request.data
        for field in data:
            if field not in _FIELDS:
                raise UnknownName("field", field, _FIELDS)
        if not data.get("scopes"):
            raise InvalidInput({"scopes": f"expected a list of scopes, {_got(data, 'scopes')}"})
        now = self.keys.now()
        expires_at = expiry_of(data.get("expires_at"), self.session.zone, now)
        if expires_at is not None and expires_at <= now:
            given = shortened(data["expires_at"])
            raise InvalidInput({"expires_at": f"expected a time to come, got {given}"})
        name = checked_name(data.get("name"))
        patterns = {kind: data.get(kind) for kind in PATTERNS}
        return Principal(name=name, scopes=data["scopes"], **patterns), expires_at


def _got(data: Any, field: str) -> str:
    return f"got {shortened(data[field])}" if field in data else "got nothing"


class KeyResource(KeyRingResource):
    """A key by its name."""

    name = "Key"
    path_names = ("name",)

    def get(self, request: ApiRequest) -> ApiResponse:
        return ApiResponse(self.keys.get(request.path["name"]).snapshot())

    def delete(self, request: ApiRequest) -> ApiResponse:
        """Revoke it: it is refused from now on, and stays in the list."""
        self.keys.revoke(request.path["name"])
        return ApiResponse(status=204)
