"""Every error that redengine raises on purpose.

::

    RedengineError
    ├── InvalidInput (ValueError)          what was given cannot be accepted; nothing changed
    │   ├── UnknownName                    an option, field, key or operator that does not exist
    │   ├── ConditionSyntaxError           a condition string that cannot be parsed
    │   ├── ImpossibleCondition            a condition that can never start its task
    │   ├── QueryError                     a filter that cannot be applied
    │   └── MissingArgument                a task asks for a value nobody gives
    ├── NotFound (LookupError)             the named task, job, parameter … does not exist
    │   ├── ResultNotKept                  the job succeeded, and its result was not stored
    │   └── NotKept                        a channel keeps nothing of that kind
    ├── Conflict                           the state forbids it now
    │   ├── AlreadyExists                  the name or id is taken
    │   └── SessionStateError              the session is not in a state that allows it
    ├── Forbidden                          the caller may not do this
    ├── Overloaded                         more waits than may; try again later
    ├── PositionGone                       a position is of another session, the future, or too old
    ├── TooManyWaiting                     more requests wait than may; ask again soon
    ├── JobError                           the job did not end with success
    │   ├── JobFailed
    │   ├── JobTerminated
    │   ├── JobCrashed
    │   └── JobSkipped                     it was cancelled, or ended as inaction
    ├── CommandFailed                      the code of a command raised
    ├── TaskInaction                       a task's code raises it: there was nothing to do
    ├── TaskTermination                    a task's code raises it to end as terminated
    ├── BlocksEventLoop (RuntimeError)     an event loop would stand still; await instead
    ├── InputFileError                     an input file is not what its checksum says
    ├── WaitTimeout (TimeoutError)         it has not happened in the time given
    ├── StoreError                         the store cannot be opened, read or written
    ├── UnsafeAddress                      the API would be open to everybody
    ├── PortInUse (OSError)                another program listens on the port
    ├── Unreachable (ConnectionError)      no API answers at the URL
    └── RemoteError                        the API answered with an error of no class above
        └── UnreadableAnswer               something that is not the API has answered

The constructors take data and build the message; the data stays readable on the instance.
`code` is stable: it is the `error` of the HTTP envelope.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, ClassVar, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_LONGEST_PATH: Final = 120


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, or None when none is close enough to suggest."""
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    matches = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """A clause to append to an error message: "; did you mean 'fetch'?", or nothing."""
    match = nearest(word, candidates)
    return f"; did you mean '{match}'?" if match else ""


def shortened(value: object, limit: int = 80) -> str:
    """`repr(value)` cut to `limit` characters, for messages that quote what a user gave."""
    try:
        text = repr(value)
    except ValueError:  # an integer of more digits than Python writes
        text = f"<{type(value).__name__} that is too long to show>"
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def counted(number: int, noun: str) -> str:
    """A number of things: "1 task", "3 tasks"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _rebuilt(kind: type[RedengineError], arguments: tuple[object, ...]) -> RedengineError:
    """An error without its data, which pickle puts into it."""
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    return error


class RedengineError(Exception):
    """Base of every error of this package: catch it to catch them all.

    Attributes:
        code: what the HTTP envelope calls it.
        request_id: finds the request in the server's log, where the error came over HTTP.
    """

    code: str = "INTERNAL_ERROR"
    request_id: str | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """From another process it comes with its data, though constructors take other arguments."""
        return _rebuilt, (type(self), self.args), self.__dict__

    def details(self) -> dict[str, object]:
        """The error's data for the HTTP envelope; values are JSON-ready."""
        return {}


class InvalidInput(RedengineError, ValueError):
    """Something given cannot be accepted: read `fields` for the reason of each field.

    Args:
        fields: the reason by the name of the field.
    """

    code = "VALIDATION_ERROR"

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in self.fields.items()))

    def under(self, name: str) -> Self:
        """The same error, told of the field `name`."""
        self.fields = {name: "; ".join(self.fields.values())}
        return self

    def details(self) -> dict[str, object]:
        return {"fields": self.fields}


