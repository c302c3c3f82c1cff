"""Principal: who asks, what they may do, and which tasks they may see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NoReturn

from redengine.api.errors import InsufficientScope
from redengine.exceptions import Forbidden, InvalidInput, UnknownName, shortened
from redengine.query import Clause, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from redengine.query import Query

LONGEST_PATTERN: Final = 200
_WILD: Final = frozenset("*?[")
_ASCII: Final = 128


class TaskNames:
    """The names that match a pattern.

    Args:
        pattern: the pattern.

    Raises:
        InvalidInput: it cannot be used.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.sees = matcher(pattern)
        """Tells whether a name matches."""

    def check(self, name: str) -> None:
        """Let a name pass that matches.

        Raises:
            Forbidden: it does not.
        """
        if not self.sees(name):
            reason = f"the key is for tasks named {shortened(self.pattern)}"
            raise Forbidden(f"{reason}, and {shortened(name)} is not", tasks=self.pattern)

    def refuse(self) -> NoReturn:
        """Refuse what concerns all tasks.

        Raises:
            Forbidden: always.
        """
        reason = f"the key is for tasks named {shortened(self.pattern)}"
        raise Forbidden(f"{reason}, and this is about the whole session", tasks=self.pattern)

    def narrowed(self, query: Query, field: str, *clauses: Clause) -> Query:
        """The query, of which only what has a matching name in `field` is left."""
        own = Clause(field, "text", (), *_criterion(self.pattern))
        return replace(query, conditions=(*query.conditions, *clauses, own))


@lru_cache(maxsize=256)
def matcher(pattern: str) -> Callable[[str], bool]:
    """A function that tells whether a name matches a pattern.

    Raises:
        InvalidInput: the pattern is empty, too long, or has a range such as [z-a].
    """
    reason = f"expected a pattern such as 'scraper.*', got {shortened(pattern)}"
    if not 0 < len(pattern) <= LONGEST_PATTERN:
        raise InvalidInput({"tasks": reason})
    try:
        return compile_pattern(as_re2(pattern))
    except ValueError:
        raise InvalidInput({"tasks": reason}) from None


def _criterion(pattern: str) -> tuple[str, tuple[str, ...]]:
    """Operator and operand of a filter for the names that the pattern matches."""
    if not _WILD & set(pattern):
        return "eq", (pattern,)
    return "regex", (as_re2(pattern),)


def as_re2(pattern: str) -> str:
    """A pattern of names in the syntax of RE2, which matches at the start."""
    parts, place = [], 0
    while place < len(pattern):
        char = pattern[place]
        place += 1
        end = pattern.find("]", place + 1 + pattern.startswith("!", place))
        if char == "*":
            parts.append(".*")
        elif char == "?":
            parts.append(".")
        elif char == "[" and end > 0:
            parts.append(_class(pattern[place:end]))
            place = end + 1
        else:
            parts.append(_quoted(char))
    return f"(?s:{''.join(parts)})\\z"


def _class(inside: str) -> str:
    mark, inside = ("^", inside[1:]) if inside.startswith("!") else ("", inside)
    return f"[{mark}{''.join(char if char == '-' else _quoted(char) for char in inside)}]"


def _quoted(char: str) -> str:
    is_plain = char.isalnum() or ord(char) >= _ASCII
    return char if is_plain else f"\\x{{{ord(char):x}}}"


READ: Final = "read"
RUN: Final = "run"
WRITE: Final = "write"
DEBUG: Final = "debug"
ADMIN: Final = "admin"

LONGEST_NAME: Final = 200
PATTERNS: Final = ("tasks", "commands", "channels")
"""Of what a principal may see a part only, by patterns of names."""

SCOPES: Final = (READ, RUN, WRITE, DEBUG, ADMIN)
"""Look at things; submit and end jobs; change things; read stacks; all of it, keys and code too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks, and what they may do.

    `authenticate` of a subclass of `FlaskAPI` may return one.

    Args:
        name: what they are called in the log and the journal: one line of up to 200 characters.
        scopes: of read, run, write, debug and admin, which has all the others in it.
        tasks: a pattern of the names of the tasks that they may see, such as "scraper.*";
            None: all.
        commands: the same of commands; None: all, or none where `tasks` is given.
        channels: the same of channels; None: all, or none where `tasks` is given.

    Raises:
        UnknownName: there is no such scope.
        InvalidInput: the name or the pattern cannot be used.

    Example:
        >>> Principal(name="ada", scopes={"read", "run"}, tasks="report-*").sees("report-7")
        True
    """

    name: str
    scopes: Collection[str] = frozenset()
    tasks: str | None = None
    commands: str | None = None
    channels: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isprintable():
            raise InvalidInput({"name": f"expected one line of text, got {shortened(self.name)}"})
        if not 0 < len(self.name) <= LONGEST_NAME:
            reason = f"expected 1 to {LONGEST_NAME} characters, got {len(self.name)}"
            raise InvalidInput({"name": reason})
        object.__setattr__(self, "scopes", checked_scopes(self.scopes))
        check_pattern(self.tasks)
        check_pattern(self.commands, "commands")
        check_pattern(self.channels, "channels")

    @property
    def patterns(self) -> dict[str, str | None]:
        """The pattern of each of `PATTERNS`; None where there is none."""
        return {kind: getattr(self, kind) for kind in PATTERNS}

    def check(self, needed: Sequence[str], subject: str = "this") -> None:
        """Let pass what the scopes allow.

        Args:
            needed: the scopes that it takes.
            subject: what they are asked for, in words.

        Raises:
            InsufficientScope: they do not allow it.
        """
        scopes = self.scopes
        for scope in needed:
            if scope not in scopes and ADMIN not in scopes:
                raise InsufficientScope(needed, scopes, subject)

    def sees(self, task: str) -> bool:
        """Whether a task of this name is one of theirs."""
        return self.tasks is None or matcher(self.tasks)(task)

    def sees_command(self, command: str) -> bool:
        """Whether a command of this name is; who may see some tasks only sees none unasked."""
        if self.commands is None:
            return self.tasks is None
        return matcher(self.commands)(command)

    def sees_channel(self, channel: str) -> bool:
        """Whether a channel of this name is; who may see some tasks only sees none unasked."""
        if self.channels is None:
            return self.tasks is None
        return matcher(self.channels)(channel)


def checked_scopes(scopes: object) -> frozenset[str]:
    """The scopes as a set.

    Raises:
        UnknownName: there is no such scope.
        InvalidInput: they are no list of texts.
    """
    if isinstance(scopes, str) or not isinstance(scopes, list | tuple | set | frozenset):
        reason = f"expected a list of {', '.join(SCOPES)}, got {shortened(scopes)}"
        raise InvalidInput({"scopes": reason})
    for scope in scopes:
        if not isinstance(scope, str):
            reason = f"expected texts of {', '.join(SCOPES)}, got {shortened(scope)}"
            raise InvalidInput({"scopes": reason})
        if scope not in SCOPES:
            raise UnknownName("scope", scope, SCOPES)
    return frozenset(scopes)


def check_pattern(pattern: object, field: str = "tasks") -> None:
    """Refuse a pattern that cannot be used.

    Args:
        pattern: what was given; None is no pattern.
        field: what errors call it.

    Raises:
        InvalidInput: it is no text, or cannot be read.
    """
    if pattern is None:
        return
    if not isinstance(pattern, str):
        reason = f"expected a pattern such as 'scraper.*', got {shortened(pattern)}"
        raise InvalidInput({field: reason})
    try:
        matcher(pattern)
    except InvalidInput as error:
        raise InvalidInput({field: "; ".join(error.fields.values())}) from None
