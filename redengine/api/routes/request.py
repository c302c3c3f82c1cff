"""Request: what a handler of a custom route sees, in the words of other frameworks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.api.core.encoding import parse_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Request:
    """The request that a handler answers: its argument `req`, or one that is annotated so.

    In an `async def` handler `json`, `body` and `text` are awaited; in a plain one they give the
    value at once.

    Args:
        request: the server's request.
        path_params: the values in the path, converted.
        is_async: whether the handler awaits.

    Example:
        >>> @app.rest.post("/orders/<int:order_id>")
        ... async def order(req: Request):
        ...     return {"id": req.path_params["order_id"], "rows": await req.json()}
    """

    __slots__ = ("_is_async", "_request", "path_params")

    def __init__(self, request: Any, path_params: Mapping[str, Any], *, is_async: bool) -> None:
        self._request = request
        self._is_async = is_async
        self.path_params: dict[str, Any] = dict(path_params)

    @property
    def method(self) -> str:
        """GET, POST, PUT, PATCH or DELETE."""
        return str(self._request.method)

    @property
    def path(self) -> str:
        """The path that was asked for."""
        return str(self._request.path)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; their names in any case."""
        headers: Mapping[str, str] = self._request.headers
        return headers

    @property
    def query_params(self) -> Mapping[str, str]:
        """The query; of a repeated key the first value, and all of them by `.getlist(key)`."""
        query: Mapping[str, str] = self._request.args
        return query

    def json(self) -> Any:
        """The body as a JSON value, whatever its Content-Type says.

        Raises:
            InvalidInput: it is not JSON, which the API answers with 400.
        """
        return self._given(lambda: parse_value(self._read()))

    def body(self) -> Any:
        """The body as bytes."""
        return self._given(self._read)

    def text(self) -> Any:
        """The body as text in UTF-8; what is none is replaced."""
        return self._given(lambda: self._read().decode("utf-8", "replace"))

    def _read(self) -> bytes:
        data: bytes = self._request.get_data()
        return data

    def _given(self, read: Callable[[], Any]) -> Any:
        return _later(read) if self._is_async else read()

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.path}>"


async def _later(read: Callable[[], Any]) -> Any:
    return read()
