"""The session itself, and its switches."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from redengine.api.masking import shown
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.principal import ADMIN
from redengine.api.resources.base import Resource

if TYPE_CHECKING:
    from redengine.api.ports import SessionPort

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
