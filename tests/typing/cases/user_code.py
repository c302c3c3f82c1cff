"""A script as users write it: what type checkers know of tasks and jobs."""

from typing import Any, assert_type

from redengine import Job, Session, TaskInaction, current_job
from redengine.conditions import daily
from redengine.parameters import Arg, Return
from redengine.tasks import CodeTask, CommandTask, FuncTask

app = Session(store="sqlite:///jobs.db", timezone="Europe/Helsinki", execution="process")


@app.task
def plain() -> int:
    """Make a task without parentheses."""
    return 1


@app.task(daily.after("07:00"), retries=3, timeout="10 min")
def fetch(day: Any = Arg("day")) -> dict[str, int]:
    """Take an argument."""
    if day is None:
        reason = "nothing to do"
        raise TaskInaction(reason)
    current_job().progress(1, 2)
    return {"rows": 42}


@app.task("after task 'fetch'", execution="async")
async def report(data: Any = Return(fetch)) -> list[str]:
    """Be a coroutine function."""
    return [str(data)]


@FuncTask(start_cond="every 10 seconds", session=app)
def tick(number: int) -> float:
    """Be decorated by the class."""
    return number / 2


def later() -> bytes:
    """Be made a task below."""
    return b""


app.task(later, start_cond="daily", name="later")
command = app.task("daily", command=["ls", "-l"], name="list")
code = app.task("daily", code="result = 1", name="code")
given = app.task(func=later, name="given")
of_file = app.task(func_name="main", path="jobs.py")
assert_type(command, CommandTask)
assert_type(code, CodeTask)
assert_type(given, FuncTask)
assert_type(of_file, FuncTask)

assert_type(plain(), int)
assert_type(fetch(day="today"), dict[str, int])
assert_type(tick(3), float)


@app.condition
def is_open() -> bool:
    """Be a condition without parentheses."""
    return True


@app.condition(every="5 s")
def file_exists(path: str = "inbox/data.csv") -> bool:
    """Be a condition with options."""
    return bool(path)


app.task(file_exists() & daily, name="both", command="ls")


@app.hook("job_end")
def tell(job: Job) -> None:
    """Take any job."""
    print(job.id, job.result())


def wait() -> None:
    """Wait in a thread."""
    job = app.submit(fetch, day="2026-01-01")
    assert_type(job, Job[dict[str, int]])
    assert_type(job.result(timeout=60), dict[str, int])
    assert_type(app.submit(report).result(), list[str])
    assert_type(app.submit("fetch"), Job[Any])
    assert_type(app.submit("fetch").result(), Any)
    wider: Job[object] = job
    print(wider)


async def on_a_loop() -> None:
    """Await on an event loop."""
    job = await app.submit_async(fetch)
    assert_type(job, Job[dict[str, int]])
    assert_type(await job, dict[str, int])
    assert_type(await app.submit(report), list[str])
    assert_type(await app.submit(plain), int)
