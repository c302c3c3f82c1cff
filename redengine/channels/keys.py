"""Keys: the latest record of each key, and keys as they are written in paths."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from redengine.exceptions import Conflict, InvalidInput, shortened
from redengine.query.attributes import ABSENT, value_at
from redengine.support import jsontext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redengine.channels.options import Paths
    from redengine.channels.records import Record

MOST_KEYS: Final = 100_000
"""Keys of one channel; more are refused, as each keeps a record."""
_SCALARS: Final = (str, int, float, bool, type(None))

Key = tuple[Any, ...]


class KeyText(str):
    """A key as a path has it: parts joined by commas, each percent-encoded."""

    __slots__ = ()


def _part(value: Any) -> Any:
    """A value within a key: equal to those that are the same in JSON, and to no others."""
    return value if isinstance(value, str) else (type(value) is bool, value)


class Keyed:
    """The latest record of each key; guarded by the channel's lock.

    Args:
        name: the name of the key.
        paths: the attributes that make it.
    """

    __slots__ = ("_alone", "_paths", "latest", "name")

    def __init__(self, name: str, paths: Paths) -> None:
        self.name = name
        self._paths = paths
        self._alone = paths[0][0] if len(paths) == len(paths[0]) == 1 else None
        """The one attribute that makes the key, as it mostly is."""
        self.latest: OrderedDict[Key, Record] = OrderedDict()
        """In the order of their records."""

    @property
    def attributes(self) -> list[str]:
        """The attributes that make the key, as they are written."""
        return [".".join(path) for path in self._paths]

    def of(self, record: Mapping[str, Any]) -> Key:
        """The key of a record.

        Raises:
            InvalidInput: it lacks an attribute, or has no plain value there.
        """
        alone = None if self._alone is None else record.get(self._alone)
        if type(alone) is str:
            return (alone,)
        found = []
        for path in self._paths:
            value = value_at(record, path)
            if not isinstance(value, _SCALARS):
                name = ".".join(path)
                got = "is missing" if value is ABSENT else f"is {shortened(value)}"
                reason = f"{got}; it is a part of the key, and has to be a text, number or boolean"
                raise InvalidInput({name: reason})
            found.append(_part(value))
        return tuple(found)

    def refuse_too_many(self, keys: Iterable[Key]) -> None:
        """Refuse keys that would be too many.

        Raises:
            Conflict: they would.
        """
        latest = self.latest
        new = {key for key in keys if key not in latest}
        if new and len(self.latest) + len(new) > MOST_KEYS:
            message = (
                f"the channel has {len(self.latest)} keys of {', '.join(self.attributes)}, and "
                f"{MOST_KEYS} are the most; key it by fewer attributes, or give it a ttl"
            )
            raise Conflict(message, keys=len(self.latest), limit=MOST_KEYS)

    def put(self, key: Key, record: Record) -> None:
        """A record has come."""
        self.latest[key] = record
        self.latest.move_to_end(key)

    def keys_of(self, given: Any) -> tuple[Key, ...]:
        """The keys that a user may mean.

        Args:
            given: a value, several in order, or a mapping of attributes, which mean one key; or a
                `KeyText`, in which a part may be a text or what it spells.

        Raises:
            InvalidInput: it has not as many parts as the key.
        """
        form = f"expected values of {', '.join(self.attributes)}"
        if isinstance(given, KeyText):
            readings = [_readings(unquote(part)) for part in given.split(",")]
            if len(readings) != len(self._paths):
                reason = f"{form}, joined by commas, got {shortened(str(given))}"
                raise InvalidInput({"key": reason})
            return tuple(itertools.product(*readings))
        if isinstance(given, Mapping):
            values = [given.get(name, ABSENT) for name in self.attributes]
            values += [ABSENT] * (len(given) - len(values))
        else:
            is_several = isinstance(given, Sequence) and not isinstance(given, str)
            values = list(given) if is_several else [given]
        is_plain = all(isinstance(value, _SCALARS) for value in values)
        if not is_plain or len(values) != len(self._paths):
            raise InvalidInput({"key": f"{form}, got {shortened(given)}"})
        return (tuple(map(_part, values)),)

    def get(self, given: Any) -> Record | None:
        """The latest record of a key that a user gives, or None.

        Raises:
            InvalidInput: as `keys_of` has it.
        """
        found = (self.latest.get(key) for key in self.keys_of(given))
        return next((record for record in found if record is not None), None)


def _readings(part: str) -> list[Any]:
    """What a part of a key may be: a text, or what it spells in JSON."""
    try:
        value = jsontext.loads(part.encode())
    except ValueError:
        return [part]
    return [part] if isinstance(value, str | list | dict) else [part, _part(value)]


def key_text(values: Iterable[Any]) -> str:
    """A key as it is written in a path.

    Args:
        values: the values of the attributes that make it.
    """
    texts = (each if isinstance(each, str) else jsontext.dumps(each).decode() for each in values)
    return ",".join(quote(text, safe="") for text in texts)
