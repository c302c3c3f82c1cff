# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""The connection of a client: sends calls until they are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from redengine.client.exchange import Exchange
from redengine.client.timing import sleep
from redengine.exceptions import NotFound, RemoteError

if TYPE_CHECKING:
    from redengine.client.answers import Answer
    from redengine.client.operations import Call, Operation
    from redengine.client.settings import Settings


class Connection:
    """Sends calls, several at once if need be, over a pool of connections.

    Args:
        settings: what the requests have in common.
        transport: carries the requests; httpx's own if not given.
    """

    def __init__(self, settings: Settings, transport: httpx.BaseTransport | None) -> None:
        self.settings = settings
        self.holds_output = True
        """Whether the API can hold an answer back until there is more output."""
        self._lacking: set[Operation] = set()
        self._http = httpx.Client(
            base_url=settings.full_url, headers=settings.all_headers(), transport=transport
        )

    def send(self, call: Call) -> Answer:
        """The answer to a call, after as many attempts as it may take.

        Raises:
            RedengineError: the answer is an error.
            Unreachable: there is no answer.
            WaitTimeout: the answer did not come in time.
        """
        exchange = Exchange(call, self.settings)
        while True:
            try:
                response = self._http.request(**exchange.request())
            except httpx.TransportError as error:
                wait_s = exchange.after_error(error)
            else:
                wait_s = exchange.after_response(response)
            if wait_s is None:
                return exchange.answer()
            self.sleep(wait_s)

    def send_if_known(self, operation: Operation, call: Call) -> Answer | None:
        """The same for what older servers do not have: None, and they are not asked again."""
        if operation in self._lacking:
            return None
        try:
            return self.send(call)
        except NotFound as error:
            if error.kind != "path":
                raise
        except RemoteError as error:
            if error.code != "METHOD_NOT_ALLOWED":
                raise
        self._lacking.add(operation)
        return None

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        sleep(seconds)

    def close(self) -> None:
        """Close the pool."""
        self._http.close()
