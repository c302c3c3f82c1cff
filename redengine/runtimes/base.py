"""The ports of this package: what a runtime is given, and what it promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from redengine.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.runtimes.context import JobContext


Action = Literal["success", "fail", "terminate", "crash", "inaction"]


class Outcome(NamedTuple):
    """How one execution ended.

    Attributes:
        action: "success", "fail", "terminate", "crash", or "inaction" where the code said so.
        value: what the task returned; None unless it succeeded.
        exception: what it raised, if anything.
        exc_text: the formatted traceback, from the user's first frame on.
        abandoned: the code is still running in a thread that nobody waits for.
        reason: why, in words; None where the action says it all.
    """

    action: Action
    value: Any = None
    exception: BaseException | None = None
    exc_text: str | None = None
    abandoned: bool = False
    reason: str | None = None


class Execution(Protocol):
    """One attempt to run one job; the scheduler makes it, a runtime carries it out."""

    @property
    def id(self) -> str:
        """The job's id."""

    @property
    def priority(self) -> int:
        """Higher ones leave the queue first."""

    @property
    def order(self) -> int:
        """Among equal priorities lower ones leave the queue first."""

    @property
    def context(self) -> JobContext:
        """What the task's code sees of its job."""

    def call(self) -> Any:
        """Resolve the arguments and run the user's code here.

        Returns:
            What it returned; the coroutine where the user's function is one.
        """

    def payload(self) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
        """The function and its resolved arguments, to be run in another process."""

    def begin(self) -> bool:
        """Called right before the user's code, in the thread that carries it out; may block.

        Returns:
            False: it is not to be run after all, and `end` will not be called.
        """

    def end(self, outcome: Outcome) -> None:
        """Called exactly once for an execution that began, from any thread."""


class Runtime(Protocol):
    """A named place where executions are carried out, never more than `size` at a time.

    Executions leave the queue by priority, then order. Of each that leaves it,
    `begin` is called, then, where that said True, `end` exactly once.
    An exception in either is logged and harms no other execution.
    """

    @property
    def name(self) -> str:
        """The runtime's name."""

    @property
    def kind(self) -> str:
        """The word for it in a task's `execution`."""

    @property
    def size(self) -> int:
        """How many executions run at most at the same time."""

    @property
    def running(self) -> int:
        """How many executions have left the queue and not ended; abandoned ones have ended."""

    @property
    def queued(self) -> int:
        """How many executions wait."""

    def open(self) -> None:
        """Accept executions, also after `close`. A new runtime is open."""

    def submit(self, execution: Execution) -> None:
        """Queue an execution. Never blocks; from any thread.

        Raises:
            Conflict: the runtime is closed.
        """

    def reserve(self, execution: Execution) -> bool:
        """Keep a place for an execution that is begun before it is submitted.

        It has to be submitted soon, or withdrawn.

        Returns:
            False: no place is free, or the runtime is closed.
        """

    def withdraw(self, execution: Execution) -> bool:
        """Take an execution out of the queue, or give up the place that was reserved for it.

        Returns:
            False: it is not there (any more).
        """

    def terminate(self, execution: Execution, grace_s: float, reason: str | None = None) -> None:
        """End a running execution by the ladder; returns at once, nothing if it is not running.

        The code is asked to stop, a process also by SIGTERM. What still runs
        `grace_s` seconds later is ended: a process with all its children is
        killed, a thread or coroutine abandoned. A second call sets a new grace.
        """

    def pause(self, execution: Execution) -> str | None:
        """Hold a running execution.

        Returns:
            "suspended": it stands still now; "checkpoint": it will at its next checkpoint;
            None: it is not running.
        """

    def resume(self, execution: Execution) -> bool:
        """Let a paused execution go on; False when it is not running."""

    def lend(self, execution: Execution) -> bool:
        """Let another execution have the place of one that only waits.

        Returns:
            False: its place cannot be lent.
        """

    def take_back(self, execution: Execution, *, waits: bool) -> None:
        """Give an execution a place again, before those that are queued.

        Args:
            execution: the one whose place was lent.
            waits: whether to wait until there is one; otherwise one more than `size` may run.
        """

    def stack(self, execution: Execution) -> str | None:
        """The live stack of a running or abandoned execution; None when there is none to see."""

    def resize(self, size: int) -> None:
        """Change how many run at a time; what runs already is left alone."""

    def close(self, timeout_s: float) -> list[Execution]:
        """Accept nothing more, wait up to `timeout_s` for what runs, then end it at once.

        Returns:
            The executions that were still queued; neither begun nor ended.
        """

    def load(self) -> dict[str, object]:
        """The runtime in JSON-ready figures."""


def checked_size(size: int) -> int:
    """`size`, if a runtime can have it.

    Raises:
        InvalidInput: it is not a whole number of at least 1.
    """
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise InvalidInput({"size": f"expected a whole number of at least 1, got {size!r}"})
    return size
