"""Waiting for the end of a job: in a thread, or on an event loop without stopping it."""

from __future__ import annotations

import contextlib
import sys
import threading
from typing import TYPE_CHECKING

from redengine.exceptions import BlocksEventLoop
from redengine.interrupts import Latch

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


class EndEvent(Latch):
    """An event that is set when a job ends, and calls those who asked for it."""

    __slots__ = ("_asked", "_asking")

    def __init__(self) -> None:
        super().__init__()
        self._asked: list[Callable[[], None]] = []
        self._asking = threading.Lock()

    def set(self) -> None:
        super().set()
        with self._asking:
            asked, self._asked = self._asked, []
        for call in asked:
            call()

    def then(self, call: Callable[[], None]) -> None:
        """Call a function once the event is set: at once if it is, else in the thread that sets it.

        Args:
            call: it must be quick, and raise nothing.
        """
        with self._asking:
            if not self.is_set():
                self._asked.append(call)
                return
        call()

    async def reached(self) -> None:
        """Return when the event is set; the event loop goes on meanwhile."""
        from asyncio import get_running_loop

        loop = get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def settle() -> None:
            if not future.done():
                future.set_result(None)

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(settle)

        self.then(wake)
        await future


def refuse_on_loop(what: str) -> None:
    """Refuse to wait on the thread of a running event loop.

    A notebook runs each cell on its kernel's loop, and has nothing else to do meanwhile.

    Raises:
        BlocksEventLoop: there is one.
    """
    loops = sys.modules.get("asyncio")  # where nobody has imported it, no loop runs
    if loops is None or "ipykernel" in sys.modules:
        return
    # get_running_loop raises where there is none, which is the usual case.
    if loops._get_running_loop() is not None:  # noqa: SLF001
        raise BlocksEventLoop(what)
