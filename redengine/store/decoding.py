"""Rows as dictionaries: times are aware datetimes in UTC, JSON is parsed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine import jsontext
from redengine.store.instants import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redengine.store.damage import Damaged

    Row = Sequence[Any]

_MOST_KNOWN_INSTANTS: Final = 1000
"""The columns of a row share instants, and so do rows: so many made ones are used again."""


def decoder(
    names: Sequence[str], kinds: Mapping[str, str], damaged: Damaged
) -> Callable[[Row], dict[str, Any]]:
    """A function that makes a dictionary of a row whose values stand in the order of `names`.

    Args:
        names: the fields.
        kinds: the kind of each.
        damaged: gives what stands in the place of JSON that cannot be read, or raises.
    """
    times, objects, flags = (
        [place for place, name in enumerate(names) if kinds[name] == kind]
        for kind in ("datetime", "json", "boolean")
    )

    instants: dict[int, datetime] = {}

    def decode(row: Row) -> dict[str, Any]:
        values = list(row)
        for place in times:
            microseconds = values[place]
            if microseconds is not None:
                instant = instants.get(microseconds)
                if instant is None:
                    if len(instants) >= _MOST_KNOWN_INSTANTS:
                        instants.clear()
                    instant = EPOCH + timedelta(0, 0, microseconds)
                    instants[microseconds] = instant
                values[place] = instant
        for place in objects:
            if values[place] is not None:
                try:
                    values[place] = jsontext.loads(values[place])
                except ValueError:
                    fields = dict(zip(names, values, strict=True))
                    values[place] = damaged(names[place], fields)
        for place in flags:
            values[place] = bool(values[place])
        return dict(zip(names, values, strict=True))

    return decode
