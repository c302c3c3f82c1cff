"""Writes the sync client, `redengine/client/_generated`, anew from the async one.

Run it with `make client` after a change of `redengine/client/aio`; a test compares the two.
The async source is read as tokens: `async` and `await` go, names that begin with `Async` lose
that, and a few others have their sync form.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import Final

CLIENT: Final = Path(__file__).parents[1] / "redengine" / "client"
SOURCE: Final = CLIENT / "aio"
TARGET: Final = CLIENT / "_generated"
HEADER: Final = (
    "# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.\n"
)

NAMES: Final = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "StopAsyncIteration": "StopIteration",
    "aclose": "close",
    "aio": "_generated",
    "aiter_bytes": "iter_bytes",
    "anext": "next",
    "aread": "read",
    "async_connect": "connect",
    "async_sleep": "sleep",
}
GONE: Final = frozenset(("async", "await"))


def sync_name(name: str) -> str:
    """The sync form of a name."""
    return NAMES.get(name, re.sub(r"^Async(?=[A-Z])", "", name))


def sync_text(text: str) -> str:
    """The sync form of a docstring or another text."""
    text = re.sub(r"\b(?:async|await) ", "", text)
    return re.sub(r"\bAsync(?=[A-Z])", "", text)


def sync_source(source: str) -> str:
    """The sync form of a module."""
    pieces = []
    row, column = 1, 0
    is_after_gone = False
    lines = iter(source.splitlines(keepends=True))
    text_lines = source.splitlines(keepends=True)
    for token in tokenize.generate_tokens(lambda: next(lines, "")):
        if token.type in (tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER):
            continue
        if token.start[0] > row:
            row, column = token.start[0], 0
        gap = text_lines[row - 1][column : token.start[1]] if token.start[1] > column else ""
        pieces.append("" if is_after_gone else gap)
        row, column = token.end
        is_after_gone = token.string in GONE and token.type == tokenize.NAME
        if is_after_gone:
            continue
        if token.type == tokenize.NAME:
            pieces.append(sync_name(token.string))
        elif token.type == tokenize.STRING:
            pieces.append(sync_text(token.string))
        else:
            pieces.append(token.string)
    return "".join(pieces)


def sync_modules() -> dict[str, str]:
    """The sync modules by file name, but for the package's own docstring."""
    return {
        path.name: HEADER + sync_source(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.glob("*.py"))
        if path.name != "__init__.py"
    }


def main() -> None:
    """Write them, and put them into shape."""
    for path in TARGET.glob("*.py"):
        if path.name != "__init__.py":
            path.unlink()
    for name, source in sync_modules().items():
        (TARGET / name).write_text(source, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", "--quiet", "--select", "I", "--fix", TARGET], check=True)
    subprocess.run([*ruff, "format", "--quiet", TARGET], check=True)


if __name__ == "__main__":
    main()
