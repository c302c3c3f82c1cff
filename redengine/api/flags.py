"""Query keys that are true or false."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from redengine.api.messages import ApiRequest


def flag(request: ApiRequest, key: str) -> bool:
    """Whether a query key says so: `?force=true`, `?force=1` or `?force`.

    Raises:
        InvalidInput: it says neither true nor false.
    """
    value = request.query_value(key)
    if value is None:
        return False
    if value.lower() in {"true", "1", ""}:
        return True
    if value.lower() in {"false", "0"}:
        return False
    raise InvalidInput({key: f"expected true or false, got {shortened(value)}"})
