"""Values as people read them in a table."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from redengine.cli.escaping import printable

_MINUTE_S = 60
_HOUR_S = 3600
_DAY_S = 86_400


def moment(text: str | None) -> str:
    """An instant of the API, in the zone of this machine, to the second; nothing for None."""
    if text is None:
        return ""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S}"


def brief_moment(text: str | None) -> str:
    """The same in less room: the time if it is today, the date if it is another year."""
    if text is None:
        return ""
    at, now = datetime.fromisoformat(text).astimezone(), datetime.now().astimezone()
    if at.date() == now.date():
        return f"{at:%H:%M:%S}"
    return f"{at:%m-%d %H:%M}" if at.year == now.year else f"{at:%Y-%m-%d}"


def span(seconds: float | None) -> str:
    """A number of seconds such as "25 ms", "5.2 s", "5 min 3 s" or "2 d 4 h"; nothing for None."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{max(1, round(seconds * 1000))} ms" if seconds else "0 s"
    if seconds < _MINUTE_S:
        return f"{seconds:.3g} s"
    whole = round(seconds)
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S} s"
    if whole < _DAY_S:
        return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S} min"
    return f"{whole // _DAY_S} d {whole % _DAY_S // _HOUR_S} h"


def value(given: Any) -> str:
    """A JSON value in a cell: text as it is, the rest as JSON; nothing for None."""
    if given is None:
        return ""
    text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return printable(text)


def first_line(text: str | None) -> str:
    """The first line of a message; nothing for None."""
    return printable((text or "").strip().partition("\n")[0])
