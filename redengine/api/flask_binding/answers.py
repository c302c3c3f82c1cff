"""Our answers as Flask's, at little cost: this stands between every request and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from redengine.api.flask_binding.requests import REQUEST_ID_HEADER

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers

    from redengine.api.messages import ApiResponse

_WITHOUT_BODY = frozenset((204, 304))


class Answer(Response):
    """A response whose headers are complete when it is made."""

    def get_wsgi_headers(self, environ: object) -> Headers:
        del environ
        return self.headers


def answer(response: ApiResponse, request_id: str) -> Answer:
    """The answer that Flask sends."""
    headers = [(REQUEST_ID_HEADER, request_id), *response.headers.items()]
    if response.status in _WITHOUT_BODY:
        bare = Answer([], response.status, headers)
        del bare.headers["Content-Type"]
        return bare
    content = response.content()
    headers.append(("Content-Type", response.content_type))
    headers.append(("Content-Length", str(len(content))))
    return Answer([content], response.status, headers)
