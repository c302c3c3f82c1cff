"""Query: what of a list is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redengine.query.matching import orderly, sort_key, value_matcher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement about one field.

    Attributes:
        field: the field's name.
        kind: "text", "number", "limit", "boolean", "datetime", "date" or "json".
        path: the keys to follow inside a JSON value.
        operator: "eq", "not", "min", "max" or "regex".
        values: parsed operands; None stands for `null`; patterns stay text.
    """

    field: str
    kind: str
    path: tuple[str, ...]
    operator: str
    values: tuple[Any, ...]

    def matcher(self) -> Callable[[Any], bool]:
        """A function that tells whether a value of the field matches."""
        return value_matcher(self.kind, self.path, self.operator, self.values)


@dataclass(frozen=True, slots=True)
class Query:
    """What of a list is asked for.

    Attributes:
        conditions: the clauses, all of which must match.
        sort: pairs of a field and whether it descends.
        limit: the size of the page; None for all.
        offset: how many items to pass over.
        fields: the only fields to give; empty for all.
    """

    conditions: tuple[Clause, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    offset: int = 0
    fields: tuple[str, ...] = ()

    def predicate(self) -> Callable[[Mapping[str, Any]], bool]:
        """A function that tells whether an item matches all clauses."""
        tests = [(clause.field, clause.matcher()) for clause in self.conditions]
        return lambda item: all(matches(item.get(field)) for field, matches in tests)

    def apply(self, items: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], int]:
        """The page of matching items, and how many match in all."""
        found = list(filter(self.predicate(), items)) if self.conditions else list(items)
        for field, descends in reversed(self.sort):
            found.sort(key=sort_key(field), reverse=descends)
        end = None if self.limit is None else self.offset + self.limit
        return [self.project(item) for item in found[self.offset : end]], len(found)

    def select(
        self,
        count: int,
        column: Callable[[str], Sequence[Any]],
        among: Sequence[int] | None = None,
    ) -> tuple[Sequence[int], int]:
        """The places of the page's items, and how many match in all.

        Args:
            count: how many items there are.
            column: gives the values of a field, one for each item; asked only for the fields that
                are filtered or sorted by.
            among: the ascending places of all that may match, where that is known.
        """
        places: Sequence[int] = range(count) if among is None else among
        for clause in self.conditions:
            matches, values = clause.matcher(), column(clause.field)
            places = [place for place in places if matches(values[place])]
        for field, descends in reversed(self.sort):
            values = column(field)
            keys = {place: orderly(values[place]) for place in places}
            places = sorted(places, key=keys.__getitem__, reverse=descends)
        end = None if self.limit is None else self.offset + self.limit
        return places[self.offset : end], len(places)

    def project(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """Of an item, only the fields that were asked for."""
        if not self.fields:
            return item
        return {name: item[name] for name in self.fields if name in item}
