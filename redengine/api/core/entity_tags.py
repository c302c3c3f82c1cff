"""Entity tags (RFC 9110, 8.8.3): what has not changed is not sent again, nor overwritten unseen.

The tag of a task has two parts, `"<definition>-<state>"`. All of it is looked at where an answer
may be spared; where a write is to be made, only the definition is: a run between reading a task
and changing it is no reason to refuse the change.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import TYPE_CHECKING, Any, Final

from redengine.api.core.encoding import to_json
from redengine.api.core.messages import ApiRequest, ApiResponse
from redengine.api.errors import PreconditionFailed
from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from redengine.api.core.ports import TaskPort

_KEY: Final = secrets.token_bytes(16)
"""A tag tells nothing of a secret to those who guess."""
_TAG: Final = r'(W/)?"([!#-~\x80-\xff]*)"'
_TAGS: Final = re.compile(rf"[\s,]*{_TAG}(?:\s*,[\s,]*{_TAG})*[\s,]*")
_NEEDS_SOMETHING: Final = frozenset(("patch", "delete"))
"""Methods that are answered with 404 where there is nothing."""


def tag_of(content: bytes, *, key: bytes = b"") -> str:
    """A strong entity tag that is the same for the same bytes, also after a restart.

    Args:
        content: the bytes.
        key: makes the tag of secret bytes one that nobody else can work out.
    """
    return f'"{hashlib.blake2b(content, digest_size=10, key=key).hexdigest()}"'


def tag_of_task(task: TaskPort) -> tuple[bytes, str]:
    """A task's object as JSON, and its tag.

    The definition is looked at first: were the task changed in between, the tag is too old for
    the object, and a write is refused that need not be; never the other way round.
    """
    definition = task.definition_tag()
    content = task.json()
    return content, f'"{definition}-{tag_of(content)[1:]}'


def tag_of_values(values: Mapping[str, Any], hidden: Collection[str] = ()) -> str:
    """A strong entity tag of values by name, some of which may not be shown."""
    return tag_of(to_json(values), key=_KEY if hidden else b"")


def tagged(response: ApiResponse, tag: str, request: ApiRequest) -> ApiResponse:
    """The response with its tag; 304 without a body when the caller has it already."""
    known = request.if_none_match
    # By the weak comparison, and without a word of what cannot be read: the answer is only longer.
    if known and (known.strip() == "*" or tag[1:-1] in {each for _, each in _found(known)}):
        return ApiResponse(status=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return response


def check_preconditions(request: ApiRequest, method: str, tag: str | None) -> None:
    """Let a write be made, or not (RFC 9110, 13.1).

    Args:
        request: the write.
        method: its method.
        tag: the current tag of what it is put to; None where there is nothing.

    Raises:
        PreconditionFailed: the caller wanted it to be otherwise.
        InvalidInput: a header cannot be read.
    """
    if request.if_match:
        _check_match(request.if_match, method, tag)
    if request.if_none_match:
        _check_none_match(request.if_none_match, tag)


def _check_match(header: str, method: str, tag: str | None) -> None:
    wanted = _parsed("If-Match", header)
    if tag is None:
        if method in _NEEDS_SOMETHING:
            return  # the answer is 404 without the header, so it is with it
        message = "If-Match asks for something to be there, and there is nothing"
        raise PreconditionFailed(message, header="If-Match", etag=None)
    if wanted is None or _definition(tag) in {
        _definition(each) for weak, each in wanted if not weak
    }:
        return
    message = "it was changed since you read it: read it again, and decide again"
    if all(weak for weak, _ in wanted):
        message = "weak tags never match in If-Match: send the tag as the answer had it"
    raise PreconditionFailed(message, header="If-Match", etag=tag)


def _check_none_match(header: str, tag: str | None) -> None:
    unwanted = _parsed("If-None-Match", header)
    if tag is None:
        return
    if unwanted is None:
        message = "If-None-Match: * asks for a new one, and there is one already"
        raise PreconditionFailed(message, header="If-None-Match", etag=tag)
    if _definition(tag) in {_definition(each) for _, each in unwanted}:
        message = "If-None-Match asks for another one than there is"
        raise PreconditionFailed(message, header="If-None-Match", etag=tag)


def _definition(tag: str) -> str:
    """The part of a tag that counts for writes."""
    return tag.strip('"').partition("-")[0]


def _parsed(header: str, text: str) -> list[tuple[str, str]] | None:
    """The tags in a header, each behind its `W/` or nothing; None stands for `*`."""
    if text.strip() == "*":
        return None
    if _TAGS.fullmatch(text) is None:
        reason = f'expected * or tags such as "1f0c", got {shortened(text)}'
        raise InvalidInput({header: reason})
    return _found(text)


def _found(text: str) -> list[tuple[str, str]]:
    return re.findall(_TAG, text)
