"""Escaping: text from elsewhere, without what a terminal would obey.

A task may be named by anybody who may make one; its name must not move the cursor, set the
title, or turn the direction of what stands beside it.
"""

from __future__ import annotations

import json
import re
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
