# Generated from ../aio by tools/make_sync_client.py: change that, then `make client`.
"""The jobs of a session."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from redengine.client import operations
from redengine.client._generated.connection import Listing
from redengine.client.answers import failure_of
from redengine.client.exchange import LONGEST_POLL_S, Deadline, Pace
from redengine.client.filters import Filter, Names, list_query
from redengine.client.operations import document_with_id, submission
from redengine.client.settings import RETRIED
from redengine.client.streams import Backoff
from redengine.client.views import JobFields, LogRecord, OutputLine
from redengine.exceptions import InvalidInput, JobError, RemoteError, Unreachable, WaitTimeout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from redengine.client._generated.connection import Connection
    from redengine.client.answers import Answer
    from redengine.client.operations import Operation
    from redengine.client.settings import Duration


class Job(JobFields):
    """A job as it was when it was read, and what can be done to it.

    It does not change: methods give the job as it then is.
    """

    __slots__ = ("_connection",)
    _connection: Connection

    def __init__(self, connection: Connection, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self._attach("_connection", connection)

    def get(self) -> Job:
        """The job as it now is.

        Raises:
            NotFound: there is none of that id.
        """
        return self._do(operations.GET_JOB)

    def wait(self, timeout: Duration | None = None) -> Job:
        """Wait for the job's end; the job as it then is.

        Args:
            timeout: how long, such as 60 or "10 min"; None waits for ever.

        Raises:
            WaitTimeout: it has not ended in the time given.
        """
        if self.has_ended:
            return self
        deadline, pace = Deadline(timeout), Pace()
        while True:
            job = self._wait_once(deadline, pace)
            if job.has_ended:
                return job
            if deadline.is_over:
                raise WaitTimeout(f"the end of job {self.id}", deadline.timeout_s or 0.0)

    def _wait_once(self, deadline: Deadline, pace: Pace) -> Job:
        """The job after a while, or at its end: the server holds the answer back if it can."""
        hold_s = min(deadline.left_s, LONGEST_POLL_S)
        if hold_s > 0:
            began_s = time.monotonic()
            job = self._held(hold_s)
            if job is not None and (job.has_ended or time.monotonic() - began_s > hold_s / 2):
                return job
        job = self.get()
        if not job.has_ended:
            self._connection.sleep(pace.wait_s(deadline.left_s))
        return job

    def _held(self, hold_s: float) -> Job | None:
        """What the server says within the time; None where it cannot hold an answer back."""
        query = [("timeout", f"{hold_s:.3f}")]
        operation = operations.WAIT_FOR_JOB
        call = operation.call(self.id, query=query, patience_s=hold_s)
        try:
            answer = self._connection.send_if_known(operation, call)
        except WaitTimeout:
            return None
        except RemoteError as error:
            if error.status not in RETRIED:
                raise
            return None
        if answer is None or not answer.content:
            return None
        return Job(self._connection, answer.object())

    def result(self, timeout: Duration | None = None) -> Any:
        """Wait for the job's end and give what the task returned.

        Args:
            timeout: how long, such as 60 or "10 min"; None waits for ever.

        Raises:
            WaitTimeout: it has not ended in the time given.
            JobFailed: the task raised.
            JobTerminated: it was ended from outside.
            JobCrashed: the place in which it ran went away.
            JobSkipped: it was withdrawn before it began, or had nothing to do.
            NotFound: it succeeded, and what it returned has no JSON form or is kept no more.
        """
        job = self.wait(timeout)
        if job.status != "success":
            raise failure_of(job.data)
        answer = self._connection.send(operations.GET_RESULT.call(self.id))
        return answer.object()["result"]

    def exception(self, timeout: Duration | None = None) -> JobError | None:
        """Wait for the job's end and give the error that `result` would raise for it, or None.

        Raises:
            WaitTimeout: it has not ended in the time given.
        """
        job = self.wait(timeout)
        return None if job.status == "success" else failure_of(job.data)

    def output(self, *, after: int = 0) -> list[OutputLine]:
        """The lines that it has written so far.

        Args:
            after: the `seq` of the last line that is known already.
        """
        lines: list[OutputLine] = []
        while True:
            more = self._lines(after)
            if not more:
                return lines
            lines += more
            after = more[-1].seq

    def follow_output(self, *, after: int = 0) -> Iterator[OutputLine]:
        """The lines as they are written, until the job has ended.

        Args:
            after: the `seq` of the last line that is known already.
        """
        pace = Pace()
        has_ended = self.has_ended
        while True:
            lines = self._lines(after, hold_s=0.0 if has_ended else LONGEST_POLL_S)
            for line in lines:
                yield line
                after = line.seq
            if lines:
                pace.reset()
            elif has_ended:
                return
            else:
                has_ended = (self.get()).has_ended
                if not has_ended:
                    self._connection.sleep(pace.wait_s())

    def follow(self, *, after: int = 0) -> Iterator[OutputLine]:
        """The lines as they are written, until the job has ended, over breaks of the connection.

        It comes back with growing pauses, and goes on behind the last line that it has given.

        Args:
            after: the `seq` of the last line that is known already.

        Raises:
            NotFound: there is no such job, or no longer.
        """
        job, backoff = self.get(), Backoff()
        while True:
            try:
                for line in job.follow_output(after=after):
                    backoff.reset()
                    yield line
                    after = line.seq
                return
            except (Unreachable, WaitTimeout):
                asked_s = None
            except RemoteError as error:
                if error.status not in RETRIED:
                    raise
                asked_s = error.retry_after_s
            self._connection.sleep(backoff.wait_s(asked_s))

    def _lines(self, after: int, hold_s: float = 0.0) -> list[OutputLine]:
        query = [("after", str(after))]
        if hold_s and self._connection.holds_output:
            held = operations.READ_OUTPUT.call(
                self.id, query=[*query, ("wait", f"{hold_s:g}")], patience_s=hold_s
            )
            try:
                return _lines_of(self._connection.send(held))
            except InvalidInput as error:
                if "wait" not in error.fields:
                    raise
                self._connection.holds_output = False
            except RemoteError as error:
                if error.status not in RETRIED:
                    raise
        call = operations.READ_OUTPUT.call(self.id, query=query)
        return _lines_of(self._connection.send(call))

    def logs(
        self,
        filters: Mapping[str, Filter] | None = None,
        /,
        *,
        sort: Names = (),
        limit: int | None = None,
        offset: int = 0,
        fields: Names = (),
        **more: Filter,
    ) -> Listing[LogRecord]:
        """Its log records, newest first; arguments as for `client.jobs.list`."""
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_JOB_LOGS.call(self.id, query=query)
        return Listing(self._connection, call, LogRecord, key="id", limit=limit)

    def stack(self) -> str | None:
        """The live stack of its code; None where there is none to see."""
        answer = self._connection.send(operations.READ_STACK.call(self.id))
        stack = answer.document()
        if isinstance(stack, dict):
            if "stack" not in stack:
                raise answer.unreadable("an object without a stack")
            stack = stack["stack"]
        return None if stack is None else str(stack)

    def cancel(self) -> Job:
        """Withdraw it before it starts.

        Raises:
            Conflict: it runs or has ended.
        """
        return self._do(operations.CANCEL_JOB)

    def pause(self) -> Job:
        """Hold it.

        Raises:
            Conflict: it has ended, or is paused.
        """
        return self._do(operations.PAUSE_JOB)

    def resume(self) -> Job:
        """Let it go on.

        Raises:
            Conflict: it is not paused.
        """
        return self._do(operations.RESUME_JOB)

    def terminate(self, reason: str | None = None) -> Job:
        """Ask it to end.

        Args:
            reason: recorded with it.

        Raises:
            Conflict: it has ended.
        """
        return self._do(operations.TERMINATE_JOB, reason and {"reason": reason})

    def delete(self) -> None:
        """Forget it: its record, result and output.

        Raises:
            Conflict: it has not ended.
        """
        self._connection.send(operations.DELETE_JOB.call(self.id))

    def _do(self, operation: Operation, body: Any = None) -> Job:
        answer = self._connection.send(operation.call(self.id, body=body or None))
        return Job(self._connection, answer.object())


def _lines_of(answer: Answer) -> list[OutputLine]:
    return [OutputLine(each) for each in answer.object()["lines"]]


class Jobs:
    """The session's jobs: `client.jobs["an-id"]` is one of them, without a request.

    Args:
        connection: the client's.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getitem__(self, job_id: str) -> Job:
        return Job(self._connection, {"job_id": job_id})

    def get(self, job_id: str) -> Job:
        """A job as it now is.

        Raises:
            NotFound: there is none of that id.
        """
        return self[job_id].get()

    def list(
        self,
        filters: Mapping[str, Filter] | None = None,
        /,
        *,
        sort: Names = (),
        limit: int | None = None,
        offset: int = 0,
        fields: Names = (),
        **more: Filter,
    ) -> Listing[Job]:
        """The jobs that match, newest first.

        Args:
            filters: what fields have to be, by their names; dots lead into JSON fields.
            sort: fields to sort by; a minus sign turns the order round.
            limit: how many to give; all if not said.
            offset: how many to pass over.
            fields: the fields to give; all if not said.
            **more: what fields have to be: a value, a list of values, a pair (least, most),
                or `where(…)`.

        Example:
            >>> for job in client.jobs.list(status=["fail", "crash"], limit=10):
            ...     print(job.id, job.error)
        """
        query = list_query(filters, more, sort=sort, limit=limit, offset=offset, fields=fields)
        call = operations.LIST_JOBS.call(query=query)
        make = partial(Job, self._connection)
        return Listing(self._connection, call, make, key="job_id", limit=limit)

    def submit(
        self,
        task: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        job_id: str | None = None,
        priority: int | None = None,
        runtime: str | None = None,
        timeout: Duration | None = None,
        retries: int | None = None,
        deadline: datetime | str | None = None,
        run_at: datetime | str | None = None,
    ) -> Job:
        """Submit a job of a task; it is stored when this returns.

        The job has an id from the start, so the request is safely sent again when its answer
        is lost: the same id is the same job.

        Args:
            task: the task's name.
            parameters: values for the task's arguments.
            job_id: an id of one's own; a new UUIDv7 if not given.
            priority: its place in the queue.
            runtime: the name of the runtime to run in.
            timeout: how long an attempt may run.
            retries: how often it is tried again.
            deadline: when it has to have ended.
            run_at: when it may begin.

        Raises:
            InvalidInput: a parameter or an option does not fit.
            NotFound: there is no such task.
            AlreadyExists: the id names a job of another task, or with other parameters.
        """
        body = submission(
            parameters,
            job_id=job_id,
            priority=priority,
            runtime=runtime,
            timeout=timeout,
            retries=retries,
            deadline=deadline,
            run_at=run_at,
        )
        return self._submitted({"task": task, **body})

    def submit_document(self, document: Mapping[str, Any]) -> Job:
        """Submit a job document of a worker API; it gets an id if it has none.

        Args:
            document: `operation` names the task, `payload["data"]` are the parameters.

        Raises:
            InvalidInput: the document does not fit.
            NotFound: there is no such task.
        """
        return self._submitted(document_with_id(document))

    def _submitted(self, body: Mapping[str, Any]) -> Job:
        answer = self._connection.send(operations.SUBMIT_JOB.call(body=body))
        return Job(self._connection, answer.object())
