"""How far a job is: what its code tells, checked, and passed on at a bearable pace."""

from __future__ import annotations

import heapq
import logging
import operator
import threading
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from collections.abc import Callable

_LOGGER = logging.getLogger("redengine.runtimes")
PROGRESS_EVERY_S: Final = 0.1
"""Progress that is told more often is passed on only so often; the last one always is."""
LONGEST_PROGRESS_TEXT: Final = 500
_LARGEST: Final = 2**63 - 1
_NUMBERS: Final = (int, float)
_LINGER_S: Final = 1.0


class Progress(NamedTuple):
    """How far a job is.

    Attributes:
        done: how much is done.
        total: of how much, if that is known.
        text: what it is doing, if it says so.
    """

    done: float
    total: float | None = None
    text: str | None = None


def checked_progress(done: Any, total: Any = None, text: Any = None) -> Progress:
    """Progress as it is kept.

    A total is often a guess: a `done` beyond it counts as all of it. A total of 0 is not
    reckoned with. A text is cut at `LONGEST_PROGRESS_TEXT` characters.

    Raises:
        InvalidInput: `done` or `total` is no number, negative, infinite or NaN, or `text` is
            no text.
    """
    if type(done) not in _NUMBERS:
        done = _number("done", done)
    if not 0 <= done <= _LARGEST:  # false for NaN, too
        raise _out_of_range("done", done)
    if total is not None:
        if type(total) not in _NUMBERS:
            total = _number("total", total)
        if not 0 <= total <= _LARGEST:
            raise _out_of_range("total", total)
        if done > total > 0:
            done = total
    if text is not None:
        text = _text(text)
    return Progress(done, total, text)


def _number(name: str, value: Any) -> float:
    """A number of another type, such as numpy's or a Decimal, as one that JSON has."""
    if not isinstance(value, bool | str | bytes):
        for convert in (operator.index, float):
            try:
                return convert(value)
            except (TypeError, ValueError, OverflowError):
                continue
    raise InvalidInput({name: f"expected a number, got {shortened(value)}"})


def _out_of_range(name: str, value: float) -> InvalidInput:
    return InvalidInput({name: f"expected a finite number of at least 0, got {shortened(value)}"})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidInput({"text": f"expected a text, got {shortened(value)}"})
    text = value
    if len(text) > LONGEST_PROGRESS_TEXT:
        text = text[: LONGEST_PROGRESS_TEXT - 1] + "…"
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


class Meter:
    """Passes the progress of one job on, the latest at most every so often.

    What comes too soon after another one is passed on as soon as its time has come, if
    nothing newer has been told by then; so the last one is never lost, and at the close
    it is passed on at once.

    Args:
        take: is given the progress; never called by two threads at once.
        every_s: how many seconds lie between two calls; 0 passes all on.
    """

    __slots__ = (
        "_every_s",
        "_is_closed",
        "_is_waiting",
        "_latest",
        "_lock",
        "_next_at",
        "_taken",
        "_taker",
    )

    def __init__(self, take: Callable[[Progress], None], every_s: float = PROGRESS_EVERY_S) -> None:
        self._taker = take
        self._every_s = every_s
        # Re-entrant: a signal handler or a log handler may tell progress in the middle of this.
        self._lock = threading.RLock()
        self._latest: Progress | None = None
        self._taken: Progress | None = None
        self._next_at = 0.0
        self._is_waiting = False
        self._is_closed = False

    def tell(self, progress: Progress) -> None:
        """Take note of a progress."""
        self._latest = progress
        if self._is_waiting:
            return  # whoever comes for the earlier one finds this one
        if monotonic() >= self._next_at:
            self.pass_on()
            return
        self._is_waiting = True
        _PACER.add(self._next_at, self)

    def pass_on(self) -> None:
        """Pass on what has been told last, unless that was done."""
        with self._lock:
            if self._is_closed:
                return
            # In this order: what is told from here on finds that nobody comes for it.
            self._is_waiting = False
            self._next_at = monotonic() + self._every_s
            latest = self._latest
            if latest is not None and latest is not self._taken:
                self._taker(latest)
                self._taken = latest

    def close(self) -> None:
        """Pass on the last one; what is told later is ignored."""
        with self._lock:
            self.pass_on()
            self._is_closed = self._is_waiting = True


class _Pacer:
    """A thread that comes for progress when its time has come; it leaves when idle."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Meter]] = []
        self._numbers = count()
        self._thread: threading.Thread | None = None

    def add(self, at: float, meter: Meter) -> None:
        """Have a meter pass on what it has, at an instant of the monotonic clock."""
        with self._changed:
            heapq.heappush(self._due, (at, next(self._numbers), meter))
            if self._thread is None:
                self._start()
            elif self._due[0][2] is meter:
                self._changed.notify()

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, name="redengine-progress", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no thread is left; the close of each meter passes its last one on
            self._due.clear()
            return
        self._thread = thread

    def _run(self) -> None:
        while (meter := self._next()) is not None:
            try:
                meter.pass_on()
            except Exception:
                _LOGGER.exception("a job's progress could not be passed on")
            del meter

    def _next(self) -> Meter | None:
        """The next meter, once its time has come; None when there has been none for a while."""
        with self._changed:
            while True:
                if not self._due:
                    if not self._changed.wait(_LINGER_S) and not self._due:
                        self._thread = None
                        return None
                    continue
                wait_s = self._due[0][0] - monotonic()
                if wait_s <= 0:
                    return heapq.heappop(self._due)[2]
                self._changed.wait(wait_s)


_PACER: Final = _Pacer()
