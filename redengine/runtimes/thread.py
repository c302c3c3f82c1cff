"""The runtime that carries out executions in threads of this process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, ClassVar

from redengine.runtimes.outcome import format_stack
from redengine.runtimes.perform import perform
from redengine.runtimes.pool import Pool

if TYPE_CHECKING:
    from redengine.runtimes.outcome import Outcome
    from redengine.runtimes.slot import Run


class ThreadRuntime(Pool):
    """Up to `size` daemon threads named "redengine-<name>-<n>".

    A thread cannot be killed: code that does not stop within its grace is
    abandoned. Its execution ends, its place goes to a new thread, and what it
    returns later is ignored.
    """

    kind: ClassVar[str] = "thread"

    def _carry_out(self, run: Run) -> Outcome | None:
        return perform(run.execution)

    def _stack(self, run: Run) -> str | None:
        return thread_stack(run.slot.thread.ident)


def thread_stack(ident: int | None) -> str | None:
    """What a thread of this process is doing, or None when it is gone."""
    frame = sys._current_frames().get(ident or 0)  # noqa: SLF001 # documented, and the only way to see another thread
    return None if frame is None else format_stack(frame)
