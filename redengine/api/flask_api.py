"""FlaskAPI: the session's HTTP API, as a task that runs as long as the session."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from redengine.api import environment
from redengine.api.auth.guard import ANY, Addresses, Guard, checked_origins, is_loopback
from redengine.api.auth.key_sources import (
    ENABLED,
    is_enabled,
    keys_of_constructor,
    keys_of_environment,
)
from redengine.api.auth.rates import Rates
from redengine.api.changes.writing import ownership_of
from redengine.api.core.waiting import LongPollLimit
from redengine.api.http import (
    BUILT_IN,
    LARGEST_BODY_BYTES,
    Binding,
    CustomRoutes,
    Middleware,
    Proxies,
    build_app,
    path_at,
)
from redengine.api.http.accounting import UNKNOWN, Access, AccessLog
from redengine.api.http.server import MOST_CONNECTIONS, HttpServer
from redengine.api.live.hub import Hub
from redengine.api.reloading import Reloader
from redengine.api.routes import RouteDecorators
from redengine.api.task import APITask
from redengine.exceptions import Conflict, InvalidInput, UnsafeAddress, WaitTimeout, shortened
from redengine.runtimes.handlers import HandlerLoop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from redengine.api.core.ports import StopFlag
    from redengine.api.http.channel import Refused
    from redengine.api.routes import Route

logger = logging.getLogger("redengine.api")

PUBLIC_PATHS: Final = (
    *("/docs", "/redoc", "/ui/login", "/ui/static"),
    *("/health/live", "/health/ready"),
)
"""The paths that need no key, if nothing else is said."""
_HIGHEST_PORT = 65_535
_USUAL_PORT = 5000
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_MOST_THREADS = 1_000
_LARGEST_BODY = 1 << 30
_MOST_CONNECTIONS = 100_000
_LONGEST_TIMEOUT_S = 86_400.0


class FlaskAPI(RouteDecorators, APITask):
    """The HTTP API of a session: `FlaskAPI()` before `session.start()` is all there is to do.

    `app` is the Flask application: blueprints and extensions work on it. `get`, `post`, `put`,
    `patch`, `delete` and `route` add routes to the session, as those of `session.rest` do.

    Args:
        host: the address to listen on; one that others can reach needs keys, `authenticate` to
            be overridden, or `insecure=True`. If not given, `REDENGINE_API_HOST` or 127.0.0.1.
        port: the port; 0 for any that is free, which `port` tells once it listens. If not given,
            `REDENGINE_API_PORT` or 5000.
        app_config: configuration of the Flask application.
        threads: how many requests are answered at once.
        api_keys: who may call, by name: `{"reader": {"key": "…", "scopes": ["read"]}}`, each
            perhaps with `tasks` (a pattern of names) and `expires_at`. The environment's
            `REDENGINE_API_KEY` and `REDENGINE_API_KEYS`, and keys made over `/keys`, join them.
        rate_limit: how often each caller may ask, such as "60/minute"; or by kind of request:
            `{"read": "600/minute", "write": "60/minute", "submit": "10/second", "login": …}`,
            and of all requests by `"address"` and `"global"`.
        cors_origins: origins whose pages may call from a browser, such as
            "https://app.example"; pages of this machine if not given; "*" for everybody's.
        insecure: listen on any address without a guard, because the network is one.
        session: the session to control; the default session if not given.
        allowed_hosts: further names under which the API is known, such as a proxy's.
        trusted_proxies: how many reverse proxies stand before the API, or their addresses or
            networks; what they say of the caller is believed.
        max_body: the largest body that is taken, in bytes.
        request_timeout: how long a caller may take to send a request, in seconds; a connection
            that is silent for as long is closed.
        max_connections: how many connections may be open; for one more, the one that is idle
            longest is closed.
        access_log: True writes a line of JSON for each request to stderr; a path, to that file.
        allow_ips: addresses and networks from which requests are taken, such as "10.0.0.0/8".
        public_paths: paths that anybody may read without a key, with all below them.
        input_roots: folders whose files callers without scope `admin` may name with a checksum.
        **options: task options.

    Raises:
        UnsafeAddress: others could reach it, and nothing guards it.
        InvalidInput: an argument does not fit.
    """

    kind = "FlaskAPI"

    binding: ClassVar[Binding] = BUILT_IN
    """Which paths it answers at, and how it tells of errors."""

    has_routes: ClassVar[bool] = True
    """Whether it serves the session's custom routes."""

    def __init__(
        self,
        host: str | None = None,
        port: int | None = None,
        app_config: Mapping[str, Any] | None = None,
        threads: int = 8,
        api_keys: Mapping[str, Any] | None = None,
        rate_limit: str | Mapping[str, str] | None = None,
        cors_origins: str | Iterable[str] | None = None,
        insecure: bool = False,
        session: Any = None,
        *,
        allowed_hosts: Iterable[str] = (),
        trusted_proxies: int | Iterable[str] | None = None,
        max_body: int = LARGEST_BODY_BYTES,
        request_timeout: float = 60.0,
        max_connections: int = MOST_CONNECTIONS,
        access_log: bool | str | Path = False,
        allow_ips: Iterable[str] | None = None,
        public_paths: Iterable[str] = PUBLIC_PATHS,
        input_roots: Iterable[str | Path] = (),
        **options: Any,
    ) -> None:
        environment.warn_of_unknown()
        self._reloads = environment.boolean("REDENGINE_API_RELOAD") or False
        if environment.boolean("REDENGINE_DEBUGGER_MODE"):
            logger.warning("REDENGINE_DEBUGGER_MODE is on, and this version has no demo flows")
        host = (environment.api_host() or "127.0.0.1") if host is None else host
        if port is None:
            found = environment.api_port()
            port = _USUAL_PORT if found is None else found
        rate_limit = environment.rate_limit() if rate_limit is None else rate_limit
        cors_origins = environment.cors_origins() if cors_origins is None else cors_origins
        _check_number("port", port, 0, _HIGHEST_PORT)
        _check_number("threads", threads, 1, _MOST_THREADS)
        if not isinstance(host, str):
            raise InvalidInput({"host": f"expected an address, got {shortened(host)}"})
        _check_number("max_body", max_body, 1, _LARGEST_BODY)
        _check_number("max_connections", max_connections, 2, _MOST_CONNECTIONS)
        _check_timeout(request_timeout)
        self.address = host
        self.port = port
        self.threads = threads
        self._asked_port = port
        self._opened: HttpServer | None = None
        """Has the port since the session was set up; nobody serves it yet."""
        self._serving: HttpServer | None = None
        """The latest that was served; the job that serves it closes it."""
        self._server_lock = threading.Lock()
        self._is_ready = threading.Event()
        self._insecure = insecure
        self._api_keys = api_keys
        self.own_rates = Rates(rate_limit)
        self.has_own_rates = rate_limit is not None
        self._origins = checked_origins(cors_origins)
        self._guard = Guard(host, allowed_hosts, self._origins or ())
        self._proxies = None if trusted_proxies is None else Proxies(trusted_proxies)
        self._app_config = {"MAX_CONTENT_LENGTH": max_body, **(app_config or {})}
        self._request_timeout_s = request_timeout
        self._most_connections = max_connections
        self._access_log = AccessLog(access_log) if access_log else None
        self._addresses = None if allow_ips is None else Addresses(allow_ips)
        self._public_paths = public_paths
        self._input_roots = _checked_roots(input_roots)
        self._loop = HandlerLoop("redengine-handlers")
        super().__init__(session=session, **options)

    def make_transport(self) -> None:
        self.dispatcher.offer.limits["requests_at_once"] = self.threads
        self.dispatcher.input_roots = self._input_roots
        self._take_keys()
        self._shared = ownership_of(self.api_session)
        self.dispatcher.keys.beside = lambda: [api.dispatcher.keys for api in self._beside()]
        if not (is_loopback(self.address) or self._is_guarded or self._insecure):
            raise UnsafeAddress(self.address, self.kind)
        if ANY in (self._origins or ()) and not (self._is_guarded or self._insecure):
            reason = "'*' without keys lets every page do everything: give keys, or insecure=True"
            raise InvalidInput({"cors_origins": reason})
        rates, authenticate = self._rates_in_force(), self._authenticate_in_force()
        self._middleware = Middleware(
            self._guard,
            self.dispatcher.keys,
            rates,
            self._origins,
            authenticate,
            self._addresses,
            self._public_paths,
        )
        self.dispatcher.offer.asks_for_keys = lambda: self._is_guarded
        self.dispatcher.offer.limits["waiting_at_once"] = max(1, self.threads // 2)
        self.poll_limit = LongPollLimit(max(1, self.threads // 2), self._is_stopping)
        rest = self.api_session.rest
        self.app = build_app(
            self.dispatcher,
            self._middleware,
            self._app_config,
            self._proxies,
            self.poll_limit,
            CustomRoutes(rest, self._loop) if self.has_routes else None,
            self.binding,
            self._access_log,
        )
        if self.has_routes:
            rest.attach(self)
        self._shared.add_api(self)

    # -- what it shares with an API of another kind: keys, limits, and whom it lets in

    def _beside(self) -> list[FlaskAPI]:
        """The session's HTTP APIs of another kind, the oldest first."""
        if self._shared.is_alone(self):
            return []
        apis: list[FlaskAPI] = self._shared.apis(self.api_session.tasks)
        return [api for api in apis if api.binding is not self.binding]

    def _rates_in_force(self) -> Rates:
        """Its own limits where it was given some, else those of another that was, or FlaskAPI's."""
        apis = [self, *self._beside()]
        given = [api for api in apis if api.has_own_rates]
        return (given or sorted(apis, key=lambda api: not api.has_routes))[0].own_rates

    def _authenticate_in_force(self) -> Callable[[], Any] | None:
        """`authenticate` of the first class that overrides it, its own before others'."""
        apis = [self, *self._beside()]
        return next((api.authenticate for api in apis if api.overrides_authenticate), None)

    def _is_stopping(self) -> bool:
        server = self._serving
        return server is not None and server.is_stopping.is_set()

    def _take_keys(self) -> None:
        keys = self.dispatcher.keys
        keys.give(keys_of_constructor(self._api_keys, keys.zone))
        keys.give(keys_of_environment(keys.zone))
        del self._api_keys  # only their digests are kept
        is_on = is_enabled()
        if is_on and not keys.in_force:
            reason = "is on, and there is no key: set REDENGINE_API_KEY, or give api_keys"
            raise InvalidInput({ENABLED: reason})
        keys.forced = is_on

    @property
    def overrides_authenticate(self) -> bool:
        """Whether its class tells callers apart in its own way."""
        return type(self).authenticate is not FlaskAPI.authenticate

    @property
    def _is_guarded(self) -> bool:
        return self._authenticate_in_force() is not None or self.dispatcher.keys.in_force

    def authenticate(self) -> Any:
        """Called before each request; override it to let pass whom you know.

        Flask's `request` has the headers. Where there are keys as well, they are asked for
        when this returns None.

        Returns:
            None to let the request pass; a `Principal` to tell who asks, and what they may do;
            or what a Flask view may return, to answer with it.

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
        """Apply journalled changes, and take the port where time is real.

        Raises:
            PortInUse: another program listens on the port.
        """
        super().setup()
        self._middleware.share(self._rates_in_force(), self._authenticate_in_force())
        if not (self.disabled or self.api_session.is_virtual):
            self._open()

    def tear_down(self) -> None:
        """Give the port back where `serve` never began."""
        with self._server_lock:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.stop()
        super().tear_down()

    def _open(self) -> None:
        """Take the port, unless a server of this API has it."""
        with self._server_lock:
            is_served = self._serving is not None and not self._serving.is_closed
            if self._opened is None and not is_served:
                self._opened = self._made_server()

    def _take_server(self) -> HttpServer:
        """The server for one job to serve and to close; one of a job before is closed by then."""
        with self._server_lock:
            if self._serving is not None:
                self._serving.stop()
            server = self._opened or self._made_server()
            self._opened, self._serving = None, server
            self._loop.open()
        return server

    def _close_server(self, server: HttpServer) -> None:
        """Close what `_take_server` gave, and nothing of a job that has begun since."""
        with self._server_lock:
            if self._serving is server:
                self._is_ready.clear()
        server.stop()
        with self._server_lock:
            if self._serving is server:
                self._loop.close()

    def _made_server(self) -> HttpServer:
        server = HttpServer(
            self.app,
            self.address,
            self._asked_port,
            self.threads,
            max_body=self.app.config["MAX_CONTENT_LENGTH"],
            request_timeout_s=self._request_timeout_s,
            max_connections=self._most_connections,
            refused=self._note_refused,
            hub=Hub(self.api_session, self._most_connections),
        )
        self.port = server.port
        return server

    def _note_refused(self, refused: Refused) -> None:
        """Count and log a request that the server refused before the application saw it."""
        method = refused.method if refused.method in _METHODS else UNKNOWN
        self.api_session.metrics.note_request(UNKNOWN, method, refused.status, refused.seconds)
        if self._access_log is not None:
            ms = refused.seconds * 1_000
            request_id, address = refused.request_id, refused.address
            self._access_log.write(
                Access(request_id, None, address, method, UNKNOWN, refused.status, ms)
            )

    def serve(self, stop: StopFlag) -> None:
        """Answer requests until `stop` is set; those in progress get half a second more."""
        reloader = Reloader(self.api_session.restart)
        server = self._take_server()
        try:
            server.start()
            self._is_ready.set()
            logger.info("listening on %s", self.url, extra={"action": "listen"})
            self._warn()
            if self._reloads:
                reloader.start()
            stop.wait()
        finally:
            self._close_server(server)
            reloader.stop()

    def _warn(self) -> None:
        """Tell once who may come in, where that is anybody or nobody."""
        keys = self.dispatcher.keys
        if not self._is_guarded:
            who = "every user of this machine" if is_loopback(self.address) else "everybody"
            logger.warning(
                "the API on %s is open to %s; set REDENGINE_API_KEY to ask for a key",
                self.url,
                who,
                extra={"action": "open"},
            )
        elif not self._authenticate_in_force() and not keys.has_valid:
            logger.warning(
                "all keys of the API are revoked or expired; set REDENGINE_API_KEY to get in",
                extra={"action": "locked"},
            )

    def wait_ready(self, timeout: float = 10.0) -> None:
        """Return when the API answers.

        Args:
            timeout: seconds.

        Raises:
            WaitTimeout: it does not answer by then.
            Conflict: it never will: the session's time is virtual.
        """
        if self.api_session.is_virtual:
            raise Conflict(
                f"{self.name} does not listen, as the session's time is virtual; "
                "call it with redengine.client.Client(app=session), with app.test_client(), "
                "or by call_resource"
            )
        if not self._is_ready.wait(timeout):
            raise WaitTimeout(f"{self.name} listening on {self.url}", timeout)


def _check_number(name: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        reason = f"expected a number from {least} to {most}, got {shortened(value)}"
        raise InvalidInput({name: reason})


def _checked_roots(roots: Iterable[str | Path]) -> tuple[str, ...]:
    if isinstance(roots, str) or not all(isinstance(each, str | Path) for each in roots):
        reason = f"expected a list of folders such as ['/data/in'], got {shortened(roots)}"
        raise InvalidInput({"input_roots": reason})
    return tuple(map(str, roots))


def _check_timeout(value: object) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < float(str(value)) <= _LONGEST_TIMEOUT_S:
        reason = f"expected seconds up to {_LONGEST_TIMEOUT_S:.0f}, got {shortened(value)}"
        raise InvalidInput({"request_timeout": reason})
