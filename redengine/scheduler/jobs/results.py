"""Returns: the latest return value of each task."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import InvalidInput, NotFound, shortened
from redengine.support import jsontext
from redengine.support.jsontext import encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LONGEST_RESULT: Final = 1024 * 1024
"""A result of more characters of JSON is described rather than stored."""
_PREVIEW: Final = 500
_MOST_BYTES: Final = 4
"""So many bytes has a character of UTF-8 at most."""


def encoded_result(value: Any) -> tuple[str, str | None]:
    """A return value as it is stored: its kind, and its text.

    Returns:
        ("none", None); ("json", the JSON text); or ("preview", a description in JSON) for a
        value that has no JSON form or is too large.
    """
    if value is None:
        return "none", None
    data, trouble = encoded(value)
    if trouble is not None:
        reason = f"has no JSON form ({trouble})"
    else:
        text = data.decode() if len(data) <= LONGEST_RESULT * _MOST_BYTES else None
        if text is not None and len(text) <= LONGEST_RESULT:
            return "json", text
        reason = f"is larger than {LONGEST_RESULT} characters"
    described = {"type": type(value).__qualname__, "why": reason, "preview": _preview(value)}
    return "preview", jsontext.dumps(described).decode()


def why_not_stored(encoded: tuple[str, str | None] | None) -> str | None:
    """What is to be told of a result that was described rather than stored; None otherwise."""
    if encoded is None or encoded[0] != "preview":
        return None
    described = jsontext.loads(encoded[1] or "{}")
    return f"its result, a {described['type']}, {described['why']}, and was not stored"


def _preview(value: Any) -> str:
    try:
        return shortened(value, _PREVIEW).encode("utf-8", "replace").decode()
    except Exception as error:  # noqa: BLE001 - a user's __repr__ may raise anything
        return f"<its repr raised {type(error).__name__}>"


class Returns:
    """The latest return value by task name; what is given over the API is JSON.

    Args:
        stored: the values of earlier runs.
        save: writes one to the store.
        check: called before a change by hand; raises where there may be none.
    """

    def __init__(
        self,
        stored: Mapping[str, Any],
        save: Callable[[str, tuple[str, str | None]], None],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, Any] = dict(stored)
        self._described: dict[str, Any] = {}
        """The descriptions of values that are not stored, by task."""
        self._save = save
        self._check = check

    def take(self, task: str, value: Any, encoded: tuple[str, str | None] | None) -> None:
        """A task has returned."""
        if value is None and self._values.get(task) is None:
            self._values[task] = None
            return
        kind, text = encoded = encoded or encoded_result(value)
        if kind == "preview":
            self._described[task] = jsontext.loads(text or "null")
        else:
            self._described.pop(task, None)
        self._values[task] = value
        self._save(task, encoded)

    def update(self, values: Mapping[str, Any]) -> None:
        """Set return values by hand.

        Raises:
            InvalidInput: a value has no JSON form; nothing is changed then.
        """
        self._check()
        encoded = {task: encoded_result(value) for task, value in values.items()}
        reasons = {
            str(task): "has no JSON form, or is too large"
            for task, (kind, _) in encoded.items()
            if kind == "preview"
        }
        if reasons:
            raise InvalidInput(reasons)
        with self._lock:
            for task, value in values.items():
                self._described.pop(task, None)
                self._values[task] = value
                self._save(task, encoded[task])

    def get(self, task: str, default: Any = None) -> Any:
        """The latest value, or `default` while there is none."""
        return self._values.get(task, default)

    def __getitem__(self, task: str) -> Any:
        try:
            return self._values[task]
        except KeyError:
            raise NotFound("return value of task", task, list(self._values)) from None

    def __contains__(self, task: object) -> bool:
        return task in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)

    def snapshot(self) -> dict[str, Any]:
        """JSON-ready values by task; one that has no JSON form, or is too large, is described."""
        described = self._described.copy()
        return {task: described.get(task, value) for task, value in list(self._values.items())}

    def __repr__(self) -> str:
        return f"Returns({sorted(self._values)})"
