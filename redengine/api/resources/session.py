"""The session itself, and its switches."""

from __future__ import annotations

from typing import ClassVar

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.principal import ADMIN
from redengine.api.resources.base import Resource


class SessionResource(Resource):
    """The session's state, configuration, parameters, task names, returns and versions."""

    name = "Session"

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        return ApiResponse(self.session.snapshot())


class SessionPauseResource(Resource):
    """Holds new starts; running jobs go on to their end."""

    name = "SessionPause"

    def post(self, request: ApiRequest) -> ApiResponse:
        del request
        self.session.pause()
        return ApiResponse(self.session.snapshot())


class SessionResumeResource(Resource):
    """Lets tasks start again."""

    name = "SessionResume"

    def post(self, request: ApiRequest) -> ApiResponse:
        del request
        self.session.resume()
        return ApiResponse(self.session.snapshot())


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
