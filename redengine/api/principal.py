"""Principal: who asks, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from redengine.api.errors import InsufficientScope
from redengine.api.task_names import matcher
from redengine.exceptions import InvalidInput, UnknownName, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

READ: Final = "read"
RUN: Final = "run"
WRITE: Final = "write"
DEBUG: Final = "debug"
ADMIN: Final = "admin"

LONGEST_NAME: Final = 200

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

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isprintable():
            raise InvalidInput({"name": f"expected one line of text, got {shortened(self.name)}"})
        if not 0 < len(self.name) <= LONGEST_NAME:
            reason = f"expected 1 to {LONGEST_NAME} characters, got {len(self.name)}"
            raise InvalidInput({"name": reason})
        object.__setattr__(self, "scopes", checked_scopes(self.scopes))
        check_pattern(self.tasks)

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


def check_pattern(tasks: object) -> None:
    """Complain of a pattern that cannot be used.

    Raises:
        InvalidInput: it is no text, or cannot be read.
    """
    if tasks is None:
        return
    if not isinstance(tasks, str):
        reason = f"expected a pattern such as 'scraper.*', got {shortened(tasks)}"
        raise InvalidInput({"tasks": reason})
    matcher(tasks)
