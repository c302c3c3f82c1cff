"""Numbers in the query of a request."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from redengine.api.patience import LONGEST_WAIT_S
from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from redengine.api.messages import ApiRequest

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
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST_WAIT_S or not text.isascii():
        reason = f"expected seconds from 0 to {LONGEST_WAIT_S:g}, got {shortened(text)}"
        raise InvalidInput({key: reason})
    return seconds
