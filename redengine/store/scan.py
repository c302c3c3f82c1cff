"""Scan: lists whose filters only Python can apply, outside SQLite.

Patterns are RE2's and values inside JSON compare by the rules of `redengine.query`. Neither
PostgreSQL nor MariaDB has an operator that is surely the same: their patterns are another
language, their JSON folds numbers and keys. So the database gives the candidates that the other
filters leave, in the order of the list, and Python looks at each. That takes time in proportion
to the candidates, but the memory of some of them and of the page.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from redengine import jsontext
from redengine.query import Clause
from redengine.store.database import READ_AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import CursorResult

    from redengine.query import Query

    Test = tuple[int, bool, Callable[[Any], bool]]

_ENDLESS: Final = float("inf")


def is_for_python(clause: Clause) -> bool:
    """Whether no database but SQLite, which is taught to, can apply the clause."""
    return clause.kind == "json" or clause.operator == "regex"


class Scan:
    """One walk over candidates.

    Args:
        query: what is asked for.
        names: the fields to give where the query names none.
        kinds: the kind of each field.

    Attributes:
        candidates: the query for the rows to look at.
        names: the fields that those rows need to have; those to give come first.
    """

    def __init__(self, query: Query, names: tuple[str, ...], kinds: Mapping[str, str]) -> None:
        self._query = query
        self._given = query.fields or names
        clauses = [clause for clause in query.conditions if is_for_python(clause)]
        self.names = tuple(dict.fromkeys((*self._given, *(each.field for each in clauses))))
        self._tests: list[Test] = [
            (self.names.index(clause.field), kinds[clause.field] == "json", clause.matcher())
            for clause in clauses
        ]
        conditions = tuple(chain.from_iterable(map(_left_to_database, query.conditions)))
        self.candidates = replace(
            query, conditions=conditions, fields=self.names, limit=None, offset=0
        )

    def page(self, candidates: CursorResult[Any]) -> tuple[list[Sequence[Any]], int]:
        """The rows of the page, and how many match in all."""
        query = self._query
        end = _ENDLESS if query.limit is None else query.offset + query.limit
        width = len(self._given)
        found = 0
        page: list[Sequence[Any]] = []
        for rows in candidates.partitions(READ_AT_ONCE):
            for row in filter(self._matches, rows):
                if query.offset <= found < end:
                    page.append(row[:width])
                found += 1
        return page, found

    def _matches(self, row: Sequence[Any]) -> bool:
        for place, is_json, test in self._tests:
            value = row[place]
            if not test(jsontext.loads(value) if is_json and value is not None else value):
                return False
        return True


def _left_to_database(clause: Clause) -> tuple[Clause, ...]:
    """What of a clause the database can answer: no pattern matches a missing value."""
    if not is_for_python(clause):
        return (clause,)
    if clause.kind == "text":
        return (Clause(clause.field, clause.kind, (), "not", (None,)),)
    return ()
