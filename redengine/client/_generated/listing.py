# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""Listing: the entries of a list, page after page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from redengine.client._generated.client import Connection
    from redengine.client.answers import Answer
    from redengine.client.operations import Call

T = TypeVar("T")


class Listing(Generic[T]):
    """What matches, in the order of the API; nothing is asked for before the first is needed.

    Pages are asked for one at a time, as they are reached.
    An entry that moved to a later page, because newer ones came meanwhile, is given once.

    Args:
        connection: the client's.
        call: the call for the first page.
        make: makes what is given of an entry.
        key: the field that tells entries apart.
        limit: how many to give at most.
    """

    def __init__(
        self,
        connection: Connection,
        call: Call,
        make: Callable[[Mapping[str, Any]], T],
        *,
        key: str,
        limit: int | None = None,
    ) -> None:
        self._connection = connection
        self._call = call
        self._make = make
        self._key = key
        self._limit = limit

    def pages(self) -> Iterator[list[T]]:
        """The entries, a page at a time."""
        seen: set[Any] = set()
        left = self._limit
        call = self._call
        while left is None or left > 0:
            answer = self._connection.send(call)
            fresh = [each for each in answer.array() if self._is_new(each, seen)][:left]
            yield [self._make(each) for each in fresh]
            left = None if left is None else left - len(fresh)
            if answer.next_page is None:
                return
            call = replace(call, query=answer.next_page)

    def _is_new(self, entry: Mapping[str, Any], seen: set[Any]) -> bool:
        if self._key not in entry:
            return True
        known = entry[self._key] in seen
        seen.add(entry[self._key])
        return not known

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            for each in page:
                yield each

    def to_list(self) -> list[T]:
        """All of them."""
        return [each for each in self]

    def first(self) -> T | None:
        """The first of them; None if there is none."""
        found = self._one_page()
        entries = found.array()
        return self._make(entries[0]) if entries and self._limit != 0 else None

    def total(self) -> int:
        """How many match in all, whatever the limit."""
        found = self._one_page()
        return int(found.headers["X-Total-Count"])

    def _one_page(self) -> Answer:
        query = [pair for pair in self._call.query if pair[0] != "$limit"]
        return self._connection.send(replace(self._call, query=(*query, ("$limit", "1"))))

    def __repr__(self) -> str:
        query = "&".join(f"{key}={value}" for key, value in self._call.query)
        return f"<{type(self).__name__} of {self._call.path}{'?' if query else ''}{query}>"