class UnknownName(InvalidInput):
    """An option, field or key that does not exist; the message names the nearest that does.

    Args:
        kind: what was looked for, such as "task option" or "config key".
        name: what was given.
        known: the names that exist.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        known = list(known)
        self.suggestion = nearest(name, known)
        hint = did_you_mean(name, known) or (
            f"; known are {', '.join(sorted(known))}" if known else ""
        )
        super().__init__({shortened(name)[1:-1]: f"unknown {kind}{hint}"})


def refuse(errors: Iterable[InvalidInput]) -> None:
    """Raise one error with the reasons of several; nothing where there are none.

    Raises:
        InvalidInput: there are some; one that is alone is raised as it is.
    """
    found = list(errors)
    if len(found) == 1:
        raise found[0]
    if found:
        raise InvalidInput({name: each for error in found for name, each in error.fields.items()})


class ConditionSyntaxError(InvalidInput):
    """A condition string cannot be parsed: the caret in the message stands under the place.

    Args:
        text: the condition string.
        position: the offset of the first character that does not fit.
        expected: what could stand there.
        suggestion: a condition that can be parsed and says what was meant, if one is known.
        option: the option or call that says what was meant, such as `on_startup=True`.
        form: how the nearest statement is written, where there is neither.
    """

    def __init__(
        self,
        text: str,
        position: int,
        expected: str,
        suggestion: str | None = None,
        *,
        option: str | None = None,
        form: str | None = None,
    ) -> None:
        self.text = text
        self.position = position
        self.expected = expected
        self.suggestion = suggestion
        self.option = option
        self.form = form
        super().__init__({"condition": expected})
        self.args = (self._message(),)

    def _message(self) -> str:
        start = max(0, self.position - 60)
        excerpt = self.text[start : self.position + 60].replace("\n", " ")
        caret = " " * (self.position - start) + "^"
        message = f"cannot read the condition: {self.expected}\n  {excerpt}\n  {caret}"
        if self.suggestion:
            return f"{message}\ndid you mean: {self.suggestion}"
        if self.option:
            return f"{message}\nno condition says this; write: {self.option}"
        return f"{message}\nthe nearest form: {self.form}" if self.form else message

    def details(self) -> dict[str, object]:
        return {
            "fields": self.fields,
            "condition": self.text,
            "position": self.position,
            "suggestion": self.suggestion,
            "option": self.option,
            "form": self.form,
        }


class ImpossibleCondition(InvalidInput):
    """A condition can never hold, or can never start its task.

    Args:
        condition: the condition as text.
        reason: why it can never hold.
    """

    def __init__(self, condition: str, reason: str) -> None:
        self.condition = condition
        self.reason = reason
        super().__init__({"condition": f"'{condition}' can never start a task: {reason}"})


class QueryError(InvalidInput):
    """A filter or control key cannot be applied.

    Args:
        field: the query key as it was given.
        reason: why it cannot be applied.
    """

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__({field: reason})


class MissingArgument(InvalidInput):
    """A task asks for a value that neither the session, the task nor the caller gives.

    Args:
        task: the task's name.
        argument: the argument as the task's function names it.
        source: where the value was looked for.
    """

    def __init__(self, task: str, argument: str, source: str) -> None:
        self.task = task
        self.argument = argument
        self.source = source
        super().__init__({argument: f"task '{task}' needs it, and {source}"})


class NotFound(RedengineError, LookupError):
    """The named thing does not exist.

    Args:
        kind: what was looked for: "task", "job", "parameter", "runtime", "path" …
        name: the name that was given.
        known: the names that exist, for a suggestion.
    """

    code = "NOT_FOUND"

    def __init__(self, kind: str, name: str, known: Iterable[str] = ()) -> None:
        self.kind = kind
        self.name = name
        known = list(known)
        self.suggestion = nearest(name, known)
        super().__init__(f"no {kind} {shortened(name)}{did_you_mean(name, known)}")

    def details(self) -> dict[str, object]:
        return {"kind": self.kind, "name": self.name, "suggestion": self.suggestion}


class ResultNotKept(NotFound):
    """The job succeeded, and what it returned was not stored: it is too large, or no JSON.

    Args:
        job_id: the job's id.
        description: what is known of the result: `type`, `why` and `preview`.
    """

    def __init__(self, job_id: str, description: Mapping[str, object]) -> None:
        super().__init__("result", job_id)
        self.description = dict(description)
        what = f"a {description.get('type')} that {description.get('why')}"
        self.args = (f"job {job_id} returned {what}, which was not stored",)

    def details(self) -> dict[str, object]:
        return {**super().details(), "result": self.description}


class NotKept(NotFound):
    """A channel keeps nothing of that kind: no state without a key, no records by their ids.

    Args:
        kind: what was looked for: "state" or "record".
        name: the name or id that was given.
        reason: "no_state" or "lookup_disabled".
        message: what the channel lacks.
    """

    def __init__(self, kind: str, name: str, reason: str, message: str) -> None:
        super().__init__(kind, name)
        self.reason = reason
        self.args = (message,)

    def details(self) -> dict[str, object]:
        return {**super().details(), "reason": self.reason}


class Conflict(RedengineError):
    """The state of things forbids this now.

    Args:
        message: what is in the way, and the next step.
        **facts: what a program needs to decide what to do.
    """

    code = "CONFLICT"

    def __init__(self, message: str, **facts: object) -> None:
        self.facts = facts
        super().__init__(message)

    def details(self) -> dict[str, object]:
        return dict(self.facts)


class AlreadyExists(Conflict):
    """The name or id is taken; the existing one is untouched.

    Args:
        kind: "task", "job", "runtime" …
        name: the taken name.
        hint: the next step, such as "use on_exists='replace'".
    """

    def __init__(self, kind: str, name: str, hint: str = "") -> None:
        tail = f"; {hint}" if hint else ""
        super().__init__(f"a {kind} {shortened(name)} exists already{tail}", kind=kind, name=name)


class SessionStateError(Conflict):
    """The session is not in a state that allows the call.

    Args:
        state: the session's state.
        message: what the call needs, and the next step.
    """

    def __init__(self, state: str, message: str) -> None:
        self.state = state
        super().__init__(message, state=state)


class Forbidden(RedengineError):
    """The caller may not do this.

    Args:
        message: what is refused and why.
        **facts: what a program needs to know.
    """

    code = "FORBIDDEN"

    def __init__(self, message: str, **facts: object) -> None:
        self.facts = facts
        super().__init__(message)

    def details(self) -> dict[str, object]:
        return dict(self.facts)


class Overloaded(RedengineError):
    """More work waits than the session may keep; nothing was stored, so try again later.

    Args:
        waiting: how many jobs wait.
        limit: how many may.
    """

    code = "OVERLOADED"
    retry_after_s: ClassVar[int] = 1

    def __init__(self, waiting: int, limit: int) -> None:
        self.waiting = waiting
        self.limit = limit
        super().__init__(
            f"the queue is full with {counted(waiting, 'job')}, max_queue_size is {limit}; "
            f"try again in {self.retry_after_s} s, or raise it"
        )

    def details(self) -> dict[str, object]:
        return {
            "waiting": self.waiting,
            "limit": self.limit,
            "retry_after": self.retry_after_s,
        }


class JobError(RedengineError):
    """A job did not end with success.

    Args:
        job_id: the job's id.
        task: the task's name.
        reason: why, as the job's log record says it.
    """

    code = "JOB_ERROR"
    verb: ClassVar[str] = "did not succeed"

    def __init__(self, job_id: str, task: str, reason: str) -> None:
        self.job_id = job_id
        self.task = task
        self.reason = reason
        super().__init__(f"job {job_id} of task '{task}' {self.verb}: {reason}")

    def details(self) -> dict[str, object]:
        return {"job_id": self.job_id, "task": self.task, "reason": self.reason}


class JobFailed(JobError):
    """The task's code raised; the original exception is the `__cause__` where it is at hand."""

    code = "JOB_FAILED"
    verb = "failed"


