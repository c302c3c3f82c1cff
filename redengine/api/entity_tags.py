"""Entity tags (RFC 9110, 8.8.3): an answer that has not changed is not sent again."""

from __future__ import annotations

import hashlib

from redengine.api.messages import ApiRequest, ApiResponse


def tag_of(content: bytes) -> str:
    """A strong entity tag that is the same for the same bytes, also after a restart."""
    return f'"{hashlib.blake2b(content, digest_size=10).hexdigest()}"'


def tagged(response: ApiResponse, tag: str, request: ApiRequest) -> ApiResponse:
    """The response with its tag; 304 without a body when the caller has it already."""
    if request.if_none_match and _matches(request.if_none_match, tag):
        return ApiResponse(status=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return response


def _matches(if_none_match: str, tag: str) -> bool:
    """Whether one of the caller's tags is `tag`, by the weak comparison that GET asks for."""
    known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return tag in known or "*" in known
