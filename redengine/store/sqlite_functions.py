"""What SQLite cannot match by itself: patterns in linear time, and values inside JSON."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from redengine import jsontext
from redengine.query import JsonOperand, compile_pattern, json_matcher

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from redengine.query import Clause

MATCHES_PATTERN: Final = "redengine_matches"
MATCHES_JSON: Final = "redengine_json_matches"


def register_functions(connection: sqlite3.Connection) -> None:
    """Make the functions known to a connection."""
    connection.create_function(MATCHES_PATTERN, 2, _matches_pattern, deterministic=True)
    connection.create_function(MATCHES_JSON, 2, _matches_json, deterministic=True)


def clause_as_json(clause: Clause) -> str:
    """A clause about a JSON field, as the function takes it."""
    values = [list(value) if isinstance(value, tuple) else value for value in clause.values]
    return jsontext.dumps([clause.path, clause.operator, values]).decode()


def _matches_pattern(pattern: str, text: str | None) -> bool:
    return text is not None and compile_pattern(pattern)(text)


def _matches_json(clause: str, text: str | None) -> bool:
    try:
        value = None if text is None else jsontext.loads(text)
    except ValueError:  # it is damaged, and the list tells
        return False
    return _matcher(clause)(value)


@lru_cache(maxsize=256)
def _matcher(clause: str) -> Callable[[object], bool]:
    path, operator, values = jsontext.loads(clause)
    operands = (value if isinstance(value, str) else JsonOperand(*value) for value in values)
    return json_matcher(tuple(path), operator, tuple(operands))
