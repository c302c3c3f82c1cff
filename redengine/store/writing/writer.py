"""Group commit: what is written together is committed together.

A write only joins a queue. It is committed by whoever first needs it to be: a caller that waits
for its commit commits all that is queued by then, its own entries and everybody else's; what
nobody waits for is committed by the writer's thread after a short while.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from contextlib import contextmanager
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Final, Protocol

from redengine.exceptions import StoreError
from redengine.store.errors import OF_PARENT, Outage
from redengine.support.histogram import NUMBERS, SHORT_SECONDS, Histogram
from redengine.support.interrupts import Latch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from redengine.exceptions import RedengineError
    from redengine.store.records import Entry
    from redengine.support.forks import ForkableLock


class Office(Protocol):
    """Who settles commits."""

    def settle(self, commit: Commit, timeout_s: float | None) -> None:
        """Return when the commit is done."""

    def call_when_done(self, commit: Commit, callback: Callable[[], None]) -> None:
        """Call when the commit is done."""


class Commit:
    """The receipt for what one `write` was given; all of it is kept, or none.

    Attributes:
        entries: what is to be written.
        done: whether it has been settled: kept, or refused.
        error: why it was refused; None when it was kept.
        batch: the name of a batch with these entries of which it is not known whether it was
            committed; None where nothing is in doubt.
    """

    __slots__ = ("_office", "batch", "done", "entries", "error")

    def __init__(self, office: Office, entries: tuple[Entry, ...]) -> None:
        self._office = office
        self.entries = entries
        self.done = False
        self.error: RedengineError | None = None
        self.batch: str | None = None

    def wait(self, timeout: float | None = None) -> None:
        """Return once the entries are committed; the caller may be the one who commits them.

        Args:
            timeout: seconds; None waits for as long as the database is out of reach.

        Raises:
            StoreError: they cannot be written, or are not yet in the time given.
            Conflict: another job stands for the same occurrence.
        """
        if not self.done:
            self._office.settle(self, timeout)
        if self.error is not None:
            raise self.error

    def then(self, callback: Callable[[], None]) -> None:
        """Call back once the commit is done: on the store's own thread, or at once if it is.

        The callback reads `error`; what it raises is logged.
        """
        self._office.call_when_done(self, callback)

    def __repr__(self) -> str:
        state = "pending" if not self.done else "refused" if self.error else "committed"
        return f"Commit({len(self.entries)} entries, {state})"


log = logging.getLogger("redengine.store")

_MOST_IN_BATCH: Final = 5_000


class Pending:
    """Commit in their order; whoever uses it holds the writer's lock on its queue.

    Attributes:
        entries: how many entries the commits hold.
    """

    __slots__ = ("_commits", "entries")

    def __init__(self) -> None:
        self._commits: deque[Commit] = deque()
        self.entries = 0

    def __bool__(self) -> bool:
        return bool(self._commits)

    @property
    def last(self) -> Commit | None:
        """The commit that came last, or None."""
        return self._commits[-1] if self._commits else None

    def add(self, commit: Commit) -> None:
        """Put a commit at the end."""
        self._commits.append(commit)
        self.entries += len(commit.entries)

    def take(self) -> list[Commit]:
        """Take the first commits away, as many as make a batch."""
        batch: list[Commit] = []
        size = 0
        while self._commits and size < _MOST_IN_BATCH:
            commit = self._commits.popleft()
            size += len(commit.entries)
            batch.append(commit)
        self.entries -= size
        return batch

    def put_back(self, batch: list[Commit]) -> None:
        """Put what is not done back where it was."""
        commits = [commit for commit in batch if not commit.done]
        self._commits.extendleft(reversed(commits))
        self.entries += sum(len(commit.entries) for commit in commits)

    def refuse(self, error: RedengineError) -> None:
        """Settle all commits with an error."""
        for commit in self._commits:
            commit.error = error
            commit.done = True
        self._commits.clear()
        self.entries = 0


class Callbacks:
    """What is to be called when commits are done."""

    __slots__ = ("_due", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[tuple[Commit, Callable[[], Any]]] = []
        self._due: deque[Callable[[], Any]] = deque()

    def __bool__(self) -> bool:
        """Whether some are due."""
        return bool(self._due)

    def add(self, commit: Commit, callback: Callable[[], Any]) -> None:
        """Call later; under the lock of the queue."""
        self._waiting.append((commit, callback))

    def review(self) -> bool:
        """Find those whose commit is done, under the lock of the queue; whether some are due."""
        if self._waiting:
            waiting = self._waiting
            self._waiting = [pair for pair in waiting if not pair[0].done]
            self._due.extend(callback for commit, callback in waiting if commit.done)
        return bool(self._due)

    def run(self) -> None:
        """Call those that are due, without the lock."""
        while self._due:
            try:
                callback = self._due.popleft()
            except IndexError:  # another thread has taken the last one
                return
            call(callback)


def call(callback: Callable[[], Any]) -> None:
    """Call back; what it raises is logged."""
    try:
        callback()
    except Exception:
        log.exception("a callback of the store raised")


MOST_PENDING: Final = 200_000
"""So many entries wait in memory while the database is out of reach; more are refused."""
_BATCHES_A_ROUND: Final = 4
"""After so many the thread keeps house, even where there is always more to commit."""
_RETRY_DELAYS_S: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Writer:
    """The queue of entries on their way into a database.

    Args:
        url: the store's URL, for errors.
        write_batch: commits commits and settles them, or raises Outage.
        linger_s: how long entries that nobody waits for may gather.
        background: whether a thread commits what nobody waits for and tries again in an outage;
            without it all happens where somebody waits, flushes or reads.
        commits_apart: whether only that thread commits, as a commit may take for ever: those who
            wait for it need not.
        after_commit: called after commits, on the thread where there is one.
        most_pending: so many entries may wait.
        retry_delays_s: the pauses between tries in an outage; the last one repeats.
    """

    def __init__(
        self,
        url: str,
        write_batch: Callable[[Sequence[Commit]], None],
        *,
        linger_s: float,
        background: bool = True,
        commits_apart: bool = False,
        after_commit: Callable[[], None] = lambda: None,
        most_pending: int = MOST_PENDING,
        retry_delays_s: Sequence[float] = _RETRY_DELAYS_S,
    ) -> None:
        self._url = url
        self._write_batch = write_batch
        self._linger_s = linger_s
        self._background = background
        self._commits_apart = commits_apart and background
        self._after_commit = after_commit
        self._most_pending = most_pending
        self._retry_delays_s = retry_delays_s
        self._commit_lock = threading.RLock()
        """Held while a batch is written; taken before the queue's lock, never after."""
        self._queue_lock = threading.Lock()
        self._wake = threading.Condition(self._queue_lock)
        self._settled = threading.Condition(self._queue_lock)
        self._pending = Pending()
        self._callbacks = Callbacks()
        self._waiters: list[tuple[Commit, Latch]] = []
        self._thread: threading.Thread | None = None
        self._is_idle = False
        self._is_urgent = False
        self._is_closed = False
        self._at_end: Callable[[], None] | None = None
        self._is_parents = False
        self.last_error: str | None = None
        self._failing_since: float | None = None
        """When the first try to write began that failed, on the monotonic clock."""
        self._trying_since: float | None = None
        self._tried_at = 0.0
        """When the latest try to write began, on the monotonic clock."""
        self.batch_sizes = Histogram(NUMBERS)
        """How many entries were committed together."""
        self.commit_times = Histogram(SHORT_SECONDS)
        """How many seconds a commit took."""

    @property
    def healthy(self) -> bool:
        """Whether the latest try to write succeeded."""
        return self.last_error is None

    @property
    def outage_s(self) -> float:
        """For how many seconds nothing could be written; 0 where waiting is itself a try."""
        since = self._failing_since
        if since is None:
            return self.stalled_s
        return time.monotonic() - since if self._background else 0.0

    @property
    def stalled_s(self) -> float:
        """For how many seconds the commit that is under way has not been answered."""
        since = self._trying_since
        return 0.0 if since is None or not self._commits_apart else time.monotonic() - since

    @property
    def pending(self) -> int:
        """How many entries wait."""
        return self._pending.entries

    @property
    def has_room(self) -> bool:
        """Whether at least half of what may wait does not."""
        return 2 * self._pending.entries <= self._most_pending

    def put(self, entries: tuple[Entry, ...], *, owed: bool = False) -> Commit:
        """Queue entries; never waits for the database.

        Args:
            entries: what is to be written.
            owed: they are taken however many wait.

        Raises:
            StoreError: the store is closed, or too many entries wait in an outage.
        """
        commit = Commit(self, entries)
        if self._is_parents:
            commit.error = StoreError(self._url, OF_PARENT)
            commit.done = True
            return commit
        with self._queue_lock:
            self._refuse_if_full(0 if owed else len(entries))
            self._pending.add(commit)
            if self._is_idle:
                self._is_idle = False
                self._wake.notify()
            elif self._thread is None and self._background:
                self._start_thread()
        return commit

    def _refuse_if_full(self, number: int) -> None:
        if self._is_closed:
            raise StoreError(self._url, "is closed; reopen it, or start the session again")
        if number and self._pending.entries + number > self._most_pending:
            raise StoreError(
                self._url,
                f"{self._pending.entries} entries wait already, as it cannot be written: "
                f"{self.last_error or 'the database is too slow'}",
            )

    def _start_thread(self) -> None:
        self._thread = threading.Thread(target=self._run, name="redengine-store", daemon=True)
        self._thread.start()

    # -- committing

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep batches from being written, for the length of the block."""
        with self._commit_lock:
            yield

    def give_way(self) -> None:
        """Commit what is queued, in the midst of something that takes long."""
        with self._commit_lock:
            self._commit_some()

    def flush(self, timeout_s: float | None = None) -> None:
        """Return when all that was written before is settled.

        Raises:
            StoreError: it is not in the time given.
        """
        with self._queue_lock:
            last = self._pending.last
        if last is not None:
            self.settle(last, timeout_s)
        elif self._commit_lock.acquire(timeout=-1 if timeout_s is None else timeout_s):
            self._commit_lock.release()
        else:
            raise self._not_in_time(timeout_s)

    def settle(self, commit: Commit, timeout_s: float | None) -> None:
        """Return when the commit is done; commit it here if nobody is at it.

        Raises:
            StoreError: it is not in the time given.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not (commit.done or self._commits_apart):
            if not self._commit_lock.acquire(timeout=_seconds_until(deadline)):
                raise self._not_in_time(timeout_s)
            try:
                is_stuck = not (commit.done or (self.healthy and self._commit_some()))
            finally:
                self._commit_lock.release()
            if is_stuck:
                self._await_recovery(commit, deadline, timeout_s)
        if not commit.done:
            self._await_thread(commit, deadline, timeout_s)
        self._finish_here()

    def _await_recovery(
        self, commit: Commit, deadline: float | None, timeout_s: float | None
    ) -> None:
        if not self._background and not self._commit_all():
            raise self._not_in_time(timeout_s)
        self._await_thread(commit, deadline, timeout_s)

    def _await_thread(
        self, commit: Commit, deadline: float | None, timeout_s: float | None
    ) -> None:
        """Wait until another thread has settled the commit."""
        waiter = (commit, Latch())
        with self._queue_lock:
            self._waiters.append(waiter)
            self._is_urgent = True
            self._wake.notify()
        try:
            while not commit.done:
                if not waiter[1].wait(None if deadline is None else deadline - time.monotonic()):
                    raise self._not_in_time(timeout_s)
        finally:
            with self._queue_lock:
                self._waiters.remove(waiter)

    def _not_in_time(self, timeout_s: float | None) -> StoreError:
        span = "" if timeout_s is None else f" within {timeout_s:g} s"
        return StoreError(
            self._url, f"could not be written{span}: {self.last_error or 'it is busy'}"
        )

    def _commit_all(self, most_batches: int = sys.maxsize) -> bool:
        """Commit all that is queued or being tried, or so many batches; whether it went well."""
        for _ in range(most_batches):
            with self._commit_lock:
                if not self._pending:
                    return True
                if not self._commit_some():
                    return False
        return True

    def _commit_some(self) -> bool:
        """Commit one batch, under the commit lock; whether the database took it."""
        with self._queue_lock:
            batch = self._pending.take()
        if not batch:
            return True
        outage: Outage | None = Outage("writing was interrupted")
        try:
            outage = self._try_to_write(batch)
            self._note(outage)
        finally:  # also where an interrupt breaks in: what is not settled is tried again
            with self._queue_lock:
                self._pending.put_back(batch)
                self._announce()
                if outage is not None:  # it is the thread that tries again
                    self._is_urgent = True
                if self._callbacks.review() or outage is not None:
                    self._wake.notify()
        return outage is None

    def _announce(self) -> None:
        """Wake those whose commits are settled; under the lock of the queue."""
        self._settled.notify_all()
        for commit, latch in self._waiters:
            if commit.done:
                latch.set()

    def _try_to_write(self, batch: Sequence[Commit]) -> Outage | None:
        """Write a batch; why that cannot be done now, or None."""
        began = time.perf_counter()
        self._tried_at = self._trying_since = time.monotonic()
        try:
            self._write_batch(batch)
        except Outage as error:
            return error
        except Exception as error:
            log.exception("store %s: writing failed in a way that is not foreseen", self._url)
            return Outage(f"{type(error).__name__}: {error}")
        finally:
            self._trying_since = None
        self.commit_times.note(time.perf_counter() - began)
        self.batch_sizes.note(sum(len(commit.entries) for commit in batch))
        return None

    def _note(self, outage: Outage | None) -> None:
        """Tell once of an outage, and once of its end."""
        if outage is None:
            if self.last_error is not None:
                log.warning("store %s can be written again", self._url)
            self.last_error = self._failing_since = None
            return
        if self.last_error is None:
            self._failing_since = self._tried_at
            log.error(
                "store %s cannot be written: %s; nothing is lost, it is tried again",
                self._url,
                outage.reason,
            )
        self.last_error = outage.reason

    # -- callbacks

    def call_when_done(self, commit: Commit, callback: Callable[[], None]) -> None:
        """Call on the thread once the commit is done; at once if it is."""
        with self._queue_lock:
            if not commit.done:
                self._callbacks.add(commit, callback)
                self._is_urgent = True
                self._wake.notify()
                return
        call(callback)

    def _finish_here(self) -> None:
        """Where there is no thread, do what it would do after a commit."""
        if not self._background:
            self._callbacks.run()
            self._after_commit()
        self._end()

    # -- the thread

    def _run(self) -> None:
        tries = 0
        while self._await_work():
            if self._commit_all(_BATCHES_A_ROUND):
                tries = 0
                self._callbacks.run()
                self._housekeep()
            else:
                delay_s = self._retry_delays_s[min(tries, len(self._retry_delays_s) - 1)]
                tries += 1
                with self._queue_lock:
                    self._wake.wait(delay_s)
        self._end()

    def _await_work(self) -> bool:
        """Wait until there is something to do; False when the thread is to end."""
        with self._queue_lock:
            while self._is_own_thread() and not (self._pending or self._callbacks):
                self._is_idle = True
                self._wake.wait()
            self._is_idle = False
            is_calm = not (self._is_urgent or self._callbacks) and self.healthy
            if is_calm and self._linger_s > 0 and self._is_own_thread():
                self._wake.wait(self._linger_s)
            self._is_urgent = False
            return self._is_own_thread()

    def _is_own_thread(self) -> bool:
        """Whether the thread that asks is the writer's; it is not any more after `close`."""
        return threading.current_thread() is self._thread

    def _housekeep(self) -> None:
        try:
            self._after_commit()
        except Exception:
            log.exception("housekeeping of store %s failed", self._url)

    # -- forking

    @property
    def locks(self) -> tuple[ForkableLock, ...]:
        """What guards it, in the order in which it is taken."""
        return self._commit_lock, self._queue_lock

    def leave_to_parent(self, *, durable: bool, in_use: bool) -> None:
        """In a forked child: there is no thread, and what waits for the disk is the parent's.

        Args:
            durable: whether parent and child would write to the same database.
            in_use: whether a session runs in the parent: what its copy here does is lost.
        """
        self._thread = None
        self._is_idle = False
        self._is_parents = in_use
        if durable:
            self._pending = Pending()
            self._callbacks = Callbacks()

    # -- opening and closing

    def reopen(self) -> None:
        """Take entries again."""
        with self._queue_lock:
            self._is_closed = self._is_parents = False
            self._at_end = None

    def close(self, timeout_s: float = 5.0) -> bool:
        """Commit what is queued, and take nothing more.

        What the database does not take in the time given is refused: its commits tell.

        Returns:
            Whether nothing is being tried any more.
        """
        with self._queue_lock:
            if self._is_closed:
                return True
            self._is_closed = True
            thread, self._thread = self._thread, None
            self._wake.notify_all()
        deadline = time.monotonic() + timeout_s
        self._commit_until(deadline)
        has_ended = self._commit_lock.acquire(timeout=max(0.1, deadline - time.monotonic()))
        self._refuse_rest()  # what was being tried has come back first
        if has_ended:
            self._commit_lock.release()
            if thread is not None and thread is not threading.current_thread():
                thread.join(timeout_s)
        self._callbacks.run()
        return has_ended

    def call_at_end(self, callback: Callable[[], None]) -> None:
        """Call once the try that has outlived `close` has ended, on its thread."""
        with self._queue_lock:
            self._at_end = callback
        self._end()

    def _end(self) -> None:
        """Do what was put off until nothing is tried any more; whoever tries now does it later."""
        if self._at_end is None or not self._commit_lock.acquire(blocking=False):
            return
        try:
            with self._queue_lock:
                callback, self._at_end = self._at_end, None
            if callback is not None:
                self._refuse_rest()
                call(callback)
        finally:
            self._commit_lock.release()

    def _commit_until(self, deadline: float) -> None:
        """Try to commit all that is queued, as long as there is time."""
        for delay_s in chain(self._retry_delays_s, repeat(self._retry_delays_s[-1])):
            if not self._commit_lock.acquire(timeout=_seconds_until(deadline)):
                return
            try:
                is_done = self._commit_all()
            finally:
                self._commit_lock.release()
            if is_done or time.monotonic() + delay_s > deadline:
                return
            with self._queue_lock:
                self._settled.wait(delay_s)

    def _refuse_rest(self) -> None:
        if self._pending:
            log.error("store %s: %d entries are lost", self._url, self._pending.entries)
        reason = f"was closed before it could be written: {self.last_error}"
        with self._queue_lock:
            self._pending.refuse(StoreError(self._url, reason))
            self._callbacks.review()
            self._announce()


def _seconds_until(deadline: float | None) -> float:
    """The time left, as locks take it."""
    return -1 if deadline is None else max(0.0, deadline - time.monotonic())
