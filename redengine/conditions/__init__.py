"""Conditions: pure statements about time, tasks, parameters and the scheduler.

They say when a task starts, combine with `&`, `|` and `~`, and print as text that `parse`
reads back. They know neither clock, thread, file nor database: an evaluation context tells them.
"""

from typing import Final

from redengine.conditions.condition import All, Any, Condition, Dependency, Not
from redengine.conditions.context import (
    DONE,
    EMPTY_HISTORY,
    MISSING,
    SET_BACK,
    CalendarContext,
    CheckResult,
    EvaluationContext,
    History,
    LaterContext,
    Moment,
)
from redengine.conditions.custom import ConditionFactory, CustomCondition, FuncCond, condition
from redengine.conditions.dependencies import After, IsRunning, Retry
from redengine.conditions.explanation import Change, Explanation
from redengine.conditions.facts import Constant, Env, ParamExists, ParamIs, SchedulerRun
from redengine.conditions.fire_times import Cron, FireTimeCondition, PeriodicAt
from redengine.conditions.fluent import (
    after_all_crash,
    after_all_fail,
    after_all_finish,
    after_all_success,
    after_all_terminate,
    after_any_crash,
    after_any_fail,
    after_any_finish,
    after_any_success,
    after_any_terminate,
    after_crash,
    after_fail,
    after_finish,
    after_success,
    after_terminate,
    always,
    crashed,
    cron,
    daily,
    env,
    every,
    failed,
    false,
    finished,
    hourly,
    inacted,
    minutely,
    monthly,
    never,
    param,
    retry,
    running,
    scheduler_running,
    scheduler_started,
    secondly,
    started,
    succeeded,
    terminated,
    time_of_day,
    time_of_hour,
    time_of_minute,
    time_of_month,
    time_of_week,
    true,
    weekly,
)
from redengine.conditions.intervals import Every, Periodic, TimeOf
from redengine.conditions.language import FORMS, parse
from redengine.conditions.lint import impossible, suspicious
from redengine.conditions.run_history import Has

Condition.parse_text = staticmethod(parse)

_FORMS_OF_OTHERS: Final = {
    "AlwaysFalse": "false",
    "AlwaysTrue": "true",
    "DependFailure": 'after_fail("fetch")',
    "DependFinish": 'after_finish("fetch")',
    "DependSuccess": 'after_success("fetch")',
    "IsEnv": 'env("prod")',
    "IsPeriod": 'time_of_day.between("10:00", "12:00")',
    "SchedulerCycles": 'scheduler_running("10 min"), as there are no cycles',
    "SchedulerStarted": 'scheduler_started("10 min")',
    "TaskCond": "the function under @app.condition",
    "TaskExecutable": "daily, hourly and their like",
    "TaskFailed": 'failed(task="fetch")',
    "TaskFinished": 'finished(task="fetch")',
    "TaskInacted": 'inacted(task="fetch")',
    "TaskRunning": 'running(task="fetch")',
    "TaskStarted": 'started(task="fetch")',
    "TaskSucceeded": 'succeeded(task="fetch")',
    "TaskTerminated": 'terminated(task="fetch")',
    "crontime": 'cron("0 7 * * *"), which starts at its times',
    "scheduler_cycles": 'scheduler_running("10 min"), as there are no cycles',
}
"""Names of Red Engine and Rocketry, and what to write here."""


def __getattr__(name: str) -> object:
    if name in _FORMS_OF_OTHERS:
        message = f"there is no {name} in redengine.conditions; write {_FORMS_OF_OTHERS[name]}"
        raise ImportError(message)
    message = f"module 'redengine.conditions' has no attribute {name!r}"
    raise AttributeError(message)


__all__ = [
    "DONE",
    "EMPTY_HISTORY",
    "FORMS",
    "MISSING",
    "SET_BACK",
    "After",
    "All",
    "Any",
    "CalendarContext",
    "Change",
    "CheckResult",
    "Condition",
    "ConditionFactory",
    "Constant",
    "Cron",
    "CustomCondition",
    "Dependency",
    "Env",
    "EvaluationContext",
    "Every",
    "Explanation",
    "FireTimeCondition",
    "FuncCond",
    "Has",
    "History",
    "IsRunning",
    "LaterContext",
    "Moment",
    "Not",
    "ParamExists",
    "ParamIs",
    "Periodic",
    "PeriodicAt",
    "Retry",
    "SchedulerRun",
    "TimeOf",
    "after_all_crash",
    "after_all_fail",
    "after_all_finish",
    "after_all_success",
    "after_all_terminate",
    "after_any_crash",
    "after_any_fail",
    "after_any_finish",
    "after_any_success",
    "after_any_terminate",
    "after_crash",
    "after_fail",
    "after_finish",
    "after_success",
    "after_terminate",
    "always",
    "condition",
    "crashed",
    "cron",
    "daily",
    "env",
    "every",
    "failed",
    "false",
    "finished",
    "hourly",
    "impossible",
    "inacted",
    "minutely",
    "monthly",
    "never",
    "param",
    "parse",
    "retry",
    "running",
    "scheduler_running",
    "scheduler_started",
    "secondly",
    "started",
    "succeeded",
    "suspicious",
    "terminated",
    "time_of_day",
    "time_of_hour",
    "time_of_minute",
    "time_of_month",
    "time_of_week",
    "true",
    "weekly",
]
