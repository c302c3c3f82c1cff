"""Parameters: the named values of a session."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import InvalidInput, NotFound
from redengine.jsonable import refuse_inexact
from redengine.parameters.arguments import Argument, SecretArg

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

MASK: Final = "*****"
_SHORTEST_SCRUBBED_SECRET: Final = 4


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
        self._changed(frozenset((name,)))

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)

    def update(self, values: Mapping[str, Any] = {}, /, **more: Any) -> None:  # type: ignore[override]
        """Set several at once; listeners hear of them together.

        Raises:
            InvalidInput: a name is not a non-empty string, or a value is an argument
                other than `SecretArg`; nothing is changed then.
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
        self._changed(frozenset(given))

    def mark_secret(self, name: str) -> None:
        """Mask this name from now on, whatever its value becomes."""
        self._secrets.add(name)

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

    def scrub(self, text: str) -> str:
        """`text` with every occurrence of a secret's value masked."""
        if not self._secrets:
            return text
        with self._lock:
            secrets = [str(self._values[name]) for name in self._secrets if name in self._values]
        for secret in sorted(secrets, key=len, reverse=True):
            if len(secret) >= _SHORTEST_SCRUBBED_SECRET:
                text = text.replace(secret, MASK)
        return text

    def __repr__(self) -> str:
        return f"Parameters({self.snapshot()!r})"


def _refuse_bad(values: Mapping[str, Any]) -> None:
    reasons = {}
    for name, value in values.items():
        if not isinstance(name, str) or not name:
            reasons[str(name)] = "a parameter's name is a non-empty string"
        elif isinstance(value, Argument) and not isinstance(value, SecretArg):
            reasons[name] = f"{value!r} belongs in a task's signature or parameters"
    if reasons:
        raise InvalidInput(reasons)
    for name, value in values.items():
        refuse_inexact(value.secret if isinstance(value, SecretArg) else value, name)
