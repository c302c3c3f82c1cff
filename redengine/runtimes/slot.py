"""A thread of a pool, and the execution that it carries out."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redengine.runtimes.base import Execution


class Slot:
    """One thread of a pool.

    Attributes:
        resource: what the thread keeps between executions, such as a worker process.
        is_lost: its execution was abandoned: it leaves as soon as that comes back.
    """

    __slots__ = ("is_lost", "resource", "thread", "wake")

    def __init__(self, thread: threading.Thread) -> None:
        self.is_lost = False
        self.resource: Any = None
        self.wake = threading.Lock()
        self.wake.acquire()
        self.thread = thread


class Run:
    """One execution that has left the queue.

    Attributes:
        is_begun: `begin` said True, the code runs or is about to.
        is_killed: what its code waits for was ended by force.
        is_lent: its code waits for another one, which may have its place.
        has_place: set when it has a place again, where it waits for one.
        is_ended: its end was reported, or is being reported.
        timer: ends it when its grace is over.
        handle: what the runtime needs to reach it: a worker process, an asyncio task.
    """

    __slots__ = (
        "execution",
        "handle",
        "has_place",
        "is_begun",
        "is_ended",
        "is_killed",
        "is_lent",
        "slot",
        "timer",
    )

    def __init__(self, execution: Execution, slot: Slot) -> None:
        self.execution = execution
        self.slot = slot
        self.is_begun = False
        self.is_ended = False
        self.is_killed = False
        self.is_lent = False
        self.has_place: threading.Event | None = None
        self.timer: threading.Timer | None = None
        self.handle: Any = None