class JobTerminated(JobError):
    """The job was ended from outside: by a person, a timeout, an end condition or a shut-down."""

    code = "JOB_TERMINATED"
    verb = "was terminated"


class JobCrashed(JobError):
    """The place in which the job ran went away: its process died or the session was killed."""

    code = "JOB_CRASHED"
    verb = "crashed"


class JobSkipped(JobError):
    """The job was withdrawn before it began, or its task had nothing to do."""

    code = "JOB_SKIPPED"
    verb = "did nothing"


class CommandFailed(RedengineError):
    """The code of a command raised: the log of the session has its traceback.

    Args:
        command: the command's name.
        error: what it raised, as "ValueError: no such pool".
    """

    code = "COMMAND_FAILED"

    def __init__(self, command: str, error: str) -> None:
        self.command = command
        self.error = error
        super().__init__(f"command '{command}' raised {error}")

    def details(self) -> dict[str, object]:
        return {"command": self.command, "error": self.error}


class TaskInaction(RedengineError):
    """A task's code raises it to say that there was nothing to do: the job ends as `inaction`.

    Args:
        reason: why, as the job and its log record say it.
    """

    code = "TASK_INACTION"

    def __init__(self, reason: str = "the task had nothing to do") -> None:
        super().__init__(reason)


class TaskTermination(RedengineError):
    """A task's code raises it to end its job as `terminate`, which is not tried again.

    Args:
        reason: why, as the job and its log record say it.
    """

    code = "TASK_TERMINATION"

    def __init__(self, reason: str = "the task ended itself") -> None:
        super().__init__(reason)


