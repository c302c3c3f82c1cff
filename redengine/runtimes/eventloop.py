"""An asyncio event loop in a thread of its own."""

from __future__ import annotations

import threading
import traceback
from typing import TYPE_CHECKING, Any

from redengine.runtimes.thread import thread_stack

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from types import FrameType

_JOIN_S = 2.0


class LoopThread:
    """A running event loop; `users` counts the executions on it.

    Args:
        name: the thread's name.
    """

    def __init__(self, name: str) -> None:
        import asyncio

        self.users = 0
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def ident(self) -> int | None:
        """The thread's identifier."""
        return self._thread.ident

    def stop(self) -> None:
        """Stop the loop soon and cancel what is left on it."""
        self.loop.call_soon_threadsafe(self.loop.stop)

    def join(self, timeout_s: float = _JOIN_S) -> None:
        """Wait a little for the thread; a coroutine that blocks its loop is left behind."""
        if self._thread is not threading.current_thread():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        import asyncio

        loop = self.loop
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            asyncio.set_event_loop(None)
            loop.close()


def coroutine_stack(coroutine: Coroutine[Any, Any, Any], ident: int | None) -> str | None:
    """Where a coroutine stands, its outermost call first.

    Args:
        coroutine: the user's coroutine.
        ident: the loop's thread, whose stack it is while the coroutine is not waiting.
    """
    if getattr(coroutine, "cr_running", False):
        return thread_stack(ident)
    frames: list[FrameType] = []
    inner: Any = coroutine
    while (frame := getattr(inner, "cr_frame", None)) is not None:
        frames.append(frame)
        inner = inner.cr_await
    summary = traceback.StackSummary.extract((frame, frame.f_lineno) for frame in frames)
    return "".join(summary.format()) or None
