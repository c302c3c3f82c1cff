"""WebSockets for both clients, where the package websockets is installed."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from redengine.client.settings import retry_after_s
from redengine.client.streams import COMES_BACK, Lost, Unusable, closing
from redengine.exceptions import RemoteError, Unreachable

if TYPE_CHECKING:
    import httpx

    from redengine.client.settings import Settings
    from redengine.exceptions import RedengineError

CLOSE_S: Final = 2.0
LARGEST_FRAME: Final = 64 * 1024 * 1024
_BUSY: Final = frozenset((429, 502, 503, 504))


def wake_reader(response: httpx.Response) -> None:
    """Let what reads a stream, in another thread or task, find that it has ended."""
    carrier = response.extensions.get("network_stream")
    taken = None if carrier is None else carrier.get_extra_info("socket")
    if taken is not None:
        with suppress(OSError):
            taken.shutdown(socket.SHUT_RDWR)


class AsyncSocket:
    """A connection that sends and receives text.

    Args:
        made: the connection of the package.
    """

    def __init__(self, made: Any) -> None:
        self._made = made

    async def send(self, text: str) -> None:
        """Send a message."""
        try:
            await self._made.send(text)
        except Exception as error:
            raise _ended(error) from error

    async def receive(self) -> str | bytes:
        """The next message."""
        try:
            text: str | bytes = await self._made.recv()
        except Exception as error:
            raise _ended(error) from error
        return text

    async def close(self) -> None:
        """Close it."""
        await self._made.close()


class Socket:
    """The same for threads.

    Args:
        made: the connection of the package.
    """

    def __init__(self, made: Any) -> None:
        self._made = made

    def send(self, text: str) -> None:
        """Send a message."""
        try:
            self._made.send(text)
        except Exception as error:
            raise _ended(error) from error

    def receive(self) -> str | bytes:
        """The next message."""
        try:
            text: str | bytes = self._made.recv()
        except Exception as error:
            raise _ended(error) from error
        return text

    def close(self) -> None:
        """Close it."""
        self._made.close()


async def async_connect(settings: Settings, path: str) -> AsyncSocket:
    """A connection to a path of the API.

    Raises:
        Unusable: there is no WebSocket there, or the package is not installed.
        Lost: there may be one later.
    """
    try:
        from websockets.asyncio.client import connect as open_socket
    except ImportError:
        raise Unusable(_lacking()) from None
    try:
        return AsyncSocket(await open_socket(_url(settings, path), **_options(settings)))
    except Exception as error:
        raise _refused(error, settings) from error


def connect(settings: Settings, path: str) -> Socket:
    """The same for threads."""
    try:
        from websockets.sync.client import connect as open_socket
    except ImportError:
        raise Unusable(_lacking()) from None
    try:
        # Entered by hand, which all releases take: newer ones want a `with` statement.
        return Socket(open_socket(_url(settings, path), **_options(settings)).__enter__())
    except Exception as error:
        raise _refused(error, settings) from error


def _lacking() -> RedengineError:
    return RemoteError("WebSockets need `pip install websockets`")


def _url(settings: Settings, path: str) -> str:
    return "ws" + settings.full_url.rstrip("/").removeprefix("http") + path


def _options(settings: Settings) -> dict[str, Any]:
    headers = settings.all_headers()
    agent = headers.pop("User-Agent", None)
    return {
        "additional_headers": headers,
        "user_agent_header": agent,
        "open_timeout": settings.timeout_s,
        "close_timeout": CLOSE_S,
        "max_size": LARGEST_FRAME,
    }


def _refused(error: Exception, settings: Settings) -> Exception:
    """What an error of the handshake means: no such thing here, or not now."""
    from websockets.exceptions import InvalidHandshake, InvalidStatus

    if isinstance(error, InvalidStatus) and error.response.status_code in _BUSY:
        asked_s = retry_after_s(error.response.headers.get("Retry-After"))
        status = error.response.status_code
        cause = RemoteError(f"WebSockets are refused for now with {status}", status=status)
        return Lost(cause, asked_s)
    if isinstance(error, InvalidHandshake):
        return Unusable(RemoteError(f"there is no WebSocket at {settings.url}: {error}"))
    return _broken(error, Unreachable(settings.url, str(error) or type(error).__name__, ""))


def _ended(error: Exception) -> Exception:
    """What the end of a connection means."""
    from websockets.exceptions import ConnectionClosed

    if isinstance(error, ConnectionClosed):
        received = error.rcvd
        code, reason = (1006, "") if received is None else (received.code, received.reason)
        cause = closing(code, reason)
        return Lost(cause) if code in COMES_BACK else cause
    return _broken(error, closing(1006, str(error)))


def _broken(error: Exception, cause: RedengineError) -> Exception:
    return Lost(cause) if isinstance(error, OSError | EOFError) else error
