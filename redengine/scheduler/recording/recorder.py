"""The recorder: what happens in a session, written to its store as log records and job rows."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.conditions import SET_BACK, Moment
from redengine.exceptions import StoreError
from redengine.scheduler.events import TASK_SKIPPED
from redengine.store import (
    DeleteEntry,
    JobEntry,
    LogEntry,
    OutputEntry,
    ReturnEntry,
    RevertedEntry,
    StateEntry,
    TaskEntry,
)
from redengine.support import jsontext
from redengine.tasks.options import plain_timeout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.job import Job
    from redengine.store import ChangeEntry, Commit, Entry, StoredHistory
    from redengine.tasks import Task, TaskHistory

log = logging.getLogger("redengine.journal")

ALIVE_EVERY: Final = timedelta(seconds=30)
_ALIVE: Final = "alive"
_JUMPS: Final = "clock_jumps"
_KEPT_JUMPS: Final = 100
_USUAL_JOBS: Final = 20


class LostCommit:
    """The receipt for entries that the store did not take.

    Attributes:
        error: why it did not.
    """

    done = True

    def __init__(self, error: StoreError) -> None:
        self.error = error

    def wait(self, timeout: float | None = None) -> None:
        """Complain.

        Raises:
            StoreError: always.
        """
        del timeout
        raise self.error


@dataclass(frozen=True, slots=True)
class Skipped:
    """The fire times that a record of a skip stands for.

    Attributes:
        first: the first of them.
        last: the last of them.
        count: how many there are.
    """

    first: datetime
    last: datetime
    count: int

    @property
    def span(self) -> tuple[datetime, datetime, int]:
        """The first, the last and the count."""
        return self.first, self.last, self.count

    def to_json(self) -> str:
        """As the log keeps it."""
        first, last = self.first.isoformat(), self.last.isoformat()
        return f'{{"first":"{first}","last":"{last}","count":{self.count}}}'

    def __str__(self) -> str:
        if self.count == 1:
            return self.first.isoformat(sep=" ")
        first, last = self.first.isoformat(sep=" "), self.last.isoformat(sep=" ")
        return f"{self.count} times from {first} to {last}"


class Recorder:
    """Writes what happens; nothing here waits for the database.

    Args:
        core: the session's state; all methods but `output`, `relieve` and the reading ones are
            called under its lock. Its store is there by now.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._store = store = core.store
        self.order = store.last_order()
        """The number of the latest log record."""
        self._alive_until = min(core.clock.now(), self._stored_alive() or core.clock.now())
        self._histories: dict[str, StoredHistory] = store.histories(self._alive_until)
        self._alive_at: datetime | None = None
        self.jumps: list[dict[str, Any]] = store.state(_JUMPS) or []
        """The latest steps of the wall clock, oldest first: `at`, and by how many seconds."""
        self._is_losing = False
        self._ended: dict[str, Job] = {}
        """Ended jobs, in the order of their ends, of which the latest rows may not be stored."""
        self._unwritten: deque[Job] = deque()
        """Jobs without a row, in the order of their submission; perhaps some that have got one."""
        self._telling = threading.Lock()
        self.latest: Commit | LostCommit = store.write()
        """Settled when everything written so far is durable."""

    def _write(self, *entries: Entry, owed: bool = False) -> Commit | LostCommit:
        """Take entries to the store; in an outage that outlasts its patience they are lost.

        That is logged once. The scheduler goes on; what has to be durable first does not start,
        and what is owed to a job that was stored is taken all the same.
        """
        try:
            commit = self._store.write(*entries, owed=owed)
        except StoreError as error:
            with self._telling:  # several threads may find it at once
                is_told, self._is_losing = self._is_losing, True
            if not is_told:
                self._core.job_log.say(log, logging.CRITICAL, "records are being lost: %s", error)
            return LostCommit(error)
        if self._is_losing and self._store.has_room:
            self._is_losing = False
        return commit

    def _moment(self, at: datetime) -> Moment:
        self.order += 1
        return Moment(self.order, at)

    # -- tasks

    def welcome(self, task: Task) -> None:
        """A task is registered: give it back what the store remembers of it."""
        stored = self._histories.pop(task.name, None)
        history = task.history
        if stored is not None:
            latest = {action: Moment(*pair) for action, pair in stored.latest.items()}
            history.restore(latest, stored.failures)
            history.created = stored.created
            self._restore_occurrences(history, stored)
            self.put_back(task)
        if history.created is None:
            history.created = self._core.clock.now()
            if self._store.durable:
                self._write(TaskEntry(task.name, history.created))

    def put_back(self, task: Task) -> None:
        """A task that was made by a clock that was ahead is known from now on."""
        history, now = task.history, self._core.clock.now()
        if history.created is None or history.created <= now:
            return
        history.created = now
        if self._store.durable:
            self._write(DeleteEntry("task", task.name), _with_misfires(task, now))

    def _restore_occurrences(self, history: TaskHistory, stored: StoredHistory) -> None:
        """Give back what the store remembers of a task's occurrences.

        Where the clock went back since, by so little that it may be the same hour, intervals
        go on from now; else from the latest job that is not in the future.
        """
        now, alive = self._core.clock.now(), self._alive_until
        past = [due for due in stored.ahead if due <= now]
        last_due = max(filter(None, (stored.last_due, *past)), default=None)
        late = [due for due in past if due - alive <= ALIVE_EVERY]  # others: the clock went back
        decided = max(filter(None, (stored.last_due, *late)), default=None)
        future = [due for due in stored.ahead if due > now]
        if future and min(future) - now <= SET_BACK:
            last_due, decided = now, alive  # what passed since nobody has looked at
        skipped = stored.skipped  # one ahead says nothing of what is missed before it comes again
        if skipped is not None and skipped > now:
            skipped = None
        history.occurrences.restore(last_due, decided, stored.ahead, stored.misfires, skipped)

    def misfires(self, task: Task) -> None:
        """The missed fire times have changed that a task still has to make up for.

        A fire time whose job has not begun is kept with them: nothing else is stored of it, and
        the times after it would say that it has been dealt with.
        """
        created = task.history.created
        if self._store.durable and created is not None:
            self._owe_starts(task.active)
            self._write(_with_misfires(task, created))

    def farewell(self, task: Task) -> None:
        """A task is gone; its log records stay."""
        if self._store.durable:
            self._write(DeleteEntry("task", task.name))

    def refill(self, pairs: Iterable[tuple[Task, str]]) -> None:
        """Give tasks the stored moments of actions that conditions count; not under the lock."""
        for task, action in pairs:
            stored = self._store.moments(task.name, action)
            moments = [Moment(*pair) for pair in stored]
            with self._core.lock:
                task.history.refill(action, moments)

    # -- jobs

    def queued(self, job: Job) -> None:
        """A job has been made.

        One that its task's condition started is written when it begins: nobody was told of it,
        and were the session killed before, the next one would find the occurrence not started.
        One that begins later is written, as the next session would not look so far back.
        """
        self._unwritten.append(job)
        if job.trigger != "condition" or job.is_delayed:
            self.changed(job)

    def changed(self, job: Job) -> None:
        """A job's row has changed, without an action.

        A store in memory learns of a job when it ends, or when somebody asks for jobs.
        """
        if self._store.durable:
            self._write_earlier(job)
            self.latest = job.commit = self._write(_job_entry(job))

    def show_active(self) -> None:
        """Write the rows of active jobs that the store may not know yet; under the lock."""
        for job in self._core.jobs.values():
            if job.stored != (job.status, job.attempt):
                self._write(_job_entry(job))
        self._unwritten.clear()

    def _write_earlier(self, job: Job) -> None:
        """Write the rows of the jobs that were submitted before one without a row.

        Rows are numbered as they are written, and lists go by these numbers: the wall clock,
        which may be put back, does not tell what came first.
        """
        if job.stored is not None:
            return
        while self._unwritten:
            earlier = self._unwritten.popleft()
            if earlier is job:
                return
            if earlier.stored is None and earlier.id in self._core.jobs:
                self._write(_job_entry(earlier))

    def begun(self, job: Job, at: datetime) -> None:
        """A job's code is about to run; where the store is durable, once `job.commit` is done."""
        moment = self._moment(at)
        record = LogEntry(moment.order, at, "run", job.task, job.id, at)
        if not self._store.durable:
            self._write(record)
            return
        self._write_earlier(job)
        self.latest = job.commit = self._write(_job_entry(job), record)

    def retried(self, job: Job, action: str, at: datetime, message: str) -> None:
        """An attempt has ended, and another one follows."""
        record = self._end_record(job, action, at, message, "retry")
        self.latest = self._write(record, owed=True)

    def forget(self, job: Job) -> None:
        """A job is taken back; its log records stay."""
        self._write(DeleteEntry("job", job.id))

    def ended(self, job: Job, at: datetime) -> None:
        """A job has come to its end."""
        action = "inaction" if job.status == "cancel" else job.status
        record = self._end_record(job, action, at, job.error, job.reason)
        self._write_earlier(job)
        self.latest = commit = self._write(_job_entry(job), record, owed=not job.is_refused)
        if self._store.durable:
            job.commit = commit
            self._remember_end(job)

    def _remember_end(self, job: Job) -> None:
        """Keep an ended job until its row is stored; those are let go of that are by now."""
        ended = self._ended
        while ended:
            first = next(iter(ended.values()))
            if first.commit is not None and not first.commit.done:
                break
            del ended[first.id]
        ended[job.id] = job

    def ended_unstored(self, job_id: str) -> Job | None:
        """A job that has ended while the row that the store has of it does not say so yet."""
        job = self._ended.get(job_id)
        return None if job is None or job.commit is None or job.commit.done else job

    def _end_record(
        self, job: Job, action: str, at: datetime, message: str | None, reason: str | None
    ) -> LogEntry:
        moment = self._moment(at)
        return LogEntry(
            moment.order,
            at,
            action,
            job.task,
            job.id,
            job.started_at,
            at,
            job.ran_s,
            message,
            job.exc_text,
            reason,
        )

    def skip(
        self,
        task: Task,
        skipped: Skipped | None,
        reason: str,
        message: str,
        job_id: str | None,
    ) -> None:
        """Record that a start was skipped, or a row of them, and tell of it."""
        core, at = self._core, self._core.clock.now()
        moment = self._moment(at)
        said = message if skipped is None else f"not started, due {skipped}: {message}"
        record = LogEntry(
            moment.order,
            at,
            "inaction",
            task.name,
            job_id,
            message=said,
            reason=reason,
            skipped=None if skipped is None else skipped.to_json(),
        )
        self.latest = self._write(record)
        core.job_log.skipped(task, skipped, reason, message, job_id)
        task.history.note("inaction", moment)
        first, last, count = (None, None, 1) if skipped is None else skipped.span
        told = (first, last, count, reason, message, job_id)
        core.events.publish(TASK_SKIPPED, at, task.name, *told)

    def output(self, job: Job, stream: str, text: str) -> None:
        """A job has written a line."""
        job.output_size += 1
        at = self._core.clock.now()
        self._write(OutputEntry(job.id, job.output_size, at, stream, text))
        self._store.relieve()

    def usual_durations(self, tasks: Iterable[str]) -> dict[str, timedelta]:
        """The median of how long the latest successful jobs took, of each task that has some."""
        return {
            task: timedelta(seconds=sorted(recent)[len(recent) // 2])
            for task, recent in self._store.durations(tasks, _USUAL_JOBS).items()
        }

    # -- the rest

    def relieve(self) -> None:
        """Help the store where it cannot keep up; not under the lock."""
        self._store.relieve()

    def returned(self, task: str, encoded: tuple[str, str | None]) -> None:
        """A task has a new return value."""
        kind, text = encoded
        self._write(ReturnEntry(task, self._core.clock.now(), kind, text))

    def changed_by_request(self, entries: Sequence[ChangeEntry]) -> Commit | LostCommit:
        """Something was asked through the API; whatever it undoes is marked with it."""
        at = self._core.clock.now()
        undone = {entry.reverts for entry in entries if entry.reverts is not None}
        dated = [entry._replace(created=at) for entry in entries]
        return self._write(*dated, *map(RevertedEntry, sorted(undone)))

    def note_alive(self, now: datetime, attended_until: datetime | None) -> None:
        """Remember now and then that the session runs, so that a later one knows what it missed.

        Args:
            now: the time.
            attended_until: all that was due up to then has been decided on.
        """
        if not self._store.durable or attended_until is None:
            return
        if self._alive_at is None or abs(now - self._alive_at) >= ALIVE_EVERY:
            self._alive_at = now
            self.mark_alive(attended_until)

    def mark_alive(self, attended_until: datetime) -> None:
        """Remember that all that was due up to an instant has been decided on."""
        for task in self._owe_starts(self._core.jobs.values()):
            self.misfires(task)
        self._write(StateEntry(_ALIVE, attended_until.isoformat()))

    def _owe_starts(self, jobs: Iterable[Job]) -> set[Task]:
        """Keep the fire times whose jobs have not begun, of which nothing is stored yet.

        Returns:
            The tasks of those jobs.
        """
        tasks = set()
        for job in jobs:
            task = job.definition
            is_unknown = job.trigger == "condition" and job.stored is None
            if task is not None and is_unknown and job.due_at is not None:
                task.history.occurrences.owe((job.due_at,), has_job=True)
                tasks.add(task)
        return tasks

    def jumped(self, at: datetime, by: timedelta) -> None:
        """The wall clock was stepped.

        Args:
            at: the time that it tells now.
            by: how far it went, back if negative.
        """
        how = f"{'forward' if by > timedelta(0) else 'back'} by {abs(by)}"
        self._core.job_log.say(
            log, logging.WARNING, "the clock went %s, to %s", how, at.isoformat(sep=" ")
        )
        jump = {"at": at.isoformat(), "by_s": by.total_seconds()}
        self.jumps = [*self.jumps[1 - _KEPT_JUMPS :], jump]
        self._write(StateEntry(_JUMPS, self.jumps))

    def last_alive(self) -> datetime | None:
        """When an earlier session on this store was last known to run, up to now."""
        at, now = self._stored_alive(), self._core.clock.now()
        if at is None:
            return None
        if at > now:
            self.jumped(now, now - at)
        return min(at, now)

    def _stored_alive(self) -> datetime | None:
        text = self._store.state(_ALIVE)
        return datetime.fromisoformat(text) if isinstance(text, str) else None


def _with_misfires(task: Task, created: datetime) -> TaskEntry:
    """The task's row, with the fire times that it still has to make up for."""
    misfires = jsontext.dumps(task.history.occurrences.misfires).decode()
    return TaskEntry(task.name, created, misfires=misfires)


def _job_entry(job: Job) -> JobEntry:
    """The job's row as it now is."""
    job.stored = (job.status, job.attempt)
    kind, result = job.encoded_result or ("none", None)
    is_own = job.trigger == "condition" and not job.is_refused
    ended = job.ended_at
    return JobEntry(
        job.id,
        job.task,
        job.status,
        job.trigger,
        job.submitted_at,
        job.attempt,
        job.priority,
        job.runtime,
        job.parameters,
        job.due_at,
        job.due_at if is_own else None,
        job.started_at,
        ended,
        job.duration if ended is not None else None,
        job.progress_value,
        job.error,
        job.reason,
        result,
        kind,
        job.abandoned,
        content_hash=job.content_hash,
        run_at=job.run_at,
        options=_options(job),
        exit_code=job.exit_code,
    )


def _options(job: Job) -> dict[str, Any] | None:
    """What was asked for with the job, and whether it is held; None for nothing."""
    asked: dict[str, Any] = {}
    if job.timeout is not None:
        asked["timeout"] = plain_timeout(job.timeout)
    if job.deadline is not None:
        asked["deadline"] = job.deadline.isoformat()
    if job.is_held:
        asked["held"] = True
    if job.labels:
        asked["labels"] = dict(job.labels)
    if job.definition is None or job.retries != job.definition.retries:
        asked["retries"] = job.retries
    return asked or None
