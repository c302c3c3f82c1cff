"""Shut-down: what becomes of jobs, hooks and the store when a session stops, and by when.

A session is stopped `shutdown_timeout` and two seconds after it was asked to, whatever its jobs,
the program's hooks and log handlers, its output and its store do. So every step has a time by which
the next one comes, and what may hang is not run on the thread that counts.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import warnings
import weakref
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from redengine.exceptions import counted
from redengine.runtimes.output.capture import uninstall as uninstall_capture
from redengine.scheduler.core import PAUSED, RUNNING, log
from redengine.scheduler.jobs.handling import SHUT_DOWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.poller import Predicates
    from redengine.scheduler.engine.trigger import Starts
    from redengine.scheduler.environment import Environment
    from redengine.scheduler.jobs.job import Job

_STARTED_BY: Final = "_REDENGINE_STARTED_BY"
"""The variable that tells child processes which process has started a session."""
_OF_A_RELOADER: Final = ("WERKZEUG_RUN_MAIN", "RUN_MAIN")
"""The variables that Werkzeug and Django set in the process that serves."""
_TWICE: Final = (
    "a session was started in this process and in its reloader's: with a store in memory every "
    "job runs in both. Start it where {variable} is set, or switch the reloader off"
)
_CUT_OFF: Final = (
    "the program ends, and session '{name}' with it{jobs}: keep the main thread, call "
    "shut_down() before, or use 'with app:'"
)

_started: Final[weakref.WeakKeyDictionary[Core, int]] = weakref.WeakKeyDictionary()
"""The process in which each session was started last."""


def note_start(core: Core) -> None:
    """Remember that this process has started a session, and warn where its parent has, too.

    A durable store refuses the second session by itself.
    """
    variable = next((name for name in _OF_A_RELOADER if os.environ.get(name) == "true"), None)
    is_twice = os.environ.get(_STARTED_BY) == str(os.getppid())
    if variable is not None and is_twice and not core.store.durable:
        warnings.warn(_TWICE.format(variable=variable), RuntimeWarning, stacklevel=2)
    os.environ[_STARTED_BY] = str(os.getpid())
    _started[core] = os.getpid()


@atexit.register
def warn_of_running() -> None:
    """Warn of sessions that run when the program ends; Python 3.12 starts no thread by then."""
    for core, pid in list(_started.items()):
        if pid == os.getpid() and core.state in {RUNNING, PAUSED}:
            jobs = [job for job in list(core.jobs.values()) if _is_cut_off(job)]
            told = f", {counted(len(jobs), 'running job')} cut off" if jobs else ""
            message = _CUT_OFF.format(name=core.session.name, jobs=told)
            warnings.warn(message, RuntimeWarning, stacklevel=2)


def _is_cut_off(job: Job) -> bool:
    is_service = job.definition is not None and job.definition.permanent
    return job.status == "run" and not is_service


MARGIN_S: Final = 2.0
"""A session stops so long after its `shutdown_timeout` at the latest."""
_GRACE_S: Final = 0.5
"""What runs when the time is over has so long to end, or `termination_grace` if that is less."""
_OVERTIME_S: Final = 1.2
"""So long after the `shutdown_timeout` the `on_shutdown` tasks may go on."""
_LAST_TASKS_S: Final = 5.0
"""So much of the time is kept for `on_shutdown` tasks, or a quarter of it if that is less."""
_STORE_SHARE: Final = 0.7
"""The part of the time that is left in which a store has to take what was written."""
_SHORT_S: Final = 0.3
"""What ought to take no time has so long."""


class Shutdown:
    """Brings one run of a session to its end.

    Args:
        core: the session's state.
        starts: starts the `on_shutdown` tasks.
        predicates: the threads that poll conditions.
        environment: whether time is real, and how it passes.
        patience_s: how long jobs may go on.
    """

    def __init__(
        self,
        core: Core,
        starts: Starts,
        predicates: Predicates,
        environment: Environment,
        patience_s: float,
    ) -> None:
        self._core = core
        self._starts = starts
        self._predicates = predicates
        self._environment = environment
        self._patience_s = patience_s
        self._began = core.clock.monotonic()

    def _left_until(self, after_s: float) -> float:
        """Seconds until so long after the beginning; never less than none."""
        return max(0.0, self._began + after_s - self._core.clock.monotonic())

    def end_jobs(self, *, are_last_tasks_due: bool) -> None:
        """Let jobs end, and end those that do not; the permanent ones last.

        Args:
            are_last_tasks_due: whether tasks run now that are to run at a shut-down.
        """
        core, patience_s = self._core, self._patience_s
        with core.lock:
            core.startup_jobs.clear()
        has_last = are_last_tasks_due and any(
            task.on_shutdown and not task.disabled for task in list(core.tasks.values())
        )
        kept_s = min(_LAST_TASKS_S, patience_s / 4) if has_last else 0.0
        self._end_jobs(patience_s - kept_s)
        if has_last:
            self._run_last_tasks()
        self._stop_jobs(permanent=True, by_s=patience_s + MARGIN_S - _SHORT_S)

    def _end_jobs(self, by_s: float) -> None:
        """Set aside what waits, wait for what runs, and stop that if it takes too long."""
        core = self._core
        self._environment.settle(core)  # what can begin has begun
        if by_s > 0:
            with core.lock:
                core.handling.withdraw_waiting(SHUT_DOWN, permanent=False)
            self._wait_for_none(self._left_until(by_s), permanent=False)
        self._stop_jobs(permanent=False, by_s=by_s + _GRACE_S + _SHORT_S)

    def _stop_jobs(self, *, permanent: bool, by_s: float) -> None:
        """Ask all jobs to end, then end them."""
        core = self._core
        most_s = max(_SHORT_S, self._left_until(by_s) - _SHORT_S)
        grace_s = min(core.config.termination_grace.total_seconds(), most_s)
        with core.lock:
            grace = timedelta(seconds=grace_s)
            left = core.handling.stop_all(SHUT_DOWN, grace, permanent=permanent)
        if left:
            self._wait_for_none(grace_s + _SHORT_S, permanent=permanent)

    def _run_last_tasks(self) -> None:
        core = self._core
        with core.lock:
            last = [task for task in core.tasks.values() if task.on_shutdown and not task.disabled]
            for task in sorted(last, key=lambda each: -each.priority):
                try:
                    self._starts.start(task, "shutdown")
                except Exception:  # noqa: BLE001 - logged; the others have to run
                    text = "task '%s' cannot run at the shut-down"
                    core.job_log.say(log, logging.ERROR, text, task.name)
        by_s = self._patience_s + _OVERTIME_S
        self._wait_for_none(self._left_until(by_s), permanent=False)
        self._stop_jobs(permanent=False, by_s=by_s + _SHORT_S)

    def _wait_for_none(self, timeout_s: float, *, permanent: bool) -> None:
        """Wait until no job is active any more."""
        core = self._core

        def none_left() -> bool:
            core.is_engine_waiting = True  # every job's end notifies then
            return not any(
                job.definition is None or job.definition.permanent is permanent
                for job in list(core.jobs.values())
            )

        self._environment.wait_until(core, none_left, timeout_s)

    def close_environment(self) -> None:
        """Close what ran the jobs, and give back what waits for jobs that cannot end."""
        core = self._core
        runtimes = list(core.runtimes.values())
        closing = [
            self._aside(f"closing runtime '{each.name}'", partial(each.close, 0))
            for each in runtimes
        ]
        closing.append(self._aside("closing the conditions' threads", self._predicates.close))
        if core.timers is not None:
            closing.append(self._aside("ending the timers", core.timers.close))
        if core.commands is not None:
            closing.append(self._aside("ending the commands", core.commands.close))
        for wait in closing:
            wait(self._left_until(self._patience_s + MARGIN_S - _SHORT_S))
        with core.lock:
            core.handling.park_all(SHUT_DOWN)

    def finish(self, tear_down: Callable[[], None], *, keep_store: bool) -> None:
        """Tell the hooks, and close the store; each has a share of what time is left.

        Args:
            tear_down: gives back what tasks hold.
            keep_store: whether the session starts again at once.
        """
        core = self._core
        steps: list[tuple[str, Callable[[], None]]] = [
            ("giving back what tasks hold", tear_down),
            ("the scheduler_shutdown hook", self._call_hook),
            ("the last log lines", lambda: core.job_log.close(self._share_s(1))),
        ]
        if not self._environment.is_virtual:
            steps.append(("giving back the output", uninstall_capture))
        if not keep_store:
            steps.append(("closing the store", self._close_store))
        for number, (what, step) in enumerate(steps):
            self._aside(what, step)(self._share_s(len(steps) - number))

    def _share_s(self, parts: int) -> float:
        return max(_SHORT_S / 2, self._left_until(self._patience_s + MARGIN_S) / parts)

    def _call_hook(self) -> None:
        self._core.hooks.call("scheduler_shutdown", self._core.session)

    def _close_store(self) -> None:
        self._core.store.close(self._share_s(1) * _STORE_SHARE)

    def _aside(self, what: str, step: Callable[[], object]) -> Callable[[float], None]:
        """Run a step that may hang on a thread of its own.

        Returns:
            Waits for it, so many seconds at most; one that takes longer is told of and left alone.
        """

        def run() -> None:
            try:
                step()
            except Exception:  # noqa: BLE001 - logged; the session has to come to its end
                text = "%s met an error; the shut-down goes on"
                self._core.job_log.say(log, logging.ERROR, text, what)

        if self._environment.is_virtual:
            run()
            return lambda _timeout_s: None
        thread = threading.Thread(target=run, name="redengine-shutdown-step", daemon=True)
        thread.start()

        def wait(timeout_s: float) -> None:
            thread.join(timeout_s)
            if thread.is_alive():
                say_aside("%s takes too long; the shut-down goes on without it", what)

        return wait


def say_aside(text: str, *values: object) -> None:
    """Log a warning on a thread of its own: a log handler may hang as well."""
    threading.Thread(target=log.warning, args=(text, *values), daemon=True).start()
