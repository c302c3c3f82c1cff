"""Session: the registry and the running scheduler, as users hold it."""

from __future__ import annotations

import threading
import warnings
import weakref
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, cast, overload

from redengine.channels import Channels
from redengine.clock import SystemClock
from redengine.conditions import Condition, ConditionFactory
from redengine.conditions.explanation import task_name
from redengine.conditions.insight.lint import unreadable
from redengine.conditions.language.places import located
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, WaitTimeout, counted, shortened
from redengine.parameters import FuncArg
from redengine.scheduler.checks import SuspiciousCondition, dependencies
from redengine.scheduler.config import SETTINGS, Config
from redengine.scheduler.environment import Environment
from redengine.scheduler.events import Event
from redengine.scheduler.hooks import HOOKS, holds_soon
from redengine.scheduler.hosting import Hosting
from redengine.scheduler.insight.explain import TaskExplanation, explain_task
from redengine.scheduler.insight.health import health, readiness
from redengine.scheduler.insight.lint import (
    SessionLinter,
    TaskFinding,
    lint_session,
    warnings_of,
)
from redengine.scheduler.insight.metrics import Metrics
from redengine.scheduler.insight.summary import capabilities, session_html, session_snapshot
from redengine.scheduler.insight.workers import workers
from redengine.scheduler.jobs.history import log_records
from redengine.scheduler.jobs.job import Job
from redengine.scheduler.lifecycle import close_forgotten
from redengine.scheduler.recording.changes import ApiKeys, Changes
from redengine.simulation.dry_run import dry_run
from redengine.simulation.forecast import Forecast, forecast
from redengine.simulation.spec import SessionSpec
from redengine.simulation.whatif import what_if
from redengine.support.functions import refuse_no_function
from redengine.tasks import CodeTask, CommandTask, FuncTask
from redengine.tasks.host import set_default_host

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime, timedelta, tzinfo
    from pathlib import Path

    from redengine.api.routes import Rest
    from redengine.channels import Channel
    from redengine.clock import Clock
    from redengine.conditions import Calendar, Finding
    from redengine.conditions.insight.explained import ConditionExplanation
    from redengine.query import Query
    from redengine.runtimes import Runtime
    from redengine.scheduler.jobs.results import Returns
    from redengine.simulation.changes import DryRun, Step, WhatIf
    from redengine.store import JsonPage, Store
    from redengine.tasks import Task
    from redengine.tasks.host import TaskHost

_KINDS: Final[Mapping[str, type[FuncTask | CommandTask | CodeTask]]] = {
    "func": FuncTask,
    "func_name": FuncTask,
    "path": FuncTask,
    "command": CommandTask,
    "code": CodeTask,
}
"""The options that say what a task does, and so make one at once."""


