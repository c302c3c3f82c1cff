"""An execution that remembers what happens to it: for tests of runtimes, one's own included."""

from __future__ import annotations

import threading
from itertools import count
from typing import TYPE_CHECKING, Any

from redengine.exceptions import WaitTimeout
from redengine.runtimes.context import JobContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.runtimes.base import Outcome
    from redengine.runtimes.progress import Progress

_NUMBERS = count(1)


class RecordedExecution:
    """Runs a function with arguments; `outcomes`, `lines` and `progress` say how it went.

    Args:
        function: the user's code.
        *arguments: its positional arguments.
        priority: its priority in the queue.
        is_wanted: what `begin` answers.
        **keywords: its keyword arguments.

    Example:
        >>> from redengine.runtimes import InlineRuntime
        >>> execution = RecordedExecution(max, 1, 2)
        >>> runtime = InlineRuntime("thread")
        >>> runtime.submit(execution); runtime.drain(); execution.wait().value
        1
        2
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        priority: int = 0,
        is_wanted: bool = True,
        **keywords: Any,
    ) -> None:
        self.order = next(_NUMBERS)
        self.id = f"job-{self.order}"
        self.priority = priority
        self.is_wanted = is_wanted
        self.begun = 0
        self.outcomes: list[Outcome] = []
        self.lines: list[tuple[str, str]] = []
        self.progress: list[Progress] = []
        self.context = JobContext(self.id, "recorded", sink=self, on_progress=self.progress.append)
        self._function = function
        self._arguments = arguments
        self._keywords = keywords
        self._has_ended = threading.Event()

    def call(self) -> Any:
        return self._function(*self._arguments, **self._keywords)

    def payload(self) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
        return self._function, self._arguments, self._keywords

    def begin(self) -> bool:
        self.begun += 1
        return self.is_wanted

    def end(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self._has_ended.set()

    def line(self, stream: str, text: str) -> None:
        self.lines.append((stream, text))

    def wait(self, timeout_s: float = 30.0) -> Outcome:
        """The first outcome, once there is one.

        Raises:
            WaitTimeout: there is none in time.
        """
        if not self._has_ended.wait(timeout_s):
            raise WaitTimeout(f"the end of {self.id}", timeout_s)
        return self.outcomes[0]
