"""Middleware: what each request passes before its resource, and each answer on its way out."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl, unquote_plus

from flask import after_this_request, request

from redengine.api.auth.principal import READ, WRITE, Principal
from redengine.api.auth.rates import SUBMIT, Standing, network_of
from redengine.api.core.messages import ApiResponse
from redengine.api.errors import STATUS_BY_CODE, Unauthorized
from redengine.api.http.answers import Answer, add_security_headers, answer
from redengine.api.http.origins import Cors
from redengine.api.http.requests import (
    ENTRY,
    PRINCIPAL,
    REQUEST_ID,
    REQUEST_ID_HEADER,
    STILL_ADMITTED,
    Entry,
    request_id_of,
)
from redengine.api.http.routes import prefix_in
from redengine.api.live.door import TICKET
from redengine.api.live.tickets import Tickets
from redengine.exceptions import Forbidden, InvalidInput, RedengineError, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flask import Flask, Response

    from redengine.api.auth.guard import Addresses, Guard
    from redengine.api.auth.keys import Key, KeyRing
    from redengine.api.auth.rates import Rates
    from redengine.api.endpoints.resource import Resource

_IN_QUERY: Final = frozenset(
    [
        "apikey",
        "xapikey",
        "accesstoken",
        "authtoken",
        "authorization",
        "bearer",
        "bearertoken",
        "token",
    ]
)
"""Names under which keys are put into addresses, without marks between the words."""


def presented_key(environ: Mapping[str, Any]) -> str:
    """The key in the headers of a request.

    Raises:
        InvalidInput: the address has a key, or the headers have two.
        Unauthorized: there is none.
    """
    query: str = environ.get("QUERY_STRING", "")
    if query:
        if ENTRY in environ:
            shown = [value for name, value in parse_qsl(query) if name == "api_key"]
            if shown:
                return shown[-1].strip()
        _refuse_key_in(query)
    key: str = environ.get("HTTP_X_API_KEY", "").strip()
    authorization: str = environ.get("HTTP_AUTHORIZATION", "")
    if authorization:
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() == "bearer" and token:
            if key and key != token:
                reason = "differs from the key in Authorization; send one of them"
                raise InvalidInput({"X-API-Key": reason})
            return token
    if not key:
        message = "send your API key as 'X-API-Key: …' or 'Authorization: Bearer …'"
        raise Unauthorized(message)
    return key


def _refuse_key_in(query: str) -> None:
    for part in query.split("&"):
        name = unquote_plus(part.partition("=")[0])
        if name.lower().replace("-", "").replace("_", "") in _IN_QUERY:
            reason = (
                "a key does not belong into an address, which is logged and remembered on its "
                "way: send it as 'X-API-Key: …' or 'Authorization: Bearer …'"
            )
            raise InvalidInput({"query": reason})


_READING: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_REFUSALS: Final = frozenset((401, 403))
_MOST_RECOGNISED: Final = 1_000
_CREDENTIALS: Final = ("HTTP_AUTHORIZATION", "HTTP_X_API_KEY", "HTTP_COOKIE")


class Place(NamedTuple):
    """What the middleware knows of an endpoint.

    Attributes:
        is_public: whether anybody may pass.
        is_resource: whether it is one of our resources, which look at scopes themselves.
        submits: whether its POST submits jobs.
        is_live: whether a ticket lets in.
        is_socket: whether it is a WebSocket, on which each message takes a scope of its own.
        scope: what it takes, where that does not follow from the method.
    """

    is_public: bool = False
    is_resource: bool = False
    submits: bool = False
    scope: str | None = None
    is_live: bool = False
    is_socket: bool = False

    @classmethod
    def of_resource(cls, resource: Resource) -> Place:
        """The place of one of our resources."""
        return cls(
            resource.public,
            is_resource=True,
            submits=resource.submits,
            is_live=resource.is_live,
        )

    @classmethod
    def of_view(cls, view: Any) -> Place:
        """The place of any other function that Flask calls."""
        is_public = bool(getattr(view, "is_public", False))
        is_socket = bool(getattr(view, "is_socket", False))
        scope = getattr(view, "scope", None)
        return cls(is_public, scope=scope, is_live=is_socket, is_socket=is_socket)

    def bucket(self, method: str) -> str:
        """Under which limit a request falls."""
        if method in _READING:
            return READ
        return SUBMIT if self.submits and method == "POST" else WRITE


_NOWHERE: Final = Place()


class PublicPaths:
    """Paths that need no key.

    Args:
        paths: such as "/health/live"; what stands below one is public as well.

    Raises:
        InvalidInput: they are no list of paths.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        given = () if isinstance(paths, str) else tuple(paths)
        if isinstance(paths, str) or not all(map(_is_path, given)):
            reason = f"expected paths such as ['/docs', '/health/live'], got {shortened(paths)}"
            raise InvalidInput({"public_paths": reason})
        self._paths = frozenset(each.rstrip("/") or "/" for each in given)

    def has(self, path: str) -> bool:
        """Whether a path, or one above it, is one of them."""
        path = path.removeprefix(prefix_in(path)).rstrip("/") or "/"
        if path in self._paths:
            return True
        return any(path.startswith(f"{each}/") for each in self._paths if each != "/")


