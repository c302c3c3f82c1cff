"""Text in PostgreSQL, which has no character 0.

What it cannot hold is written as two characters that it can: 0 as 1 1, and 1 as 1 2. All text
comes back as it was, equal texts stay equal, and the order by code point stays as it is.
"""

from __future__ import annotations

import re
from typing import Any, Final

_ANY_ENCODING: Final = 0
"""The number of no type: the server finds out which it is."""
_ESCAPE: Final = re.compile("\1.")
_TEXTS: Final = ("text", "varchar")


def teach_text(connection: Any) -> None:
    """Let a connection of psycopg write and read all text."""
    connection.adapters.register_dumper(str, TextDumper)
    for name in _TEXTS:
        connection.adapters.register_loader(name, TextLoader)


class TextDumper:
    """Writes text, as psycopg asks for it (`psycopg.abc.Dumper`)."""

    format = 0
    oid = _ANY_ENCODING

    def __init__(self, kind: type, context: Any = None) -> None:
        del kind, context

    def dump(self, text: str) -> bytes:
        """A text as it is sent.

        Raises:
            UnicodeEncodeError: it has no UTF-8 form.
        """
        data = text.encode()
        if b"\0" in data or b"\1" in data:
            data = data.replace(b"\1", b"\1\2").replace(b"\0", b"\1\1")
        return data

    def quote(self, text: str) -> bytes:
        """A text as a literal."""
        return b"'" + self.dump(text).replace(b"'", b"''") + b"'"

    def get_key(self, _text: str, _wanted: Any) -> type:
        """Which dumper there is for it: this one."""
        return str

    def upgrade(self, _text: str, _wanted: Any) -> TextDumper:
        """A better dumper: there is none."""
        return self


class TextLoader:
    """Reads text, as psycopg asks for it (`psycopg.abc.Loader`)."""

    format = 0

    def __init__(self, oid: int, context: Any = None) -> None:
        del oid, context

    def load(self, data: Any) -> str:
        """What was sent, as text."""
        text = str(data, "utf-8")
        return text if "\1" not in text else _ESCAPE.sub(_unescaped, text)


def _unescaped(escape: re.Match[str]) -> str:
    return "\0" if escape[0] == "\1\1" else "\1"
