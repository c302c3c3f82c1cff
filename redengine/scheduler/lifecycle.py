"""The life of a session: start, pause, resume, shut down, restart."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import warnings
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from redengine.exceptions import SessionStateError
from redengine.runtimes.context import running_job
from redengine.runtimes.output.capture import install as install_capture
from redengine.runtimes.output.capture import uninstall as uninstall_capture
from redengine.scheduler.core import INITIALISED, PAUSED, RUNNING, STARTING, STOPPED, STOPPING, log
from redengine.scheduler.environment import kept_history
from redengine.scheduler.hooks import Watch
from redengine.scheduler.jobs.handling import SHUT_DOWN
from redengine.scheduler.jobs.progress import ProgressLine
from redengine.scheduler.jobs.recovery import Recovery
from redengine.scheduler.shutdown import Shutdown, note_start
from redengine.support.forks import times_forked
from redengine.support.interrupts import INTERRUPTS, signals_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.engine import Engine
    from redengine.scheduler.engine.poller import Predicates
    from redengine.scheduler.engine.trigger import Starts
    from redengine.scheduler.environment import Environment
    from redengine.scheduler.jobs.control import Control
    from redengine.store import Store

_ENGINE_WAIT_S: Final = 0.5
"""A launch and the engine end at once, unless one of the program's hooks does not return."""


def close_forgotten(name: str, store: Store) -> None:
    """Close the store of a session that nobody closed, and warn if more than memory is at stake."""
    if not store.is_open:
        return
    try:
        if store.durable:
            warnings.warn(
                f"session '{name}' was not closed, and its store {store.url} was open until now; "
                "call close() or shut_down(), or use the session in a with statement",
                ResourceWarning,
                stacklevel=2,
            )
    finally:
        store.close()