def _is_path(given: object) -> bool:
    return isinstance(given, str) and given.startswith("/")


class Recognised:
    """Credentials that were let in before, so that others' wrong guesses do not shut them out.

    What is kept tells nobody what they are.
    """

    def __init__(self) -> None:
        self._secret = os.urandom(32)
        self._marks: dict[bytes, None] = {}

    def has(self, credentials: list[str]) -> bool:
        """Whether they were let in before."""
        return self._mark_of(credentials) in self._marks

    def add(self, credentials: list[str]) -> None:
        """They were let in; of many, those that came first are forgotten."""
        if len(self._marks) >= _MOST_RECOGNISED:
            self._marks.pop(next(iter(self._marks), b""), None)
        self._marks[self._mark_of(credentials)] = None

    def _mark_of(self, credentials: list[str]) -> bytes:
        content = "\n".join(credentials).encode("utf-8", "replace")
        return hashlib.blake2b(content, key=self._secret, digest_size=32).digest()


class Middleware:
    """What every request passes.

    Args:
        guard: keeps out what pages of browsers are tricked into.
        keys: the keys that callers may be asked for.
        rates: how often they may ask.
        origins: whose pages may read and write; None: those of this machine.
        authenticate: asked before the keys; what it returns, but None and a Principal, is the
            answer.
        addresses: from which requests are taken; None: from everywhere.
        public_paths: paths that anybody may read, with all below them; None: as resources say.
    """

    def __init__(
        self,
        guard: Guard,
        keys: KeyRing,
        rates: Rates,
        origins: frozenset[str] | None = None,
        authenticate: Callable[[], Any] | None = None,
        addresses: Addresses | None = None,
        public_paths: Iterable[str] | None = None,
    ) -> None:
        self._guard = guard
        self._keys = keys
        self._rates = rates
        self._origins = origins
        self._authenticate = authenticate
        self._is_limiting = rates.limits_requests
        self._known = Recognised()
        self.tickets = Tickets()
        """Given to clients that cannot send headers."""
        self._addresses = addresses
        self._public = None if public_paths is None else PublicPaths(public_paths)
        self._environment: dict[str, Place] = {}
        self._app: Flask
        self._cors: Cors

    def share(self, rates: Rates, authenticate: Callable[[], Any] | None) -> None:
        """Count and ask from now on as another API of the session does."""
        self._rates = rates
        self._is_limiting = rates.limits_requests
        self._authenticate = authenticate

    def install(self, app: Flask) -> None:
        """Let the application's requests and answers pass here."""
        self._app = app
        self._cors = Cors(app, self._origins)
        app.before_request(self.enter)
        app.after_request(self.leave)

    def add(self, endpoint: str, resource: Resource) -> None:
        """Tell of an endpoint that is one of our resources."""
        self._environment[endpoint] = Place.of_resource(resource)

    @property
    def asks_for_keys(self) -> bool:
        """Whether a caller without a key is refused now."""
        return self._keys.in_force

    # -- in

    def enter(self) -> Any:
        """Let the request pass with None, or answer it."""
        environ = request.environ
        environ[REQUEST_ID] = request_id_of(environ)
        if self._addresses is not None:
            self._addresses.check(environ.get("REMOTE_ADDR", ""))
        if "HTTP_UPGRADE" in environ and self._place().is_socket:
            return self._enter_socket(environ)
        method = environ["REQUEST_METHOD"]
        origin = environ.get("HTTP_ORIGIN", "")
        self._guard.check(
            method, environ.get("HTTP_HOST", ""), origin, environ.get("HTTP_SEC_FETCH_SITE", "")
        )
        if origin:
            after_this_request(self._cors.finish)
            if method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
                return self._cors.preflight(origin)
        if self._is_guarding or "ticket=" in environ["QUERY_STRING"]:
            return self._admit(environ, method)
        return None

    def _enter_socket(self, environ: dict[str, Any]) -> Any:
        """Let a WebSocket pass, or remember why its caller is sent away once it is open."""
        host, origin = environ.get("HTTP_HOST", ""), environ.get("HTTP_ORIGIN", "")
        self._guard.check("GET", host, "", "")
        environ[ENTRY] = Entry()
        try:
            self._guard.check("POST", host, origin, environ.get("HTTP_SEC_FETCH_SITE", ""))
            if not self._is_guarding and "ticket=" not in environ["QUERY_STRING"]:
                return None
            answered = self._admit(environ, environ["REQUEST_METHOD"])
        except Exception as error:
            if isinstance(error, Unauthorized) and self._keys.in_force:
                environ[ENTRY] = Entry(is_anonymous=True)
                return None
            if _status_of(error) not in _REFUSALS:
                raise
            environ[ENTRY] = Entry(refused=str(error))
            return None
        if answered is None or answered.status_code not in _REFUSALS:
            return answered
        environ[ENTRY] = Entry(refused="the caller is not let in")
        return None

    def admit(self, key: str, address: str) -> tuple[Principal, Callable[[], None]]:
        """Who a key belongs to, and what raises once it is no longer valid.

        Raises:
            Forbidden: it is unknown, revoked or expired.
        """
        found = self._key_of(key, address)
        return found.principal, partial(self._keys.check_again, found)

    def take(self, bucket: str, address: str, principal: Principal | None) -> None:
        """Count what is asked for on a connection that stays open.

        Raises:
            TooManyRequests: the caller is over a limit.
        """
        if not self._is_limiting:
            return
        taken = self._rates.take(bucket, _who(address, principal))
        if taken is not None and not taken[0]:
            raise self._rates.refusal(bucket, taken[1])

    @property
    def _is_guarding(self) -> bool:
        """Whether it matters who asks, or how often."""
        return self._authenticate is not None or self._is_limiting or self._keys.in_force

    def _admit(self, environ: dict[str, Any], method: str) -> Any:
        place = self._place()
        if self.is_open(place, environ["PATH_INFO"], method):
            return None
        if self._is_limiting:
            self._rates.check_door(environ.get("REMOTE_ADDR", ""))
        principal = self._known_as(environ, place)
        if principal is not None and not isinstance(principal, Principal):
            return principal
        if principal is not None:
            environ[PRINCIPAL] = principal
            if not (place.is_resource or place.is_socket or place is _NOWHERE):
                scope = place.scope or (READ if method in _READING else WRITE)
                principal.check((scope,), f"{method} here")
        if self._is_limiting:
            self._count(environ, place.bucket(method), principal)
        return None

    def _known_as(self, environ: dict[str, Any], place: Place) -> Any:
        """Who asks, by ticket, by the user's own function, or by key; or what answers them."""
        if place.is_live:
            ticket = self.tickets.shown_in(environ["QUERY_STRING"])
            if ticket is not None:
                environ[TICKET], environ[STILL_ADMITTED] = ticket, ticket.check
                return ticket.principal
        if self._authenticate is not None:
            found = self._asked(self._authenticate, environ)
            if found is not None:
                return found
        return self._holder(environ) if self._keys.in_force else None

    def is_open(self, place: Place, path: str, method: str) -> bool:
        """Whether anybody may pass: what reads at a public path, and what says so of itself."""
        if self._public is None or (place.is_public and not place.is_resource):
            return place.is_public
        return method in _READING and self._public.has(path)

    def _place(self) -> Place:
        rule = request.url_rule
        if rule is None:
            return _NOWHERE
        place = self._environment.get(rule.endpoint)
        if place is None:
            place = Place.of_view(self._app.view_functions.get(rule.endpoint))
            self._environment[rule.endpoint] = place
        return place

    def _holder(self, environ: dict[str, Any]) -> Principal:
        """Whose key the request presents.

        Raises:
            Unauthorized: it presents none.
            Forbidden: it is unknown, revoked or expired.
            TooManyRequests: too many wrong ones came from the same address.
        """
        key = self._key_of(presented_key(environ), environ.get("REMOTE_ADDR", ""))
        environ[STILL_ADMITTED] = partial(self._keys.check_again, key)
        return key.principal

    def _key_of(self, text: str, address: str) -> Key:
        key = self._keys.recall(text)
        if key is None:
            try:
                key = self._keys.find(text)
            except Forbidden:
                self._rates.note_wrong_login(address)
                raise
        key.check(self._keys.now())
        return key

    def _asked(self, authenticate: Callable[[], Any], environ: dict[str, Any]) -> Any:
        """What the user's own function says; refusals of credentials are limited as wrong keys."""
        address = environ.get("REMOTE_ADDR", "")
        credentials = [environ.get(name, "") for name in _CREDENTIALS]
        has_credentials = any(credentials)
        if has_credentials and not self._known.has(credentials):
            self._rates.check_logins(address)
        try:
            found = authenticate()
            if found is None or isinstance(found, Principal):
                if found is not None and has_credentials:
                    self._known.add(credentials)
                return found
            if isinstance(found, ApiResponse):
                found = answer(found, environ[REQUEST_ID])
            response = self._app.make_response(found)
        except Exception as error:
            if has_credentials and _status_of(error) in _REFUSALS:
                self._rates.note_wrong_login(address)
            raise
        if has_credentials and response.status_code in _REFUSALS:
            self._rates.note_wrong_login(address)
        return response

    def _count(self, environ: dict[str, Any], bucket: str, principal: Principal | None) -> None:
        """Count the request.

        Raises:
            TooManyRequests: the caller is over a limit.
        """
        taken = self._rates.take(bucket, _who(environ.get("REMOTE_ADDR", ""), principal))
        if taken is not None:
            passes, standing = taken
            after_this_request(partial(_tell, standing))
            if not passes:
                raise self._rates.refusal(bucket, standing)

    # -- out

    def leave(self, response: Response) -> Response:
        """Add to an answer of somebody else's view what ours have."""
        if type(response) is not Answer:
            response.headers[REQUEST_ID_HEADER] = request.environ.get(REQUEST_ID, "")
            add_security_headers(response)
        return response


def _who(address: str, principal: Principal | None) -> str:
    """Under which name a caller is counted."""
    return f"key {principal.name}" if principal else f"from {network_of(address)}"


def _tell(standing: Standing, response: Response) -> Response:
    """Tell callers how they stand with a limit."""
    response.headers["RateLimit-Limit"] = str(standing.limit)
    response.headers["RateLimit-Remaining"] = str(standing.remaining)
    response.headers["RateLimit-Reset"] = str(standing.reset_s)
    return response


def _status_of(error: Exception) -> int | None:
    """The HTTP status that an error will be answered with, where that is known here."""
    if isinstance(error, RedengineError):
        return STATUS_BY_CODE.get(error.code)
    code = getattr(error, "code", None)
    return code if isinstance(code, int) else None
