"""Audit: who asked for what, from where, and how it was answered.

Changes are recorded by the journal, with what they need to be applied again. The rest is recorded
here: actions, which happen once, and write requests that were refused. Nobody waits for that.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

from redengine.api.core.masking import excerpt
from redengine.store import ChangeEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.api.core.messages import ApiRequest
    from redengine.api.core.ports import SessionPort

MOST_AT_ONCE: Final = 100
"""So many refused requests are recorded in a row; then one each second."""
_LONGEST_NAME: Final = 200


class Allowance:
    """Lets some things happen at once, and then one each second.

    Args:
        most: how many at once.
        clock: monotonic seconds.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._left = float(most)
        self._at = clock()
        self._refused = 0

    def take(self) -> int | None:
        """How many were refused since the last one that was not; None refuses this one."""
        with self._lock:
            now = self._clock()
            self._left = min(self._left + now - self._at, self._most)
            self._at = now
            if self._left < 1:
                self._refused += 1
                return None
            self._left -= 1
            refused, self._refused = self._refused, 0
            return refused


class Audit:
    """Records actions and refusals in the session's store.

    Refusals are what anybody can cause, so they are few: what is over the allowance is counted,
    and the next one that is recorded tells of it.

    Args:
        session: whose store it is.
        allowance: how many refusals may be recorded.
    """

    def __init__(self, session: SessionPort, allowance: Allowance | None = None) -> None:
        self._session = session
        self._allowance = allowance or Allowance(MOST_AT_ONCE)

    def action(
        self, resource: str, method: str, request: ApiRequest, status: int, data: Any
    ) -> None:
        """Something was done that is not done again at the next start.

        Args:
            resource: the resource's name.
            method: the method.
            request: the request.
            status: how it was answered.
            data: what of it to tell.
        """
        name = next(iter(request.path.values()), None)
        self._record("action", resource, name, method, data, request, status, None)

    def refusal(
        self,
        resource: str,
        name: str | None,
        method: str,
        request: ApiRequest,
        status: int,
        result: str,
        data: dict[str, Any],
    ) -> None:
        """A write was refused.

        Args:
            resource: the resource's name, or the path where there is none.
            name: what was to be written.
            method: the method.
            request: what is known of the request.
            status: how it was answered.
            result: the code of the error.
            data: what of it to tell.
        """
        untold = self._allowance.take()
        if untold is None:
            return
        if untold:
            data = {**data, "$not_recorded": untold}
        self._record("refusal", resource, name, method, data, request, status, result)

    def _record(
        self,
        kind: str,
        resource: str,
        name: str | None,
        method: str,
        data: Any,
        request: ApiRequest,
        status: int,
        result: str | None,
    ) -> None:
        entry = ChangeEntry(
            None,
            resource[:_LONGEST_NAME],
            None if name is None else name[:_LONGEST_NAME],
            method,
            excerpt(data, self._session.parameters) or None,
            kind=kind,
            actor=request.actor,
            address=request.address,
            status=status,
            result=result,
            request_id=request.request_id,
        )
        self._session.changes.record(entry)
