"""Lists: filtered, sorted, cut into pages, with the headers that lead to the other pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from redengine.api.messages import ApiResponse
from redengine.query import parse_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

    from redengine.api.messages import ApiRequest
    from redengine.query import Query

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
