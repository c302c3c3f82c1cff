"""YAML as far as a document of state needs it: plain values, and nothing that makes other things.

What is read is made from the parser's events and from nothing else: no tag, anchor, alias or merge
key is taken, no key may come twice, and nothing grows beyond what was sent. Plain scalars are
null, booleans (`true`, `false`), decimal numbers and texts; dates, `yes` and `12:30` are texts.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from redengine.api.core.encoding import DEEPEST_BODY
from redengine.exceptions import InvalidInput, shortened
from redengine.support.jsontext import HIGHEST, LOWEST

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CHARACTERS: Final = 1_000_000
_MOST_WITHOUT_C: Final = 100_000
"""Python's own parser is slow: a longer text would keep a core busy for seconds."""
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL: Final = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS: Final = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(r"[-+]?[0-9]{1,300}\.[0-9]{0,300}([eE][-+]?[0-9]{1,3})?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LONGEST_INTEGER: Final = 20
_TOO_DEEP: Final = f"lists and mappings nest deeper than {DEEPEST_BODY}"


def parse_yaml(text: str) -> Any:
    """The value that a YAML text stands for.

    Raises:
        InvalidInput: it cannot be read, or holds what is not taken; the reason names the line.
    """
    limit = MOST_CHARACTERS if _LOADER is not yaml.SafeLoader else _MOST_WITHOUT_C
    if len(text) > limit:
        raise InvalidInput({"body": f"the document is over the limit of {limit} characters"})
    try:
        return _Reader(text).value()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = "" if mark is None else f"line {mark.line + 1}: "
        raise InvalidInput({"body": f"{where}{_told(str(error.problem))}"}) from None
    except yaml.YAMLError as error:
        raise InvalidInput({"body": f"not YAML: {str(error).splitlines()[0]}"}) from None


class _Reader:
    """Makes values of the parser's events."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)

    def value(self) -> Any:
        """The one document's value."""
        next(self._events)  # the stream begins
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        found = self._value(next(self._events), 0)
        next(self._events)  # the document ends
        following = next(self._events)
        if not isinstance(following, yaml.StreamEndEvent):
            raise _refusal(following, "a second document begins; send one")
        return found

    def _value(self, event: Any, depth: int) -> Any:
        _refuse_special(event)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if depth >= DEEPEST_BODY:
            raise _refusal(event, _TOO_DEEP)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(depth)
        return self._mapping(depth)

    def _list(self, depth: int) -> list[Any]:
        values = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, depth + 1))
        return values

    def _mapping(self, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = _key(event)
            if key in values:
                raise _refusal(event, f"the key {shortened(key)} comes twice")
            values[key] = self._value(next(self._events), depth + 1)
        return values


def _refuse_special(event: Any) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise _refusal(event, f"aliases (*{event.anchor}) are not taken; write it out")
    if event.anchor is not None:
        raise _refusal(event, f"anchors (&{event.anchor}) are not taken")
    if event.tag is not None:
        raise _refusal(event, f"tags ({shortened(event.tag)[1:-1]}) are not taken")


def _key(event: Any) -> str:
    _refuse_special(event)
    if not isinstance(event, yaml.ScalarEvent):
        raise _refusal(event, "a key is a text")
    if event.value == "<<" and event.implicit[0]:
        raise _refusal(event, "merge keys (<<) are not taken; write it out")
    key: str = event.value
    return key


def _scalar(event: Any) -> Any:
    text: str = event.value
    if not event.implicit[0]:  # quoted, or a block
        return text
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return _integer(event, text)
    is_float = _FLOAT.fullmatch(text)
    if _NOT_FINITE.fullmatch(text) or (is_float and not math.isfinite(float(text))):
        raise _refusal(event, f"{text} is not a number that JSON knows")
    return float(text) if is_float else text


def _integer(event: Any, text: str) -> int:
    if len(text) <= _LONGEST_INTEGER and LOWEST <= int(text) <= HIGHEST:
        return int(text)
    reason = f"{shortened(text)[1:-1]} is out of the range of integers, -2**63 to 2**64-1; quote it"
    raise _refusal(event, reason)


def _told(problem: str) -> str:
    """The parser's words; a newer one looks ahead, and meets what nests too deeply first."""
    return _TOO_DEEP if "nesting" in problem else f"not YAML: {problem}"


def _refusal(event: Any, reason: str) -> InvalidInput:
    return InvalidInput({"body": f"line {event.start_mark.line + 1}: {reason}"})


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they stand."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
_Dumper.ignore_aliases = lambda *_: True  # type: ignore[method-assign] # the same list twice is written twice


def to_yaml(value: Any) -> str:
    """A value as YAML that `parse_yaml` reads back: block style, keys in their order."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, indent=2
    )
    return text
