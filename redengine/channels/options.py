"""Options of a channel: what its maker says of it, read from Python and from JSON alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, Self

from redengine.channels.query import attribute_path
from redengine.channels.schema import Schema, refuse_unknown, schema_of
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, UnknownName, did_you_mean, refuse, shortened

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

VERBS: Final = ("last", "next", "state", "send", "lookup")
"""What may be done with a channel over the API; following it is `next`."""
RESERVED: Final = ("id", "heartbeat")
"""What no channel is called: a word of the paths, and the channel that beats on a WebSocket."""
MOST_HISTORY: Final = 1_000_000
MOST_LOOKUP: Final = 10_000_000
MOST_ATTRIBUTES: Final = 8
"""So many attributes make a key at most."""
MOST_KEYBYS: Final = 16
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,99}")

Paths = tuple[tuple[str, ...], ...]
"""The attributes that make a key, each by its parts."""


def checked_name(name: object) -> str:
    """A name that a channel may have.

    Raises:
        InvalidInput: it is none.
    """
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        form = "expected 1 to 100 letters, digits, '_', '.' and '-', a letter or digit first"
        raise InvalidInput({"name": f"{form}, got {shortened(name)}"})
    if name in RESERVED:
        raise InvalidInput({"name": f"no channel is called {name!r}, which stands for itself"})
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOptions:
    """What a channel is made of. Make it with `of`.

    Attributes:
        schema: checks the records.
        keyby: by name, the attributes that make a key; the first one is that of paths.
        is_named: whether the keys were given names.
        history: how many records are kept for followers that come later.
        lookup: how many records can be found by their ids.
        ttl: how old a record gets before it is kept no longer; None for any age.
        readonly: whether the API sends nothing to it.
        api: what the API does with it: True for all, False for nothing, or some of `VERBS`.
    """

    schema: Schema
    keyby: Mapping[str, Paths]
    is_named: bool = False
    history: int = 1_000
    lookup: int = 10_000
    ttl: timedelta | None = None
    readonly: bool = False
    api: bool | tuple[str, ...] = True

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """The options that a user means.

        Raises:
            InvalidInput: one does not exist, or a value does not fit; naming all of them.
        """
        _refuse_unknown_options(given, NAMES)
        schema = schema_of(given.get("schema"))
        keyby = given.get("keyby")
        values: dict[str, Any] = {"keyby": read_keyby(keyby, schema.document)}
        values["is_named"] = isinstance(keyby, Mapping)
        return cls(schema=schema, **values, **_changed(given))

    def changed(self, given: Mapping[str, Any]) -> Self:
        """The same with other values of what can be changed.

        Raises:
            InvalidInput: one cannot, or a value does not fit; naming all of them.
        """
        fixed = [name for name in NAMES if name in given and name not in CHANGEABLE]
        if fixed:
            reason = "cannot be changed; delete the channel and make it again"
            raise InvalidInput(dict.fromkeys(fixed, reason))
        _refuse_unknown_options(given, CHANGEABLE)
        return replace(self, **_changed(given))

    def allows(self, verb: str) -> bool:
        """Whether the API does one of `VERBS` with it, `readonly` aside."""
        return self.api if isinstance(self.api, bool) else verb in self.api

    def to_dict(self) -> dict[str, Any]:
        """The options as JSON has them; `of` reads them back."""
        keys = {name: [".".join(path) for path in paths] for name, paths in self.keyby.items()}
        keyby: Any = keys if self.is_named else next(iter(keys.values()), None)
        return {
            "schema": self.schema.document,
            "keyby": keyby,
            "history": self.history,
            "lookup": self.lookup,
            "ttl": None if self.ttl is None else self.ttl.total_seconds(),
            "readonly": self.readonly,
            "api": self.api if isinstance(self.api, bool) else list(self.api),
        }


def _refuse_unknown_options(given: Mapping[str, Any], known: Sequence[str]) -> None:
    refuse(UnknownName("channel option", str(name), known) for name in given if name not in known)


def _count(most: int, least: int) -> Callable[[str, Any], int]:
    def read(name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            reason = f"expected a whole number from {least} to {most}, got {shortened(value)}"
            raise InvalidInput({name: reason})
        return value

    return read


def _ttl(name: str, value: Any) -> timedelta | None:
    if value is None:
        return None
    found = parse_duration(value, field=name)
    if not found:
        raise InvalidInput({name: "expected more than 0 seconds, or null for any age"})
    return found


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput({name: f"expected true or false, got {shortened(value)}"})
    return value


def _verbs(name: str, value: Any) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    known = ", ".join(VERBS)
    if not isinstance(value, Sequence) or isinstance(value, str | bytes) or not value:
        reason = f"expected true, false or a list of {known}, got {shortened(value)}"
        raise InvalidInput({name: reason})
    for verb in value:
        if verb not in VERBS:
            hint = did_you_mean(str(verb), VERBS)
            raise InvalidInput({name: f"expected {known}, got {shortened(verb)} in it{hint}"})
    return tuple(verb for verb in VERBS if verb in value)


_READERS: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    "history": _count(MOST_HISTORY, 1),
    "lookup": _count(MOST_LOOKUP, 0),
    "ttl": _ttl,
    "readonly": _flag,
    "api": _verbs,
}
CHANGEABLE: Final = tuple(_READERS)
"""The options that can be changed while the channel stands."""
NAMES: Final = tuple(each.name for each in fields(ChannelOptions) if each.name != "is_named")
"""All options."""


def _changed(given: Mapping[str, Any]) -> dict[str, Any]:
    """What can be changed, read.

    Raises:
        InvalidInput: naming all that do not fit.
    """
    values, errors = {}, []
    for name, read in _READERS.items():
        if name in given:
            try:
                values[name] = read(name, given[name])
            except InvalidInput as error:
                errors.append(error)
    refuse(errors)
    return values


def read_keyby(given: Any, document: Mapping[str, Any] | None) -> dict[str, Paths]:
    """The keys by their names; one that was given without a name has that of its attributes.

    Raises:
        InvalidInput: an attribute is none, or no record has it.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        paths = _paths(given, document, "keyby")
        return {",".join(".".join(path) for path in paths): paths}
    if not 0 < len(given) <= MOST_KEYBYS:
        raise InvalidInput({"keyby": f"expected 1 to {MOST_KEYBYS} keys, got {len(given)}"})
    return {
        checked_key_name(name): _paths(each, document, f"keyby.{name}")
        for name, each in given.items()
    }


def checked_key_name(name: object) -> str:
    """A name that a key may have.

    Raises:
        InvalidInput: it is none.
    """
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        form = "expected names of 1 to 100 letters, digits, '_', '.' and '-'"
        raise InvalidInput({"keyby": f"{form}, got {shortened(name)}"})
    return name


def _paths(given: Any, document: Mapping[str, Any] | None, place: str) -> Paths:
    names = (given,) if isinstance(given, str) else given
    if not isinstance(names, Sequence) or not 0 < len(names) <= MOST_ATTRIBUTES:
        reason = f"expected 1 to {MOST_ATTRIBUTES} attributes such as ('sym',)"
        raise InvalidInput({place: f"{reason}, got {shortened(given)}"})
    paths = tuple(attribute_path(name, place) for name in names)
    if len(set(paths)) < len(paths):
        raise InvalidInput({place: f"names an attribute twice: {shortened(given)}"})
    for path in paths:
        if path[0] in {"timestamp", "seq"}:
            raise InvalidInput({place: f"{path[0]} is another one in each record"})
        if path != ("id",):
            refuse_unknown(document, path, place)
    return paths
