"""Lists: filtered, sorted, cut into pages, with the headers that lead to the other pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from redengine.api.core.messages import ApiResponse
from redengine.api.core.waiting import LONGEST_WAIT_S
from redengine.exceptions import InvalidInput, shortened
from redengine.query import parse_query
from redengine.query.match import number_in
from redengine.tasks.definition import KINDS, STATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from redengine.api.core.messages import ApiRequest
    from redengine.query import Query


POSITION: Final = "X-Event-Position"
"""The header that tells from where to follow what has been read."""


def _fields(**names_by_kind: str) -> dict[str, str]:
    def pairs() -> Iterator[tuple[str, str]]:
        for kind, names in names_by_kind.items():
            for name in names.split():
                yield name, kind

    return dict(pairs())


TASK_FIELDS: Final[Mapping[str, str]] = KINDS
RUNTIME_FIELDS: Final[Mapping[str, str]] = _fields(
    text="runtime_id kind status",
    number="size thread_pool_size running queued available abandoned threads workers recycle_after",
    boolean="is_default is_builtin shared",
    json="tasks",
)
WORKER_FIELDS: Final[Mapping[str, str]] = _fields(
    text="name host kind session", number="pid", datetime="since"
)
DEPENDENCY_FIELDS: Final[Mapping[str, str]] = _fields(text="parent child relation type")

STATE_FIELDS: Final = frozenset((*STATE, "warnings"))
"""Fields of a task that tell its state: shown, and passed over when a whole object is written."""

ACTION_FIELDS: Final = frozenset(("force_run", "force_termination"))
"""Fields of a task that do something once: applied, and never journalled."""

TASK_SPELLINGS: Final = {
    "permanent": "permanent_task",
    "runtime": "execution",
    "func_name": "func",
}
"""Other spellings of fields of a task that a write may use."""


_LARGEST: Final = 2**53


def count_of(request: ApiRequest, key: str, default: int, most: int = _LARGEST) -> int:
    """A whole number from 0 in the query.

    Raises:
        InvalidInput: it is none, or too large.
    """
    text = request.query_value(key)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(_LARGEST)):
        raise InvalidInput({key: f"expected a number from 0, got {shortened(text)}"})
    value = int(text)
    if value > most:
        raise InvalidInput({key: f"expected at most {most}, got {value}"})
    return value


def seconds_of(request: ApiRequest, key: str, default: float) -> float:
    """Seconds to wait, at most `LONGEST_WAIT_S`, in the query.

    Raises:
        InvalidInput: they are none, or too many.
    """
    text = request.query_value(key)
    if text is None:
        return default
    seconds = number_in(text)
    if seconds is None or not 0 <= seconds <= LONGEST_WAIT_S:
        reason = f"expected seconds from 0 to {LONGEST_WAIT_S:g}, got {shortened(text)}"
        raise InvalidInput({key: reason})
    return seconds


DEFAULT_LIMIT: Final = 1_000
LARGEST_LIMIT: Final = 10_000


def query_of(
    request: ApiRequest, fields: Mapping[str, str], zone: tzinfo, *, paged: bool = True
) -> Query:
    """The request's filters, read against the fields of a list.

    Args:
        request: the request.
        fields: the kind of each field by its name.
        zone: the zone of naive times.
        paged: whether the list is cut where `$limit` does not say.

    Raises:
        QueryError: a filter cannot be applied.
    """
    return parse_query(
        request.query,
        fields,
        zone=zone,
        default_limit=DEFAULT_LIMIT if paged else None,
        max_limit=LARGEST_LIMIT if paged else None,
    )


def filtered(
    items: Iterable[Mapping[str, Any]],
    request: ApiRequest,
    fields: Mapping[str, str],
    zone: tzinfo,
) -> ApiResponse:
    """The answer with those of `items` that match the request's filters."""
    query = query_of(request, fields, zone, paged=False)
    page, total = query.apply(list(items))
    return page_response(page, total, query, request)


def page_response(
    items: Sequence[Mapping[str, Any]], total: int, query: Query, request: ApiRequest
) -> ApiResponse:
    """The answer with one page, and the headers that tell of the others."""
    return ApiResponse(list(items), headers=_page_headers(total, query, request))


def json_page_response(
    content: bytes, total: int, query: Query, request: ApiRequest
) -> ApiResponse:
    """The same for a page that is JSON already."""
    return ApiResponse(content, headers=_page_headers(total, query, request))


def _page_headers(total: int, query: Query, request: ApiRequest) -> dict[str, str]:
    headers = {"X-Total-Count": str(total)}
    link = page_links(request, query.limit, query.offset or 0, total)
    if link:
        headers["Link"] = link
    return headers


def page_links(request: ApiRequest, limit: int | None, offset: int, total: int) -> str:
    """The `Link` header (RFC 8288) to the first, previous, next and last page; may be empty."""
    if not limit:
        return ""
    places = {"first": 0}
    if offset > 0:
        places["prev"] = max(0, offset - limit)
    if offset + limit < total:
        places["next"] = offset + limit
    places["last"] = max(0, (total - 1) // limit * limit)
    kept = [(key, value) for key, value in request.query if key not in {"$limit", "$offset"}]
    filters = f"{urlencode(kept, safe='$')}&" if kept else ""
    page = f"{request.url_path}?{filters}$limit={limit}&$offset="
    return ", ".join(f'<{page}{place}>; rel="{name}"' for name, place in places.items())