def make(host: TaskHost, given: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What a call of `app.task` gives: a task, the function of one, or a decorator.

    Args:
        host: the session.
        given: a condition, or the function where the decorator is written without parentheses.
        options: the task's options.

    Raises:
        InvalidInput: the first argument is neither, or the options say two things to do.
    """
    if len(given) > 1:
        reason = f'expected one, got {len(given)}; write app.task("daily")(fetch)'
        raise InvalidInput({"start_cond": reason})
    first = given[0] if given else None
    if isinstance(first, ConditionFactory):
        reason = f"is a condition's function; write @app.task({first.name}())"
        raise InvalidInput({"start_cond": reason})
    if callable(first):
        return Decorator(host, options)(first)
    if not isinstance(first, str | Condition | None):
        hint = '; to compare a parameter, write param("mode").equals("fast")'
        reason = f"expected a condition, its text or a function, got {shortened(first)}"
        reason += hint if isinstance(first, bool) else ""
        raise InvalidInput({"start_cond": reason})
    if first is not None:
        if "start_cond" in options:
            raise InvalidInput({"start_cond": "is given twice"})
        options["start_cond"] = first
    kinds = {_KINDS[name]: name for name in options if name in _KINDS}
    if not kinds:
        return Decorator(host, options)
    if len(kinds) > 1:
        reason = f"is given beside {' and '.join(list(kinds.values())[:-1])}; a task does one thing"
        raise InvalidInput({list(kinds.values())[-1]: reason})
    [kind] = kinds
    return kind(session=host, **options)


class Decorator:
    """Makes the function below it a task, and leaves the function as it is."""

    __slots__ = ("_host", "_is_used", "_options")

    def __init__(self, host: TaskHost, options: Mapping[str, Any]) -> None:
        self._host = host
        self._options = options
        self._is_used = False

    def __call__(self, func: Callable[..., Any]) -> Callable[..., Any]:
        self._is_used = True
        refuse_no_function(func, 'app.task("daily")(func)', takes_async=True)
        FuncTask(func, session=self._host, **self._options)
        return func

    def __del__(self) -> None:
        if not self._is_used:
            warnings.warn(_UNUSED, RuntimeWarning, stacklevel=2)

    def __repr__(self) -> str:
        return "app.task(…)"


_UNUSED: Final = (
    "app.task(…) stands above no function and has made no task; write it above a def, "
    'or give what the task does: app.task("daily", command="…"), func=…, code=…'
)


_lock = threading.RLock()
_default: list[Session] = []


def adopt(session: Session) -> None:
    """Make a session the default one, if there is none yet."""
    with _lock:
        if not _default:
            _default.append(session)


def default_session() -> Session:
    """The first session that was made in this process, or a new one."""
    with _lock:
        if not _default:
            Session()
        return _default[0]


def forget_default() -> None:
    """Let the next session be the default one: for tests."""
    with _lock:
        _default.clear()


class DefaultSession:
    """Stands for the default session: everything is passed on to it when it is used.

    So `from redengine import session` can be written before the script makes a session.
    """

    __slots__ = ()

    @property  # type: ignore[misc] # isinstance(session, Session) has to be true
    def __class__(self) -> Any:
        return type(default_session())

    def __getattr__(self, name: str) -> Any:
        return getattr(default_session(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(default_session(), name, value)

    def __enter__(self) -> Any:
        return default_session().__enter__()

    def __exit__(self, *exc_info: object) -> None:
        default_session().__exit__(*exc_info)

    def __eq__(self, other: object) -> bool:
        return default_session() is other or other is self

    def __hash__(self) -> int:
        return hash(default_session())

    def __repr__(self) -> str:
        return repr(default_session())


set_default_host(default_session)


F = TypeVar("F", bound="Callable[..., Any]")
T = TypeVar("T")


class Session(Hosting):
    """Tasks, parameters, configuration, hooks, a store and runtimes; and the scheduler over them.

    Args:
        store: where the memory is kept: None for a bounded one in memory,
            "sqlite:///jobs.db" for a file, or the URL of a PostgreSQL or MariaDB database.
        timezone: the IANA zone in which wall-clock conditions are read; UTC if not given.
        config: configuration keys and values, see `redengine.scheduler.config.SETTINGS`.
        parameters: the first session parameters.
        rest: makes a `FlaskAPI` for the session: a port, True for 5000, "host:port", or a dict
            of its arguments; none if not given.
        name: a name for people, in logs and answers.
        execution: where jobs run whose task does not say: "thread" (the default), "process",
            "async" or "main".

    Raises:
        InvalidInput: a config key is unknown, or a value does not fit.
        StoreError: the store cannot be opened, or another session has it.

    Example:
        >>> app = Session(store="sqlite:///jobs.db", timezone="Europe/Helsinki")
        >>> @app.task("daily after 07:00", retries=3)
        ... def fetch(): ...
        >>> app.start()  # doctest: +SKIP
    """

    def __init__(
        self,
        store: str | Store | None = None,
        timezone: str | tzinfo | None = None,
        config: Mapping[str, Any] | None = None,
        parameters: Mapping[str, Any] | None = None,
        rest: int | str | Mapping[str, Any] | None = None,
        name: str | None = None,
        *,
        execution: str | None = None,
        clock: Clock | None = None,
        environment: Environment | None = None,
    ) -> None:
        said = {"timezone": timezone, "execution": execution}
        environment = environment or Environment()
        is_to_serve = rest is not None and rest is not False
        if is_to_serve and environment.is_virtual:
            reason = "a session over virtual time serves nobody; call the handlers themselves"
            raise InvalidInput({"rest": reason})
        super().__init__(
            name or "redengine",
            dict(config or {}) | {key: each for key, each in said.items() if each is not None},
            parameters,
            store,
            clock or SystemClock(),
            environment,
        )
        core = self._core
        self.metrics = Metrics(core, self._engine)
        if self._environment.runs_code:
            core.note_submit = self.metrics.note_submit
            core.note_begin, core.note_end = self.metrics.note_begin, self.metrics.note_end
        self.changes = Changes(core)
        self.api_keys = ApiKeys(core)
        self.channels = Channels(core)
        self._rest: Rest | None = None
        self._making_rest = threading.Lock()
        if is_to_serve:
            self._serve(rest)
        weakref.finalize(self, close_forgotten, self.name, self.store)
        if not self._environment.is_virtual:
            adopt(self)

    # -- what it holds

    def __getitem__(self, task: object) -> Task:
        """The task of a name or a decorated function.

        Raises:
            NotFound: there is none.
        """
        return self._tasks[task]

    def __contains__(self, task: object) -> bool:
        return task in self._tasks

    def __iter__(self) -> Iterator[Task]:
        """The tasks, in the order in which they were made."""
        return iter(self._tasks)

    def __len__(self) -> int:
        """How many tasks it has."""
        return len(self._tasks)

    def __bool__(self) -> bool:
        """True, also without tasks."""
        return True

    @property
    def returns(self) -> Returns:
        """The latest return value of each task."""
        return self._core.returns

    @property
    def rest(self) -> Rest:
        """Routes of the user's own: `@app.rest.get("/items/<int:item_id>")`.

        They are served by the session's FlaskAPI, which may be made before or after them.
        """
        if self._rest is None:
            from redengine.api.rest import make_rest  # a session without it knows nothing of HTTP

            with self._making_rest:
                self._rest = self._rest or make_rest(self)
        return self._rest

    @property
    def state(self) -> str:
        """initialised, starting, running, paused, stopping or stopped."""
        return self._core.state

    @property
    def is_virtual(self) -> bool:
        """Whether its time is virtual, as in a test: APIs answer calls and do not listen."""
        return self._environment.is_virtual

    @property
    def started_at(self) -> datetime | None:
        """When it last started; aware, UTC."""
        return self._core.started_at

    def tasks_since(self, version: int) -> tuple[int, frozenset[str] | None]:
        """The version now, and the names of the tasks that have changed since an earlier one.

        Args:
            version: what `tasks_version` was.

        Returns:
            None in place of the names where it is too long ago: any task may have changed.
        """
        return self._core.shown_since(version)

    @property
    def tasks_version(self) -> int:
        """A number that grows whenever a task's object changes, comes or goes."""
        self._core.next_runs.refresh()
        return self._core.tasks_version

    # -- making things

    @overload
    def task(
        self, func: F, /, *, start_cond: Condition | str | None = None, **options: Any
    ) -> F: ...
    @overload
    def task(
        self, start_cond: Condition | str | None = None, *, command: Any, **options: Any
    ) -> CommandTask: ...
    @overload
    def task(
        self, start_cond: Condition | str | None = None, *, code: str, **options: Any
    ) -> CodeTask: ...
    @overload
    def task(
        self, start_cond: Condition | str | None = None, *, func: Any, **options: Any
    ) -> FuncTask: ...
    @overload
    def task(
        self,
        start_cond: Condition | str | None = None,
        *,
        func_name: str,
        path: Any,
        **options: Any,
    ) -> FuncTask: ...
    @overload
    def task(
        self, start_cond: Condition | str | None = None, **options: Any
    ) -> Callable[[F], F]: ...
    def task(self, *given: Any, **options: Any) -> Any:  # type: ignore[misc] # mypy 2.4 sees no place for a positional-only parameter beside **options
        """Make a task: of the function below the decorator, or of what the options say.

        Written without parentheses, `@app.task`, the task has no condition and starts when it
        is asked to.

        Args:
            *given: when it starts, as `start_cond`; or the function.
            **options: see `redengine.tasks.Task`; with `command`, `code`, `func`, or
                `func_name` and `path` the task is made at once.

        Returns:
            The task where the options say what it does; a decorator that gives back its
            function otherwise.

        Raises:
            InvalidInput: an option does not fit, or there is no function whose call runs its code.

        Example:
            >>> app.task("daily", command="pg_dump shop", name="backup")  # doctest: +SKIP
        """
        return make(self, given, options)

    @overload
    def condition(self, func: Callable[..., Any], /) -> ConditionFactory: ...
    @overload
    def condition(
        self,
        *,
        every: timedelta | str | float = 1,
        reads: Iterable[str] = (),
        name: str | None = None,
    ) -> Callable[[Callable[..., Any]], ConditionFactory]: ...
    def condition(self, *func: Any, **options: Any) -> Any:
        """A decorator that makes a predicate a condition, also by its name in strings.

        Args:
            *func: the predicate, where the decorator is written without parentheses.
            **options: `every` (how often it is asked, 1 s if not given), `reads` (topics
                after which it is asked as well), `name`, and `rising` (only a change from false
                to true counts).
        """
        decorator = self._names.decorator(**options)
        return decorator(*func) if func else decorator

    cond = condition
    """As `condition`."""

    def param(self, name: str) -> Callable[[F], F]:
        """A decorator that makes what the function returns a session parameter.

        It is called for each job that asks for the parameter.

        Args:
            name: the parameter's name.
        """

        def take(func: F) -> F:
            self.parameters[name] = FuncArg(func)
            return func

        return take

    def calendar(
        self,
        name: str,
        is_open: Callable[[date], object] | None = None,
        /,
        *,
        country: str | None = None,
        subdivision: str | None = None,
        categories: str | Iterable[str] | None = None,
        dates: Iterable[date | str] | Mapping[date | str, str] | None = None,
        ics: str | Path | None = None,
        weekend: str | Iterable[str] | None = None,
        timezone: str | tzinfo | None = None,
        **more: Any,
    ) -> Calendar:
        """Make a calendar that conditions name, or put it in the place of the one of its name.

        Several of country, dates and ics close days together. What reads the calendar is looked
        at again at once.

        Args:
            name: its name, as in `on business days of 'bank'`.
            is_open: says of a day whether it is open, in place of all the others. It is asked here,
                of a month back and 400 days ahead, and again each day in a thread of its own.
            country: an ISO 3166 code, whose public holidays are closed; with
                `pip install redengine[holidays]`.
            subdivision: a part of the country; `state` is the same.
            categories: which of the country's holidays, as the library has them.
            dates: closed days, also with their names.
            ics: the path or the text of an iCalendar file, whose all-day events are closed days;
                with `pip install redengine[ics]`.
            weekend: the closed weekdays; those of the country, or Saturday and Sunday, if not
                given.
            timezone: the IANA zone that tells which day it is; that of the condition if not given.
            **more: `state`.

        Raises:
            InvalidInput: a value does not fit, a library is missing, or `is_open` raised; the
                calendar that was there stays.
        """
        given = {
            "function": is_open,
            "country": country,
            "subdivision": subdivision,
            "categories": categories,
            "dates": dates,
            "ics": ics,
            "weekend": weekend,
            "timezone": timezone,
        }
        return self.calendars.create(name, given | more)

    def channel(
        self,
        name: str,
        *,
        schema: Any = None,
        keyby: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None = None,
        history: int = 1_000,
        lookup: int = 10_000,
        ttl: timedelta | str | float | None = None,
        readonly: bool = False,
        api: bool | Sequence[str] = True,
    ) -> Channel:
        """Make a channel: live data under a name, that tasks and programs send, read and follow.

        Args:
            name: its name, as in `channel 'prices' ticked`.
            schema: what a record has to be: a pydantic model, a dataclass, a TypedDict, or a JSON
                Schema of objects; any object if not given.
            keyby: the attributes of which the latest record of each value is kept, dotted for
                those of objects; or several such keys by names of their own.
            history: how many records are kept for followers that come later.
            lookup: how many records can be found by their ids.
            ttl: how old a record gets before it is kept no longer.
            readonly: whether the API sends nothing to it.
            api: what the API does with it: all, nothing, or some of last, next, state, send and
                lookup.

        Raises:
            InvalidInput: the name or an option does not fit.
            AlreadyExists: the name is taken.

        Example:
            >>> prices = app.channel("prices", keyby=("sym",))  # doctest: +SKIP
            >>> prices.send({"sym": "A", "x": 35})  # doctest: +SKIP
        """
        given = {
            "schema": schema,
            "keyby": keyby,
            "history": history,
            "lookup": lookup,
            "ttl": ttl,
            "readonly": readonly,
            "api": api,
        }
        return self.channels.create(name, given)

    def runtime(self, name: str, *, kind: str = "thread", size: int | None = None) -> Runtime:
        """Make a place of its own for jobs, to be named as a task's `execution`.

        Args:
            name: the runtime's name.
            kind: thread, process or async.
            size: how many jobs run in it at once; 0, and none given, let those of threads share
                the session's pool (`max_threads`). Processes and async have 1 if not given.

        Raises:
            InvalidInput: the name or the size does not fit, or there is no such kind.
            AlreadyExists: the name is taken.
        """
        return self.runtimes.create(name, kind, size)

    @overload
    def command(self, func: F, /) -> F: ...
    @overload
    def command(
        self, name: str | None = None, /, *, description: str | None = None, replace: bool = False
    ) -> Callable[[F], F]: ...
    def command(
        self, given: Any = None, /, *, description: str | None = None, replace: bool = False
    ) -> Any:
        """A decorator that makes a function a command; the function stays as it is.

        The function may be an `async def`. Its argument `body` is what the caller sends,
        `principal` who calls, `session` the session; any other is a field of the body, and has to
        be annotated.

        Args:
            given: the command's name, the function's own if not given; or the function, where the
                decorator is written without parentheses.
            description: what it does; the first line of the docstring if not given.
            replace: take the place of a command that has the name.

        Raises:
            InvalidInput: the name cannot be one, or an argument cannot be filled.
            AlreadyExists: another command has the name.
        """
        if given is not None and not isinstance(given, str):
            self.commands.add(given, description=description, replace=replace)
            return given

        def take(func: F) -> F:
            self.commands.add(func, given, description=description, replace=replace)
            return func

        return take

    def call(
        self, command: str, body: Any = ..., /, *, timeout: timedelta | str | float | None = 30
    ) -> Any:
        """What a command returns.

        Args:
            command: its name.
            body: what it is given; nothing if left out.
            timeout: how long to wait for it; None as long as it takes.

        Raises:
            NotFound: there is no such command.
            InvalidInput: it does not take this body, or `timeout` is no duration.
            WaitTimeout: it has not ended in time. A coroutine is cancelled then, and a call that
                has not begun does not begin; a function goes on, and nobody sees what it returns.
            TooManyWaiting: too many calls wait already.
            BlocksEventLoop: this is the thread of a running event loop; `await call_async` there.
            Exception: whatever the command raises.
        """
        given = () if body is ... else (body,)
        return self.commands.call(command, *given, timeout=_seconds(timeout))

    async def call_async(
        self,
        command: str,
        body: Any = ...,
        /,
        *,
        timeout: timedelta | str | float | None = 30,  # noqa: ASYNC109 - the name that `call` has
    ) -> Any:
        """As `call`, on an event loop, which goes on meanwhile."""
        given = () if body is ... else (body,)
        return await self.commands.call_async(command, *given, timeout=_seconds(timeout))

    def hook(self, name: str) -> Callable[[F], F]:
        """A decorator that has the function called at a hook.

        Raises:
            UnknownName: there is no such hook.
        """
        self._core.refuse_fork()
        return self._core.hooks.decorator(name)

    def lint(self, task: object = None) -> list[TaskFinding]:
        """What of the tasks' conditions is wrong, or hardly meant.

        Args:
            task: only this task, given as itself, its function or its name; all if not given.

        Raises:
            NotFound: there is no such task.
        """
        found = lint_session(self._core)
        if task is None:
            return found
        name = self.tasks[task_name(task)].name
        return [each for each in found if each.task == name]

    def lint_condition(
        self, text: str, task: str | None = None, sees: Callable[[str], bool] | None = None
    ) -> tuple[Finding, ...]:
        """What of a condition is wrong, or hardly meant; it need not be a task's.

        Args:
            text: the condition, in the string language.
            task: the name of the task that would have it, which may not exist yet.
            sees: whether a task of this name exists for the caller; None for all.

        Returns:
            The findings, errors first; a text that cannot be read is one.
        """
        try:
            condition, places = self.parse(text), located(text, self._names.by_name)
        except InvalidInput as error:
            return (unreadable(text, error),)
        return SessionLinter(self._core, sees).lint(condition, places, task)

    def explain_condition(
        self,
        text: str,
        timezone: str | None = None,
        task: str | None = None,
        sees: Callable[[str], bool] | None = None,
    ) -> ConditionExplanation:
        """A condition in plain words, with the next starts of a new task and the findings.

        Args:
            text: the condition, in the string language.
            timezone: the zone of its wall-clock times; the task's if not given, else the session's.
            task: the name of the task that would have it, by which an `H` of cron has its value; it
                may not exist yet.
            sees: whether a task of this name exists for the caller; None for all.

        Raises:
            ConditionSyntaxError: the text cannot be read.
            ImpossibleCondition: it names what never comes.
            InvalidInput: there is no such zone.
        """
        known = None if task is None else self._core.tasks.get(task)
        zone = self.zone if known is None else known.zone
        if timezone is not None:
            zone = SETTINGS["timezone"].convert("timezone", timezone)
        places = located(text, self._names.by_name)
        return SessionLinter(self._core, sees).explain(self.parse(text), places, zone, task)

    def doubts_of(self, task: Task, sees: Callable[[str], bool] | None = None) -> tuple[str, ...]:
        """What of a task's condition may not be meant, one sentence each."""
        return warnings_of(self._core, task, sees)

    def ends_soon(self, shut_cond: str) -> bool:
        """Whether the session would shut down within a minute of a start with this `shut_cond`.

        Raises:
            ConditionSyntaxError: it cannot be read.
        """
        return holds_soon(self._core, self.parse(shut_cond))

    # -- running

    def start(self, *, block: bool = True) -> Self:
        """Start the scheduler.

        Args:
            block: return only after the session has shut down (Ctrl-C does that when this is
                the main thread); otherwise run in the background.

        Raises:
            SessionStateError: it is running already, or in a forked child of the process that
                started it.
            PortInUse: a task's server cannot listen.
        """
        if self._rest is not None:
            self._rest.warn_unserved()
        self._lifecycle.start(block=block)
        return self

    def pause(self) -> None:
        """Hold new starts; running jobs go on."""
        self._lifecycle.pause()

    def resume(self) -> None:
        """Let tasks start again; what was missed has its chance."""
        self._lifecycle.resume()

    def shut_down(self, timeout: float | None = None, *, wait: bool = True) -> None:
        """Stop: no new starts, wait for running jobs, then terminate them.

        Args:
            timeout: seconds to wait for running jobs; the config's `shutdown_timeout` if not given.
            wait: return only when it has stopped.
        """
        self._lifecycle.shut_down(timeout, wait=wait)

    def close(self, timeout: float | None = None) -> None:
        """Shut down if it runs, and give its store back, also where it was never started.

        It may be closed twice; what it remembers can still be read, and it can be started again.

        Args:
            timeout: seconds to wait for running jobs; the config's `shutdown_timeout` if not given.
        """
        self._lifecycle.close(timeout)

    def restart(self) -> None:
        """Shut down and start again, as the config's `restarting` says."""
        self._lifecycle.restart()

    def run(
        self, *tasks: object, obey_cond: bool = False, timeout: float | None = None
    ) -> list[Job]:
        """Run tasks once, and wait for them; the session is started for it if it is not running.

        Without tasks this is `start`: it returns when the session has shut down.

        Args:
            tasks: names, tasks or decorated functions.
            obey_cond: run only those whose condition holds now.
            timeout: seconds to wait for each.

        Raises:
            NotFound: there is no such task.
            WaitTimeout: a job has not ended in time.
        """
        if not tasks:
            self.start()
            return []
        chosen = [self._tasks[task] for task in tasks]
        if self.state not in {"running", "paused"}:
            with self._lifecycle.only_by_hand():
                return self._run(chosen, timeout, obey_cond=obey_cond)
        return self._run(chosen, timeout, obey_cond=obey_cond)

    def _run(self, tasks: list[Task], timeout: float | None, *, obey_cond: bool) -> list[Job]:
        if obey_cond:
            tasks = [task for task in tasks if explain_task(self._core, self._starts, task).holds]
        jobs: list[Job] = [task.run() for task in tasks]
        for job in jobs:
            if not job.wait(timeout):
                raise WaitTimeout(f"the end of job {job.id}", timeout or 0)
        return jobs

    @overload
    def submit(
        self,
        task: Callable[..., Coroutine[Any, Any, T]],
        /,
        *,
        job_id: str | None = None,
        **parameters: Any,
    ) -> Job[T]: ...
    @overload
    def submit(
        self, task: Callable[..., T], /, *, job_id: str | None = None, **parameters: Any
    ) -> Job[T]: ...
    @overload
    def submit(
        self, task: str | Task, /, *, job_id: str | None = None, **parameters: Any
    ) -> Job[Any]: ...
    def submit(
        self,
        task: object,
        /,
        *,
        job_id: str | None = None,
        **parameters: Any,
    ) -> Job:
        """Start a job now, whatever the task's condition says.

        Args:
            task: a name, a task or a decorated function.
            job_id: an id of the caller's own; submitting it again gives the same job.
            **parameters: values for the task's arguments.

        Returns:
            The job, once it is stored.

        Raises:
            NotFound: there is no such task.
            InvalidInput: the task takes no such parameter.
            SessionStateError: the session is not running.
        """
        return self.submit_task(self._tasks[task], parameters, job_id=job_id)

    @overload
    async def submit_async(
        self,
        task: Callable[..., Coroutine[Any, Any, T]],
        /,
        *,
        job_id: str | None = None,
        **parameters: Any,
    ) -> Job[T]: ...
    @overload
    async def submit_async(
        self, task: Callable[..., T], /, *, job_id: str | None = None, **parameters: Any
    ) -> Job[T]: ...
    @overload
    async def submit_async(
        self, task: str | Task, /, *, job_id: str | None = None, **parameters: Any
    ) -> Job[Any]: ...
    async def submit_async(
        self, task: object, /, *, job_id: str | None = None, **parameters: Any
    ) -> Job[Any]:
        """As `submit`, on an event loop, which goes on while the job is stored.

        Example:
            >>> job = await app.submit_async(fetch, day="today")  # doctest: +SKIP
            >>> rows = await job  # doctest: +SKIP
        """
        import asyncio

        submit: Callable[..., Job[Any]] = self.submit
        return await asyncio.to_thread(submit, task, job_id=job_id, **parameters)

    def __enter__(self) -> Self:
        return self.start(block=False)

    def __exit__(self, *exc_info: object) -> None:
        if not self._core.is_parents:  # a forked child leaves the block, the session goes on
            self.shut_down()

    # -- asking

    def delete_job(self, job_id: str) -> None:
        """Forget an ended job with its output; its log records stay.

        Raises:
            NotFound: there is none of that id.
            Conflict: it has not ended.
        """
        self.jobs.delete(job_id)

    def wait_for_output(self, job_id: str, after: int, timeout: float) -> bool:
        """Wait for a line of a job's output beyond number `after`, or the job's end.

        Args:
            job_id: the job's id.
            after: the number of the last line that is known.
            timeout: seconds.

        Returns:
            Whether there is a line, or the job has ended.
        """
        return self.jobs.wait_for_output(job_id, after, timeout)

    def capabilities(self) -> dict[str, Any]:
        """What can be submitted, and where it would run."""
        return capabilities(self._core, self.runtimes)

    def job(self, job_id: str) -> Job:
        """A job by its id, also an ended one.

        Raises:
            NotFound: there is none.
        """
        return self.jobs[job_id]

    def is_expired(self, job_id: str) -> bool:
        """Whether a job was there once and has been forgotten, as the retention says.

        An id that a session has made holds its time, and jobs up to a time are forgotten: so this
        is known of every such id, for good; one of a job that was deleted by hand is told as
        expired too, once its time has come. An id of the caller's own is known as long as there
        are log records of it; then this is False, as for an id that never was.

        Raises:
            StoreError: the store cannot be read now.
        """
        return self.jobs.is_expired(job_id)

    def logs(self, **filters: Any) -> list[dict[str, Any]]:
        """Log records, newest first.

        Args:
            **filters: a value, a list of which any fits, or a pair (from, to) of times or numbers
                of which either may be None: `action=["fail", "crash"]`, `timestamp=("2026-01-01",
                None)`; also `limit`.

        Raises:
            QueryError: there is no such field, or a value does not fit.
        """
        return log_records(self._core, filters)

    def get_task_log(self, **filters: Any) -> list[dict[str, Any]]:
        """As `logs`."""
        return self.logs(**filters)

    def logs_page(self, query: Query) -> JsonPage:
        """The log records that match a query, as JSON."""
        return self.store.logs_json(query)

    def output(self, job_id: str, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        """Lines of a job's output whose number is over `after`."""
        return self.store.output(job_id, after, limit)

    def why(self, task: object) -> TaskExplanation:
        """Why a task does or does not start.

        Raises:
            NotFound: there is no such task.
        """
        return explain_task(self._core, self._starts, self._tasks[task])

    def forecast(self, until: Any, /, task: str | None = None) -> Forecast:
        """The starts that are to be expected.

        Args:
            until: an instant, or a duration from now.
            task: only of this one.

        Raises:
            NotFound: there is no such task.
            InvalidInput: `until` is neither, or lies too far ahead.
        """
        if task is not None:
            task = self._tasks[task].name
        return forecast(self._spec(), until, task)

    def dry_run(self, steps: Sequence[Step], /, starts: int = 5) -> DryRun:
        """What would come of changes; nothing is changed.

        Args:
            steps: the changes, in the order in which they would be made.
            starts: how many of the next starts of each task to tell.
        """
        return dry_run(self._spec(), steps, starts)

    def what_if(self, change: Callable[[Any], object], /) -> WhatIf:
        """How a change would alter the starts of the coming week; nothing is changed.

        Args:
            change: makes the change on what it is given, which has the tasks, parameters and
                configuration of this session, and `create_task`.

        Returns:
            The starts that would be added, moved and removed, and those that would collide, of
            the tasks that are changed and of those that follow them.

        Raises:
            RedengineError: what the session would raise.

        Example:
            >>> app.what_if(lambda app: app.tasks["fetch"].update({"retries": 3})).added
            ()
        """
        return what_if(self._spec(), change)

    def dependencies(self) -> list[dict[str, Any]]:
        """Which task starts after which: parent, child, relation and type."""
        return dependencies(self._tasks)

    def workers(self) -> list[dict[str, Any]]:
        """The processes of the session: its own, those of its runtimes, and what jobs started."""
        return workers(self._core)

    def health(self) -> tuple[bool, dict[str, Any]]:
        """Whether all is well, and the checks."""
        return health(self._core, self._engine, self._lifecycle, self._predicates)

    def readiness(self) -> tuple[bool, dict[str, Any]]:
        """Whether jobs are taken now, and if not, why."""
        return readiness(self._core, self._lifecycle)

    def snapshot(self) -> dict[str, Any]:
        """The session's object as the API shows it."""
        return session_snapshot(self._core, self.name)

    def __repr__(self) -> str:
        return f"Session({self.name!r}, {counted(len(self._tasks), 'task')}, {self.state})"

    def _repr_html_(self) -> str:
        return session_html(self._core, self.name)

    # -- what parts of it ask

    def _spec(self) -> SessionSpec:
        return SessionSpec.of(self._core, self._names.by_name)

    def _serve(self, rest: object) -> None:
        from redengine.api.rest import serve

        try:
            serve(self, rest)
        except BaseException:
            self.store.close()
            raise


def _seconds(timeout: timedelta | str | float | None) -> float | None:
    """The seconds of a timeout.

    Raises:
        InvalidInput: it is no duration.
    """
    if timeout is None:
        return None
    return parse_duration(timeout, field="timeout").total_seconds()


session = cast("Session", DefaultSession())
"""The default session: the first one made, or made on first use."""

__all__ = [
    "HOOKS",
    "SETTINGS",
    "Config",
    "Event",
    "Forecast",
    "Job",
    "Session",
    "SuspiciousCondition",
    "TaskExplanation",
    "default_session",
    "session",
]