class Lifecycle:
    """Moves a session from state to state."""

    def __init__(
        self,
        core: Core,
        engine: Engine,
        control: Control,
        starts: Starts,
        predicates: Predicates,
        environment: Environment,
    ) -> None:
        self._core = core
        self._engine = engine
        self._starts = starts
        self._predicates = predicates
        self._environment = environment
        self._recovery = Recovery(core, control)
        self._line = ProgressLine(core)
        self._thread: threading.Thread | None = None
        self._launching = threading.RLock()
        """Held while the session launches, which a shut-down waits for."""
        self._stopped = threading.Event()
        self._shut_watch: Watch | None = None
        self._is_by_hand = False
        self._is_stop_asked = False
        """Whether a shut-down was asked for while the session was starting."""
        self._is_recalling = False
        """Whether the session starts again as soon as it has stopped."""
        self._is_engaged = False
        """Whether signals are held back from the session's code."""
        self._restart_after: str | None = None

    # -- starting

    def start(self, *, block: bool) -> None:
        """Start the scheduler; see `Session.start`."""
        self._core.refuse_fork()
        is_main = threading.current_thread() is threading.main_thread()
        if not (block and is_main) and not self._environment.is_virtual:
            self._engage()
        if not block:
            self._start()
            return
        with signals_to(self._on_signal):
            self._environment.expect_main(self._core, is_expected=True)
            try:
                self._start()
            except BaseException:
                self._environment.expect_main(self._core, is_expected=False)
                raise
            with self._progress_line():
                self._environment.serve_main(self._core, self._stopped)
        if self._restart_after is not None:
            self._run_script_anew(self._restart_after)

    def _start(self, *, is_recalled: bool = False) -> None:
        if not is_recalled:
            self._enter_starting()
        try:
            self._set_up()
            with self._launching:
                self._launch()
        except BaseException:
            self._back_out()
            raise

    def _engage(self) -> None:
        if not self._is_engaged:
            self._is_engaged = True
            INTERRUPTS.engage()

    def _disengage(self) -> None:
        if self._is_engaged:
            self._is_engaged = False
            INTERRUPTS.disengage()

    def _enter_starting(self) -> None:
        core = self._core
        with core.lock:
            if core.state not in {INITIALISED, STOPPED}:
                raise SessionStateError(
                    core.state, f"the session is {core.state}, not to be started"
                )
            core.enter(STARTING)
            core.changed.notify_all()
        self._is_stop_asked = False
        core.forks = times_forked()
        self._stopped.clear()

    def _set_up(self) -> None:
        """All that may refuse the start, before anything runs."""
        core = self._core
        core.store.reopen()
        core.store.serves = True
        for runtime in list(core.runtimes.values()):
            runtime.open()
        if core.commands is not None:
            core.commands.open()
        if self._environment.runs_code and not self._is_by_hand:
            for task in core.session.tasks:
                task.setup()
            note_start(core)

    def _back_out(self) -> None:
        core = self._core
        self._disengage()
        self._tear_down()
        for runtime in list(core.runtimes.values()):
            runtime.close(0)
        if core.commands is not None:
            core.commands.close()
        if core.timers is not None:
            core.timers.close()
        with core.lock:
            core.enter(INITIALISED)

    def _tear_down(self) -> None:
        if not self._environment.runs_code:
            return
        for task in self._core.session.tasks:
            self._core.tear_down(task)

    def _launch(self) -> None:
        core = self._core
        if not self._environment.is_virtual:
            install_capture()
        try:
            last_alive = core.recorder.last_alive()
            self._recovery.recover()
        except BaseException:
            if not self._environment.is_virtual:
                uninstall_capture()
            raise
        with core.lock:
            now = core.clock.now()
            core.started_at = now
            core.held_since = last_alive or now
            core.enter(PAUSED if self._is_by_hand else RUNNING)
        core.hooks.call("scheduler_startup", core.session)
        with core.lock:
            if core.state not in {RUNNING, PAUSED}:
                return  # it was shut down while the hook ran
            if not self._is_by_hand:
                self._start_first_tasks()
                self._watch_shut_cond()
            core.publish("scheduler")
        self._environment.start_engine(self)
        if core.timers is not None and not self._is_by_hand:
            core.timers.open()
        if self._is_stop_asked:
            self._is_stop_asked = False
            self.shut_down(None, wait=False)

    def start_engine_thread(self) -> None:
        """Run the engine in a thread of its own."""
        thread = threading.Thread(target=self._run_engine, name="redengine-engine", daemon=True)
        thread.start()
        self._thread = thread

    def _run_engine(self) -> None:
        try:
            self._engine.run()
        except BaseException:  # noqa: BLE001 - the thread ends with it; /health tells of it
            log.critical("the engine died; nothing starts any more", exc_info=True)

    @property
    def is_engine_alive(self) -> bool:
        """Whether the engine's thread runs, or there is none on purpose."""
        return self._thread is None or self._thread.is_alive()

    def _start_first_tasks(self) -> None:
        """Start the permanent and the start-up tasks; the rest waits for the latter."""
        core = self._core
        first = [task for task in core.tasks.values() if task.on_startup or task.permanent]
        for task in sorted(first, key=lambda each: -each.priority):
            if task.is_disabled_at(core.clock.now()) or task.active:
                continue
            job = self._starts.start(task, "startup")
            if not task.permanent:
                core.startup_jobs.add(job.id)

    def _watch_shut_cond(self) -> None:
        core = self._core
        if self._shut_watch is not None:
            self._shut_watch.unsubscribe(core)
            self._shut_watch = None
        condition = core.config.shut_cond
        if condition is not None:
            self._shut_watch = Watch(condition, self._shut_condition_holds)
            self._shut_watch.subscribe(core)

    def _shut_condition_holds(self) -> None:
        text = "shut_cond holds: %s; shutting down"
        self._core.job_log.say(log, logging.INFO, text, self._core.config.shut_cond)
        self.shut_down(None, wait=False)

    def _on_signal(self, number: int) -> None:
        """Let Ctrl-C and SIGTERM shut the session down, and a second one end jobs at once."""
        core = self._core
        if not self._stopped.is_set():  # the signal may have come before the start began
            with core.lock:
                core.changed.wait_for(lambda: core.state not in {INITIALISED, STOPPED}, 1)
        is_first = self._core.state != STOPPING
        self.shut_down(None if is_first else 0, wait=False)
        name = signal.Signals(number).name
        if is_first:
            log.info("%s: shutting down; once more ends running jobs at once", name)
        else:
            log.warning("%s again: ending running jobs at once", name)

    @contextlib.contextmanager
    def _progress_line(self) -> Iterator[None]:
        """Show what runs in the terminal, while the session has it to itself."""
        if not self._environment.is_virtual:
            self._line.start()
        try:
            yield
        finally:
            self._line.stop()

    # -- pausing

    def pause(self) -> None:
        """Hold new starts."""
        core = self._core
        core.refuse_fork()
        with core.lock:
            if core.state == PAUSED:
                return
            self._refuse_unless(RUNNING)
            core.settle_due(core.tasks.values())
            core.enter(PAUSED)
            core.held_since = core.held_since or core.clock.now()
            core.publish("scheduler")
        self._core.job_log.say(log, logging.INFO, "paused; running jobs go on")

    def resume(self) -> None:
        """Let tasks start again."""
        core = self._core
        core.refuse_fork()
        with core.lock:
            if core.state == RUNNING:
                return
            self._refuse_unless(PAUSED)
            core.enter(RUNNING)
            core.touch_all()
            core.publish("scheduler")
        self._core.job_log.say(log, logging.INFO, "resumed")

    def _refuse_unless(self, state: str) -> None:
        now = self._core.state
        if now != state:
            raise SessionStateError(now, f"the session is {now}; it has to be {state} for this")

    # -- stopping

    def shut_down(self, timeout: float | None, *, wait: bool) -> None:
        """Stop the session; see `Session.shut_down`."""
        core = self._core
        self._core.refuse_fork()
        is_first = False
        with core.lock:
            if core.state in {INITIALISED, STARTING, STOPPED}:
                self._is_stop_asked = core.state == STARTING
                if core.state == INITIALISED:
                    core.store.close()
                return
            if core.state == STOPPING:
                self._restart_after = None
                self._is_stop_asked = self._is_recalling
                if timeout == 0:
                    core.handling.stop_all(SHUT_DOWN, timedelta(0), permanent=False)
            else:
                core.enter(STOPPING)
                core.wake_engine()
                core.publish("scheduler")
                is_first = True
        if is_first:
            self._environment.run_stop(lambda: self._stop(timeout))
        if wait and not self._is_called_by_own_job():
            self._await_stop()

    def _await_stop(self) -> None:
        """Return when the session has stopped; a signal meanwhile has it stop at once.

        The program's own handler is called after that.
        """
        if self._environment.is_virtual:
            return
        if threading.current_thread() is not threading.main_thread():
            self._stopped.wait()
            return
        with signals_to(lambda _number: self.shut_down(0, wait=False)) as came:
            self._environment.serve_main(self._core, self._stopped)
        INTERRUPTS.restore()
        for number in came:
            signal.raise_signal(number)

    def close(self, timeout: float | None) -> None:
        """Stop the session, and give its store back; see `Session.close`."""
        self.shut_down(timeout, wait=True)
        if self._core.state in {INITIALISED, STOPPED}:
            self._core.store.close()

    def _is_called_by_own_job(self) -> bool:
        """Whether a job or the engine of this session asks, which it cannot wait for."""
        return running_job() is not None or threading.current_thread() is self._thread

    def _stop(self, timeout: float | None) -> None:
        """The shut-down, in a thread of its own, so that whoever asked is not in its way."""
        core, config = self._core, self._core.config
        patience_s = config.shutdown_timeout.total_seconds() if timeout is None else timeout
        is_instant = config.instant_shutdown and timeout is None
        shutdown = Shutdown(
            core,
            self._starts,
            self._predicates,
            self._environment,
            0.0 if is_instant else patience_s,
        )
        try:
            if self._launching.acquire(timeout=_ENGINE_WAIT_S):
                self._launching.release()
            if self._thread is not None:
                self._thread.join(_ENGINE_WAIT_S)
            shutdown.end_jobs(are_last_tasks_due=not self._is_by_hand)
            shutdown.close_environment()
        except Exception:  # noqa: BLE001 - logged; the session has to come to its end
            core.job_log.say(log, logging.ERROR, "the shut-down met an error; it goes on")
        finally:
            self._finish_stop(shutdown)

    def _finish_stop(self, shutdown: Shutdown) -> None:
        core = self._core
        with core.lock:
            self._is_recalling = is_recalled = self._restart_after == "recall"
        core.recorder.mark_alive(self._engine.attended_until or core.clock.now())
        try:
            shutdown.finish(self._let_go, keep_store=is_recalled)
        except Exception:  # noqa: BLE001 - logged; the session has to come to its end
            core.job_log.say(log, logging.ERROR, "the end of the shut-down met an error")
        with core.lock:
            core.enter(STARTING if is_recalled else STOPPED)
            core.changed.notify_all()
        if is_recalled and self._recall():
            return
        self._disengage()
        self._stopped.set()
        self._leave_launch()
        self._core.job_log.say(log, logging.INFO, "stopped")

    def _leave_launch(self) -> None:
        """Give the main thread back where a hook hangs on it since the start."""
        if self._launching.acquire(blocking=False):
            self._launching.release()
        else:
            INTERRUPTS.break_off(self._stopped.is_set)

    def _let_go(self) -> None:
        self._line.stop()
        self._tear_down()

    def _recall(self) -> bool:
        """Start the session again, for those who wait for its end to wait on; whether it runs."""
        self._restart_after, self._is_recalling = None, False
        try:
            self._start(is_recalled=True)
        except Exception:  # noqa: BLE001 - logged; it stays stopped
            log.exception("the session cannot start again")
            self._core.store.close()
            return False
        return True

    # -- restarting

    def restart(self) -> None:
        """Shut down and start again; see `Session.restart`."""
        core = self._core
        core.refuse_fork()
        with core.lock:
            if core.state not in {RUNNING, PAUSED}:
                raise SessionStateError(core.state, f"the session is {core.state}, not running")
            self._restart_after = core.config.restarting
        self.shut_down(None, wait=False)

    @property
    def is_restarting(self) -> bool:
        """Whether the session stops in order to start again."""
        return self._restart_after is not None

    def _run_script_anew(self, how: str) -> None:
        """Run the same script again: in this process's place, or in a new process."""
        self._restart_after = None
        log.info("restarting %s", sys.argv[0] if sys.argv else "the script")
        sys.stdout.flush()
        sys.stderr.flush()
        command = [sys.executable, *sys.orig_argv[1:]]
        if how == "replace":
            os.execv(sys.executable, command)  # noqa: S606 - restarting itself is what is asked
        flags = getattr(subprocess, "CREATE_NEW_CONSOLE", 0) if how == "fresh" else 0
        subprocess.Popen(command, creationflags=flags)  # noqa: S603 - see above

    # -- the rest

    @contextlib.contextmanager
    def only_by_hand(self) -> Iterator[None]:
        """Run without any scheduling, for the tasks that are asked for."""
        self._is_by_hand = True
        try:
            self.start(block=False)
            try:
                yield
            finally:
                self.shut_down(None, wait=True)
        finally:
            self._is_by_hand = False

    def config_changed(self, keys: frozenset[str]) -> None:
        """Let a change of configuration take effect."""
        core = self._core
        core.store.keep(**kept_history(core.config))
        core.store.wait_at_most(core.config.store_timeout)
        with core.lock:
            core.settle_due(core.tasks.values())  # in the zone that was, as the engine knows it
            self._environment.follow(core, keys)
            if "shut_cond" in keys and core.state in {RUNNING, PAUSED}:
                self._watch_shut_cond()
            if keys & {"execution", "timezone"}:
                for task in core.tasks.values():
                    core.show(task)
            core.touch_all()
