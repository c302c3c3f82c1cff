"""Forks: what has to be done for locks, threads and files when a process forks itself.

A forked child has one thread, and a copy of everything else: of locks that threads hold which
it does not have, of open connections that two processes must not share, and of the right to
files. So what has such things is told before a fork, and after it on both sides.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import weakref
from enum import IntEnum
from operator import itemgetter
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("redengine")

_LOCK_WAIT_S: Final = 1.0
"""So long a fork waits for a lock; a copy of what it guards may be broken in the child then."""


class Forkable(Protocol):
    """What has threads, locks or files."""

    def before_fork(self) -> None:
        """Get ready, in the thread that forks."""

    def after_fork(self, *, is_child: bool) -> None:
        """Go on, in the same thread, of the parent or of the child."""


class ForkableLock(Protocol):
    """A lock, whether of `threading.Lock` or `RLock`."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it."""

    def release(self) -> None:
        """Give it back."""


class HeldLocks:
    """Locks that are held while a process forks, so that what they guard is whole in the child.

    Args:
        *locks: in the order in which they are taken.
    """

    def __init__(self, *locks: ForkableLock) -> None:
        self._locks = locks
        self._held: list[ForkableLock] = []

    def take(self) -> bool:
        """Take all, waiting a little for each; whether all could be had."""
        self._held = [lock for lock in self._locks if lock.acquire(timeout=_LOCK_WAIT_S)]
        return len(self._held) == len(self._locks)

    def give_back(self, *, is_child: bool) -> None:
        """Release them; in the child those too that a thread holds which is not there."""
        for lock in reversed(self._locks):
            if lock in self._held:
                lock.release()
            elif is_child:
                lock._at_fork_reinit()  # type: ignore[attr-defined] # noqa: SLF001 - what logging and concurrent.futures do
        self._held = []


class Order(IntEnum):
    """In which order locks are taken, so that a fork waits for no thread that waits for it."""

    SESSION = 1
    RUNTIME = 2
    STORE = 3


_known: weakref.WeakKeyDictionary[Forkable, Order] = weakref.WeakKeyDictionary()
_one_fork = HeldLocks(threading.Lock())
"""Two threads that fork at once do so one after the other."""
_times_forked = 0
_forking: int | None = None
"""The thread whose fork is on: it holds all locks."""
_put_off: list[Callable[[], object]] = []


def watch(thing: Forkable, order: Order) -> None:
    """Tell it of forks from now on, for as long as it lives."""
    _known[thing] = order


def times_forked() -> int:
    """How many forks lie between this process and the one that was started as a program.

    Code that was called before a fork finds by it that it has come back in a child.
    """
    return _times_forked


def put_off(act: Callable[[], object]) -> bool:
    """Have something done in the parent once the fork of this thread is over; whether one is on.

    Python 3.12 warns of a fork beside threads before it says that it is over, and what is
    printed then must not wait for a lock that this very thread holds.
    """
    if _forking is None or _forking != threading.get_ident():
        return False
    _put_off.append(act)
    return True


_failed: list[tuple[str, Exception]] = []
"""What could not follow the fork that is on, and why."""


def _tell(tell: Callable[[Forkable], None]) -> None:
    for thing, _ in sorted(_known.items(), key=itemgetter(1)):
        try:
            tell(thing)
        except Exception as error:  # noqa: BLE001 - it is logged once no lock is held
            _failed.append((repr(thing), error))


def _log_failures() -> None:
    """Log what could not follow a fork: handlers are user code, and run under no lock."""
    failed = tuple(_failed)
    _failed.clear()
    for thing, error in failed:
        log.error("%s cannot follow a fork", thing, exc_info=error)


def _before() -> None:
    global _forking  # noqa: PLW0603 - of the process, as the forks are
    _one_fork.take()
    _forking = threading.get_ident()
    _tell(lambda thing: thing.before_fork())


def _in_parent() -> None:
    global _forking  # noqa: PLW0603 - see above
    _tell(lambda thing: thing.after_fork(is_child=False))
    acts = tuple(_put_off)
    _put_off.clear()
    _forking = None
    _one_fork.give_back(is_child=False)
    _log_failures()
    for act in acts:
        act()


def _in_child() -> None:
    global _times_forked, _forking  # noqa: PLW0603 - see above
    _times_forked += 1
    _restore_signals()
    _tell(lambda thing: thing.after_fork(is_child=True))
    _put_off.clear()
    _forking = None
    _one_fork.give_back(is_child=True)
    _log_failures()


def _restore_signals() -> None:
    """Let signals do in a child what they do in any: a handler of ours is for the parent.

    `multiprocessing` ends its processes by SIGTERM, and waits for their death.
    """
    for number in signal.valid_signals():
        handler = signal.getsignal(number)
        if (getattr(handler, "__module__", None) or "").startswith("redengine."):
            default = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
            signal.signal(number, default)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
