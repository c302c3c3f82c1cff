"""Ownership: what of a session was made or changed over the API; and the lock of its writers."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from redengine.api.ports import SessionPort

MADE: Final = "made"
CHANGED: Final = "changed"


class Ownership:
    """What all APIs of one session share.

    Attributes:
        writing: held by whoever writes, so that writes happen one after the other.
    """

    def __init__(self) -> None:
        self.writing = threading.RLock()
        self._owned: dict[tuple[str, str], str] = {}
        self._doors: list[weakref.ref[Any]] = []

    def add_door(self, api: Any) -> None:
        """Take note of an API with a port of its own."""
        self._doors = [*(each for each in self._doors if each() is not None), weakref.ref(api)]

    def is_alone(self, api: Any) -> bool:
        """Whether there is no other API with a port: asked before each request."""
        return all(each() is api for each in self._doors)

    def doors(self, tasks: Any) -> list[Any]:
        """The APIs with a port of their own that are among the tasks, the oldest first."""
        alive = [api for each in self._doors if (api := each()) is not None]
        # One whose making was refused has no name, and may not be collected yet.
        return [api for api in alive if tasks.get(getattr(api, "name", "")) is api]

    def note(self, kind: str, name: str, *, existed: bool, exists: bool) -> None:
        """Something was written.

        Args:
            kind: task, parameter, config or runtime.
            name: its name.
            existed: whether it was there before.
            exists: whether it is there now.
        """
        if not exists:
            self._owned.pop((kind, name), None)
        elif not existed:
            self._owned[kind, name] = MADE
        else:
            self._owned.setdefault((kind, name), CHANGED)

    def is_owned(self, kind: str, name: str) -> bool:
        """Whether it was made or changed over the API."""
        return (kind, name) in self._owned

    def is_made(self, kind: str, name: str) -> bool:
        """Whether it was made over the API."""
        return self._owned.get((kind, name)) == MADE


_by_session: Final[weakref.WeakKeyDictionary[SessionPort, Ownership]] = weakref.WeakKeyDictionary()
_making: Final = threading.Lock()


def ownership_of(session: SessionPort) -> Ownership:
    """What the APIs of a session share."""
    with _making:
        return _by_session.setdefault(session, Ownership())
