"""Whether the session is well, serves, and takes work."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final

from redengine._version import __version__
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.exceptions import StoreError
from redengine.query import Clause, Query

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
