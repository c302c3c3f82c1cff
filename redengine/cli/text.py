"""Values as people read them in a table."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Final

_OBEYED: Final = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL and C1 controls, with the escape that begins sequences
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction
    "\u2028\u2029"  # ends of lines and paragraphs
    "\ud800-\udfff"  # halves of pairs, which no terminal takes
    "\U000e0000-\U000e007f"  # tags, which nobody sees
)
_UNSAFE: Final = re.compile(f"[{_OBEYED}]")
_NAMED: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def printable(text: object, *, keep: str = "") -> str:
    r"""The text with control characters as escapes such as `\x1b`.

    Args:
        text: what to show; `str` of it is taken.
        keep: control characters that stay, such as line ends.
    """
    return _UNSAFE.sub(lambda found: _escaped(found[0], keep), str(text))


def _escaped(character: str, keep: str) -> str:
    if character in keep:
        return character
    number = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if number < 0x100:  # noqa: PLR2004 - two digits
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"  # noqa: PLR2004


def json_text(value: Any, *, indent: int | None = 2) -> str:
    """A value as JSON; control characters in it are escapes, as JSON has them."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    # Line ends and spaces of the layout are the only control characters that are not in strings.
    return _UNSAFE.sub(
        lambda found: found[0] if found[0] == "\n" else json.dumps(found[0])[1:-1], text
    )


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
