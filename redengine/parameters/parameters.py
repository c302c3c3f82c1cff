"""Parameters: the named values of a session."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import InvalidInput, NotFound
from redengine.parameters.arguments import Argument, FuncArg, SecretArg
from redengine.support.jsontext import refuse_inexact

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

MASK: Final = "*****"
_SHORTEST_SCRUBBED_SECRET: Final = 4
_SHORTEST_SCRUBBED_PART: Final = 8
"""Parts of a secret that is a list or an object are longer, as they may be plain words."""
_MOST_REMEMBERED: Final = 100
_SECRET_NAME: Final = re.compile(
    r"(^|[_\-. ])(pass(word|wd|phrase)?|pwd|secrets?|tokens?|api[_\-]?keys?|private[_\-]?key"
    r"|access[_\-]?key|credentials?|authorization)($|[_\-. ])",
    re.IGNORECASE,
)


def sounds_secret(name: str) -> bool:
    """Whether what stands under a name such as "db_password" is likely not to be shown."""
    return _SECRET_NAME.search(name) is not None


def _nothing_around(_names: frozenset[str]) -> AbstractContextManager[None]:
    return nullcontext()


class Parameters(MutableMapping[str, Any]):
    """A mapping that tells its listener which names changed, and never shows a secret.

    Reading a secret in Python gives its value (the script's author may see it); `snapshot`,
    `repr` and everything over HTTP show a mask.

    Args:
        values: the first values.
        changed: called with the names that changed, outside the mapping's lock.
        changing: gives what surrounds a change of names, outside the mapping's lock.
        check: called before a change; raises where there may be none.
    """

    def __init__(
        self,
        values: Mapping[str, Any] | None = None,
        changed: Callable[[frozenset[str]], None] = lambda _names: None,
        *,
        changing: Callable[[frozenset[str]], AbstractContextManager[None]] = _nothing_around,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, Any] = {}
        self._secrets: set[str] = set()
        self._changed = changed
        self._changing = changing
        self._check = check
        self._remembered: dict[str, None] = {}
        self._needles: tuple[str, ...] | None = ()
        self.update(values or {})

    def __getitem__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise NotFound("parameter", name, list(self._values)) from None

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __setitem__(self, name: str, value: Any) -> None:
        self.update({name: value})

    def __delitem__(self, name: str) -> None:
        self._check()
        with self._changing(frozenset((name,))), self._lock:
            if name not in self._values:
                raise NotFound("parameter", name, list(self._values))
            del self._values[name]
            self._secrets.discard(name)
            self._needles = None
        self._changed(frozenset((name,)))

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)

    def update(self, values: Mapping[str, Any] = {}, /, **more: Any) -> None:  # type: ignore[override]
        """Set several at once; listeners hear of them together.

        Raises:
            InvalidInput: a name is not a non-empty string, or a value is an argument
                other than `SecretArg` and `FuncArg`; nothing is changed then.
        """
        given = {**values, **more}
        self._check()
        _refuse_bad(given)
        if not given:
            return
        with self._changing(frozenset(given)), self._lock:
            for name, value in given.items():
                if isinstance(value, SecretArg):
                    self._secrets.add(name)
                    self._values[name] = value.secret
                else:
                    self._values[name] = value
            self._needles = None
        self._changed(frozenset(given))

    def mark_secret(self, name: str) -> None:
        """Mask this name from now on, whatever its value becomes."""
        self._secrets.add(name)
        self._needles = None

    def is_secret(self, name: str) -> bool:
        """Whether the value is masked when it is shown."""
        return name in self._secrets

    def snapshot(self) -> dict[str, Any]:
        """Names and values as they may be shown: secrets are masked."""
        with self._lock:
            return {
                name: MASK if name in self._secrets else value
                for name, value in self._values.items()
            }

    def remember_secrets(self, given: Mapping[str, Any]) -> None:
        """Mask the values that one job is given under the names of secrets, wherever they show.

        Args:
            given: the job's parameters.
        """
        texts = [
            text
            for name, value in given.items()
            if name in self._secrets
            for text in _texts_of(value)
        ]
        if not texts:
            return
        with self._lock:
            for text in texts:
                self._remembered.pop(text, None)
                self._remembered[text] = None
            while len(self._remembered) > _MOST_REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._needles = None

    @property
    def has_secrets(self) -> bool:
        """Whether there is any value that is masked in texts."""
        needles = self._needles
        return bool(self._known_texts() if needles is None else needles)

    def scrub(self, text: str) -> str:
        """`text` with every occurrence of a secret's value masked."""
        needles = self._needles
        for secret in self._known_texts() if needles is None else needles:
            text = text.replace(secret, MASK)
        return text

    def _known_texts(self) -> tuple[str, ...]:
        """The texts that are masked, the longest first; worked out once after each change."""
        with self._lock:
            found = dict(self._remembered)
            for name in self._secrets:
                found |= dict.fromkeys(_texts_of(self._values.get(name)))
            self._needles = tuple(sorted(found, key=len, reverse=True))
            return self._needles

    def __repr__(self) -> str:
        return f"Parameters({self.snapshot()!r})"


def _refuse_bad(values: Mapping[str, Any]) -> None:
    reasons = {}
    for name, value in values.items():
        if not isinstance(name, str) or not name:
            reasons[str(name)] = "a parameter's name is a non-empty string"
        elif isinstance(value, Argument) and not isinstance(value, SecretArg | FuncArg):
            reasons[name] = f"{value!r} belongs in a task's signature or parameters"
    if reasons:
        raise InvalidInput(reasons)
    for name, value in values.items():
        refuse_inexact(value.secret if isinstance(value, SecretArg) else value, name)


def _texts_of(value: Any, shortest: int = _SHORTEST_SCRUBBED_SECRET) -> Iterator[str]:
    """The texts under which a secret could be shown, also quoted; no short, common ones."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _texts_of(each, _SHORTEST_SCRUBBED_PART)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _texts_of(each, _SHORTEST_SCRUBBED_PART)
    elif value is not None and not isinstance(value, bool):
        text = str(value)
        if len(text) >= shortest:
            yield from {
                text,
                repr(text)[1:-1],
                json.dumps(text)[1:-1],
                json.dumps(text, ensure_ascii=False)[1:-1],
            }
