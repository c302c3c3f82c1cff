"""Paths of custom routes: their syntax, the values in them, and which of them are the same."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from werkzeug.routing import (
    BaseConverter,
    Map,
    PathConverter,
    Rule,
    UnicodeConverter,
    ValidationError,
)

from redengine.exceptions import InvalidInput, did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


SLASH_IN_VALUE: Final = "\0"
"""Stands for an encoded slash on the way to a converter: no path may have it."""

_VARIABLE: Final = re.compile(
    r"<(?:(?P<converter>[a-zA-Z_]\w*)(?:\((?P<options>.*?)\))?:)?(?P<name>[a-zA-Z_]\w*)>",
    re.ASCII,
)
_STEP_ASIDE: Final = re.compile(r"(?:^|[/\\\0])\.{1,2}(?:[/\\\0]|$)")
_SAMPLES: Final = {"int": "1", "float": "1.5", "uuid": "12345678-1234-5678-1234-567812345678"}
_SAMPLE_TEXT: Final = "any-text"
_DEEP_SAMPLE: Final = "/".join([_SAMPLE_TEXT] * 9)


MOST_PARSED: Final = 2_000
"""So many texts of rules are remembered; more than all paths of the API under all prefixes."""


class LeanRule(Rule):
    """A rule that compiles what builds its URL when one is first built: matching needs none.

    Werkzeug compiles it with every rule, which takes most of the time that a rule takes. A rule
    with two values of one name is refused by that, so it is compiled at once.

    The second most time is taken by reading the text. What comes of that is remembered, as every
    application has the same paths: a program, or its tests, may make many.
    """

    _parsed: ClassVar[dict[Any, tuple[list[Any], list[Any], dict[str, BaseConverter]]]] = {}

    def _parse_rule(self, rule: str) -> Iterable[Any]:
        assert self.map is not None
        key = (rule, *self.map.converters.items())
        known = self._parsed.get(key)
        if known is None:
            begin = len(self._trace)
            parts, trace = list(super()._parse_rule(rule)), self._trace[begin:]
            names = [name for is_value, name in trace if is_value]
            made = {name: _on_map(None, self._converters[name]) for name in names}
            if len(self._parsed) >= MOST_PARSED:
                self._parsed.clear()
            self._parsed[key] = parts, trace, made
            return parts
        parts, trace, converters = known
        self._trace.extend(trace)
        self._converters.update(
            {name: _on_map(self.map, each) for name, each in converters.items()}
        )
        self.arguments.update(converters)
        return parts

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        names = [name for is_value, name in self._trace if is_value]
        if len(names) > len(set(names)):
            return compile_now(append_unknown)
        built: list[Callable[..., tuple[str, str]]] = []

        def build(rule: LeanRule, **values: Any) -> tuple[str, str]:
            if not built:
                built.append(compile_now(append_unknown))
            return built[0](rule, **values)

        return build


def _on_map(its_map: Map | None, converter: BaseConverter) -> BaseConverter:
    """The same converter for a rule of another map."""
    made = copy.copy(converter)
    made.map = its_map  # type: ignore[assignment]
    return made


class _TextConverter(UnicodeConverter):
    """One part of a path, as it looks: an encoded slash in it leads nowhere."""

    def to_python(self, value: str) -> str:
        if SLASH_IN_VALUE in value:
            raise ValidationError
        return value


class NameConverter(UnicodeConverter):
    """One part of a path, in which an encoded slash is a slash of the name."""

    def to_python(self, value: str) -> str:
        return value.replace(SLASH_IN_VALUE, "/")


class _PathConverter(PathConverter):
    """The parts of a path, however many; it never begins with a slash, as an absolute path does."""

    def to_python(self, value: str) -> str:
        if value.startswith(SLASH_IN_VALUE):
            raise ValidationError
        return value.replace(SLASH_IN_VALUE, "/")


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """The path of a route.

    Attributes:
        text: as it was written, without a slash at the end.
        variables: the converter of each value in it, by the value's name.
        shape: the text without the names: two paths of one shape are the same.
    """

    text: str
    variables: dict[str, str]
    shape: str

    def sample(self) -> str:
        """A path that the template stands for, such as no other template has a word for."""
        return _VARIABLE.sub(_sample_value, self.text)


def read_path(path: object) -> PathTemplate:
    """A path as the user wrote it.

    Raises:
        InvalidInput: it is not a path, or a value in it cannot be read.
    """
    if not isinstance(path, str) or not path.startswith("/"):
        raise InvalidInput({"path": f"expected a text that begins with /, got {shortened(path)}"})
    text = path.rstrip("/") or "/"
    plain = _VARIABLE.sub("", text)
    for wrong, meaning in (("?", "a query"), ("#", "a fragment"), ("%", "an escape")):
        if wrong in plain:
            raise InvalidInput({"path": f"{shortened(path)} has {wrong!r}: {meaning} is no path"})
    if "//" in text or steps_aside(text):
        raise InvalidInput({"path": f"{shortened(path)} has a part that is empty, . or .."})
    variables = {each["name"]: each["converter"] or "string" for each in _VARIABLE.finditer(text)}
    _try_out(text, variables.values())
    return PathTemplate(text, variables, _VARIABLE.sub(_without_name, text))


def steps_aside(path: str) -> bool:
    """Whether a part of the path is "." or "..", with which it could lead out of a folder."""
    return _STEP_ASIDE.search(path) is not None


def new_map(rules: Iterable[Rule] = ()) -> Map:
    """A map for rules of custom routes, in which a slash at the end makes no difference."""
    made = Map(strict_slashes=False, merge_slashes=False)
    made.converters = {
        **made.converters,
        "default": _TextConverter,
        "string": _TextConverter,
        "name": NameConverter,
        "path": _PathConverter,
    }
    for rule in rules:
        made.add(rule)
    return made


def _try_out(text: str, converters: Iterable[str]) -> None:
    known = new_map().converters.keys() - {"default"}
    for converter in converters:
        if converter not in known:
            hint = did_you_mean(converter, known) or f"; known are {', '.join(sorted(known))}"
            raise InvalidInput({"path": f"{shortened(text)}: no converter {converter!r}{hint}"})
    try:
        new_map([Rule(text, endpoint="route")]).update()
    except Exception as error:
        reason = f"{shortened(text)} cannot be read: {error}"
        raise InvalidInput({"path": reason}) from error


def _sample_value(variable: re.Match[str]) -> str:
    converter = variable["converter"] or "string"
    if converter == "any":
        return next(iter((variable["options"] or "").split(","))).strip(" \"'")
    if converter == "path":
        return _DEEP_SAMPLE
    return _SAMPLES.get(converter, _SAMPLE_TEXT)


def _without_name(variable: re.Match[str]) -> str:
    options: Any = variable["options"]
    return f"<{variable['converter'] or 'string'}{f'({options})' if options else ''}>"


ROUTE_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""The methods a route may have; HEAD comes with GET, and OPTIONS with each."""