class PositionGone(RedengineError):
    """A position in a stream cannot be followed: read the state again, and follow from the latest.

    Args:
        position: what was given.
        reason: why it cannot be followed.
        latest: the position of the latest event.
        oldest: the oldest position that can be followed without a gap.
    """

    code = "CURSOR_TOO_OLD"

    def __init__(self, position: str, reason: str, latest: str, oldest: str | None = None) -> None:
        self.position = position
        self.reason = reason
        self.latest = latest
        self.oldest = latest if oldest is None else oldest
        kept = f"; what is kept begins behind {oldest}" if oldest not in {None, latest} else ""
        super().__init__(
            f"position {shortened(position)} cannot be followed: {reason}; read the state again, "
            f"then follow from {latest}{kept}"
        )

    def details(self) -> dict[str, object]:
        return {
            "position": self.position,
            "reason": self.reason,
            "latest": self.latest,
            "oldest": self.oldest,
        }


class TooManyWaiting(RedengineError):
    """As many requests as may wait for something do so already; ask again soon.

    Args:
        most: how many may wait at once.
    """

    code = "TOO_MANY_WAITING"

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(
            f"{counted(most, 'request')} waiting already is as many as may be; try again"
        )

    def details(self) -> dict[str, object]:
        return {"most": self.most}


class BlocksEventLoop(RedengineError, RuntimeError):
    """Waiting here would stop the asyncio event loop of this thread; await instead.

    Args:
        what: what was called.
        instead: the form to write.
    """

    code = "BLOCKS_EVENT_LOOP"

    def __init__(
        self, what: str, instead: str = "`await job`, with `job = await app.submit_async(…)`"
    ) -> None:
        self.what = what
        super().__init__(
            f"{what} on the thread of a running event loop would stop everything on it; "
            f"write {instead}"
        )


class InputFileError(RedengineError):
    """An input file is not what its checksum says, or cannot be read: the task did not run.

    Args:
        field: the parameter that names the file, such as "parameters.data".
        path: the file.
        what: what is wrong with it.
        expected: the checksum that it was to have, its algorithm included.
        actual: the one that it has; None where it cannot be read.
    """

    code = "INPUT_FILE"

    def __init__(
        self, field: str, path: str, what: str, expected: str, actual: str | None = None
    ) -> None:
        self.field = field
        self.path = path
        self.what = what
        self.expected = expected
        self.actual = actual
        shown = path if len(path) <= _LONGEST_PATH else f"…{path[1 - _LONGEST_PATH :]}"
        super().__init__(f"{field}: {shown} {what}, expected {expected}")

    def details(self) -> dict[str, object]:
        return {
            "field": self.field,
            "path": self.path,
            "expected": self.expected,
            "actual": self.actual,
        }


