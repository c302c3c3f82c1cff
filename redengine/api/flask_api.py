"""FlaskAPI: the session's HTTP API, as a task that runs as long as the session."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from redengine.api.custom_routes import RouteDecorators
from redengine.api.flask_binding import CustomRoutes, build_app, path_at
from redengine.api.guard import Guard, is_loopback
from redengine.api.handler_loop import HandlerLoop
from redengine.api.server import HttpServer
from redengine.api.task import APITask
from redengine.exceptions import InvalidInput, UnsafeAddress, WaitTimeout, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from redengine.api.custom_routes import Route
    from redengine.api.ports import StopFlag

logger = logging.getLogger("redengine.api")

_HIGHEST_PORT = 65_535
_MOST_THREADS = 1_000


class FlaskAPI(RouteDecorators, APITask):
    """The HTTP API of a session: `FlaskAPI()` before `session.start()` is all there is to do.

    `app` is the Flask application: blueprints and extensions work on it. `get`, `post`, `put`,
    `patch`, `delete` and `route` add routes to the session, as those of `session.rest` do.

    Args:
        host: the address to listen on; one that others can reach needs `authenticate` to be
            overridden, or `insecure=True`.
        port: the port; 0 for any that is free, which `port` tells once it listens.
        app_config: configuration of the Flask application.
        threads: how many requests are answered at once.
        api_keys: not supported yet; override `authenticate`.
        rate_limit: not supported yet.
        cors_origins: not supported yet.
        insecure: listen on any address without a guard, because the network is one.
        session: the session to control; the default session if not given.
        allowed_hosts: further names under which the API is known, such as a proxy's.
        **options: task options.

    Raises:
        UnsafeAddress: others could reach it, and nothing guards it.
        InvalidInput: an argument does not fit, or is not supported yet.
    """

    kind = "FlaskAPI"

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 5000,
        app_config: Mapping[str, Any] | None = None,
        threads: int = 8,
        api_keys: Mapping[str, Any] | None = None,
        rate_limit: str | None = None,
        cors_origins: Iterable[str] | None = None,
        insecure: bool = False,
        session: Any = None,
        *,
        allowed_hosts: Iterable[str] = (),
        **options: Any,
    ) -> None:
        _refuse_unsupported(api_keys=api_keys, rate_limit=rate_limit, cors_origins=cors_origins)
        _check_number("port", port, 0, _HIGHEST_PORT)
        _check_number("threads", threads, 1, _MOST_THREADS)
        if not isinstance(host, str):
            raise InvalidInput({"host": f"expected an address, got {shortened(host)}"})
        is_guarded = type(self).authenticate is not FlaskAPI.authenticate
        if not (is_loopback(host) or is_guarded or insecure):
            raise UnsafeAddress(host)
        self.address = host
        self.port = port
        self.threads = threads
        self._asked_port = port
        self._server: HttpServer | None = None
        self._server_lock = threading.Lock()
        self._is_ready = threading.Event()
        self._guard = Guard(host, allowed_hosts)
        self._app_config = dict(app_config or {})
        self._authenticate = self.authenticate if is_guarded else None
        self._loop = HandlerLoop()
        super().__init__(session=session, **options)

    def make_transport(self) -> None:
        rest = self.api_session.rest
        custom = CustomRoutes(rest, self._loop)
        self.app = build_app(
            self.dispatcher, self._guard, self._authenticate, self._app_config, custom
        )
        rest.attach(self)

    def authenticate(self) -> Any:
        """Called before each request; override it to let pass whom you know.

        Flask's `request` has the headers.

        Returns:
            None to let the request pass, or what a Flask view may return, to answer with it.

        Raises:
            Forbidden: answered with 403; and `flask.abort(401)` and the like.
        """
        return None

    def add_route(
        self,
        path: str,
        handler: Callable[..., Any],
        methods: Iterable[str] = ("GET",),
        *,
        public: bool = False,
        replace: bool = False,
    ) -> Route:
        return self.api_session.rest.add_route(
            path, handler, methods, public=public, replace=replace
        )

    def delete(
        self,
        path: str | None = None,
        /,
        *,
        force: bool = False,
        public: bool = False,
        replace: bool = False,
    ) -> Any:
        """With a path, a decorator that lets a function answer to DELETE; see `add_route`.

        Without one, remove the API from its session, as any task.

        Args:
            path: the path of the route.
            force: without a path: also when the API runs.
            public: with a path: see `add_route`.
            replace: with a path: see `add_route`.
        """
        if path is not None:
            return self.route(path, ("DELETE",), public=public, replace=replace)
        return super().delete(force=force)

    @property
    def is_serving_routes(self) -> bool:
        """Whether it serves the session's routes when the session runs."""
        return not self.disabled and self.name in self.api_session.tasks

    def path_at(self, path: str) -> str | None:
        """The path of the Flask application that answers at `path`, or None."""
        return path_at(self.app.url_map, path)

    @property
    def url(self) -> str:
        """Where the API is found, such as http://127.0.0.1:5000."""
        host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(  # noqa: S104 - compared
            self.address, self.address
        )
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def setup(self) -> None:
        """Apply journalled changes, and take the port.

        Raises:
            PortInUse: another program listens on the port.
        """
        super().setup()
        if not self.disabled:
            self._open()

    def tear_down(self) -> None:
        """Give the port back where `serve` never began."""
        with self._server_lock:
            server, self._server = self._server, None
        if server is not None:
            server.stop()
        super().tear_down()

    def _open(self) -> HttpServer:
        with self._server_lock:
            if self._server is None:
                self._server = HttpServer(self.app, self.address, self._asked_port, self.threads)
                self.port = self._server.port
            return self._server

    def serve(self, stop: StopFlag) -> None:
        """Answer requests until `stop` is set; those in progress get half a second more."""
        server = self._open()
        try:
            self._loop.open()
            server.start()
            self._is_ready.set()
            logger.info("listening on %s", self.url, extra={"action": "listen"})
            stop.wait()
        finally:
            self._is_ready.clear()
            with self._server_lock:
                self._server = None
            server.stop()
            self._loop.close()

    def wait_ready(self, timeout: float = 10.0) -> None:
        """Return when the API answers.

        Args:
            timeout: seconds.

        Raises:
            WaitTimeout: it does not answer by then.
        """
        if not self._is_ready.wait(timeout):
            raise WaitTimeout(f"{self.name} listening on {self.url}", timeout)


def _refuse_unsupported(**arguments: object) -> None:
    """Complain of arguments that have a meaning only in a later version: none is ignored."""
    reasons = {
        name: "is not supported by this version; override authenticate() to guard the API"
        for name, value in arguments.items()
        if value is not None
    }
    if reasons:
        raise InvalidInput(reasons)


def _check_number(name: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        reason = f"expected a number from {least} to {most}, got {shortened(value)}"
        raise InvalidInput({name: reason})
