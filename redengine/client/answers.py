"""Answer: what the API said, read as what it has to be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from redengine.client.problems import problem
from redengine.exceptions import RedengineError, UnreadableAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXCERPT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Answer:
    """An HTTP answer.

    Attributes:
        url: what was asked for, as it may be shown.
        status: the HTTP status.
        headers: the headers; names in small letters.
        content: the body.
        next_page: the query of the next page of a list; None if this is the last.
        secret: what must not be shown, should the body have it.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    next_page: tuple[tuple[str, str], ...] | None = None
    secret: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether its status says that all is well."""
        return self.status < HTTPStatus.MULTIPLE_CHOICES

    def value(self) -> Any:
        """The body, which is JSON; None if there is none.

        Raises:
            UnreadableAnswer: it is not JSON.
        """
        if not self.content:
            return None
        try:
            return json.loads(self.content)
        except ValueError:
            raise self.unreadable("something that is not JSON") from None

    def object(self) -> dict[str, Any]:
        """The body, which is a JSON object.

        Raises:
            UnreadableAnswer: it is not.
        """
        value = self.value()
        if not isinstance(value, dict):
            raise self.unreadable("something that is not a JSON object")
        return value

    def array(self) -> list[dict[str, Any]]:
        """The body, which is a JSON array of objects.

        Raises:
            UnreadableAnswer: it is not.
        """
        value = self.value()
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.unreadable("something that is not a JSON array of objects")
        return value

    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    def document(self) -> Any:
        """The body as JSON where it says that it is; else as text."""
        is_json = "json" in self.headers.get("content-type", "")
        return self.value() if is_json or not self.content else self.text()

    def error(self, retry_after_s: float | None = None) -> RedengineError:
        """The error that the answer tells of."""
        if self.status < HTTPStatus.BAD_REQUEST:
            return self.unreadable("a redirection, which is not followed")
        try:
            envelope = json.loads(self.content)
        except ValueError:
            return self.unreadable("something that is not JSON")
        if not isinstance(envelope, dict) or not {"error", "message"} <= set(envelope):
            return self.unreadable("something that is not one of its errors")
        return problem(self.status, envelope, retry_after_s)

    def unreadable(self, reason: str) -> UnreadableAnswer:
        """The error for an answer that does not come from the API."""
        excerpt = self.text()
        if self.secret:
            excerpt = excerpt.replace(self.secret, "***")
        return UnreadableAnswer(self.url, self.status, reason, excerpt[:_EXCERPT])

    def __repr__(self) -> str:
        return f"<Answer {self.status} of {self.url}>"


def next_page_of(
    links: Mapping[str | None, Mapping[str, str]],
) -> tuple[tuple[str, str], ...] | None:
    """The query of the next page, by the links of an answer (RFC 8288)."""
    url = links.get("next", {}).get("url")
    return None if url is None else tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True))