class WaitTimeout(RedengineError, TimeoutError):
    """What was waited for has not happened in the time given.

    Args:
        what: what was waited for.
        timeout_s: how long, in seconds.
        **facts: what a program needs to ask again, such as the id of a command's call.
    """

    code = "TIMEOUT"

    def __init__(self, what: str, timeout_s: float, **facts: object) -> None:
        self.what = what
        self.timeout_s = timeout_s
        self.facts = facts
        super().__init__(f"{what} has not happened in {timeout_s:g} s")

    def details(self) -> dict[str, object]:
        return {"waited_for": self.what, "timeout": self.timeout_s, **self.facts}


class StoreError(RedengineError):
    """The store cannot be opened, read or written.

    Args:
        url: the store's URL with its password masked.
        reason: what happened, and the next step.
    """

    code = "STORE_UNAVAILABLE"

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"store {url}: {reason}")


class UnsafeAddress(RedengineError):
    """The API would listen where others can reach it, and nothing guards it.

    Args:
        host: the address.
        kind: the class of the API.
    """

    code = "UNSAFE_ADDRESS"

    def __init__(self, host: str, kind: str = "FlaskAPI") -> None:
        self.host = host
        super().__init__(
            f"{kind} refuses to listen on {host!r} without a guard: the API can run code. "
            f"Set REDENGINE_API_KEY or give api_keys, override authenticate() on a subclass of "
            f"{kind}, listen on 127.0.0.1, or say insecure=True where the network itself is the "
            "guard"
        )


class PortInUse(RedengineError, OSError):
    """Another program listens on the port.

    Args:
        host: the address.
        port: the port.
    """

    code = "PORT_IN_USE"

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        super().__init__(
            f"port {port} on {host} is in use by another program; "
            f"stop it, or give the API another port=, such as {port + 1}"
        )


class Unreachable(RedengineError, ConnectionError):
    """No API answers at the URL, or the connection broke before the answer was read.

    Args:
        url: where it was looked for, without user and password.
        reason: what happened.
        hint: the next step.
    """

    code = "UNREACHABLE"

    def __init__(self, url: str, reason: str, hint: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"no answer from {url}: {reason}; {hint}")

    def details(self) -> dict[str, object]:
        return {"url": self.url, "reason": self.reason}


class RemoteError(RedengineError):
    """The API answered with an error that no other class stands for; `code` says which.

    Args:
        message: the answer's message.
        code: the answer's code.
        status: the HTTP status.
        details: what a program needs to know, as the API told it.
        retry_after_s: when to try again, if the API told.
    """

    code = "REMOTE_ERROR"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int = 0,
        details: Mapping[str, object] | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.code = code or type(self).code
        self.status = status
        self.retry_after_s = retry_after_s
        self._details = dict(details or {})
        super().__init__(message)

    def details(self) -> dict[str, object]:
        return dict(self._details)


class UnreadableAnswer(RemoteError):
    """What answered is not the API, or stands between it and the caller, such as a proxy.

    Args:
        url: what was asked for, without user and password.
        status: the HTTP status.
        reason: what is wrong with the answer.
        excerpt: how the answer begins.
    """

    code = "UNREADABLE_ANSWER"

    def __init__(self, url: str, status: int, reason: str, excerpt: str) -> None:
        self.url = url
        self.excerpt = excerpt
        super().__init__(
            f"{url} answered {status} with {reason}: {shortened(excerpt, 250)}; "
            "is this the API's own address, or a proxy's?",
            status=status,
            details={"url": url, "status": status, "excerpt": excerpt},
        )
