"""The rows of the table: which figure of which case, and what it has to reach."""

from __future__ import annotations

from dataclasses import dataclass

API_NOISE, NOISE, BURST_NOISE = 0.15, 0.15, 0.4


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on a figure.

    Attributes:
        bound: the figure itself, or the ratio to what it is held against.
        against: a side of the same case; "own <case>" for our own figure in another case;
            None where the bound is absolute.
        figure: the figure of the other side, where it has another name.
    """

    bound: float
    against: str | None = None
    figure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table.

    Attributes:
        title: what is measured, with its unit.
        case: the case it is measured in.
        figure: the figure's name.
        is_more_better: whether higher is better.
        must: what has to be reached; None for a row that only informs.
        ahead: what would be a lead.
        noise: by what share a figure may be off.
    """

    title: str
    case: str
    figure: str
    is_more_better: bool = False
    must: Target | None = None
    ahead: Target | None = None
    noise: float = NOISE


def _aps(bound: float) -> Target:
    return Target(bound, "apscheduler")


def _hello(bound: float) -> Target:
    return Target(bound, "floor", "hello_s")


def _idle(tasks: int) -> Row:
    return Row(
        title=f"idle CPU s/s, {tasks:,} waiting",
        case=f"waiting-{tasks}",
        figure="idle_cpu",
        must=Target(0.0005),
        ahead=Target(0.0001),
        noise=0,
    )


def _share(
    title: str, case: str, figure: str, must: float | None, ahead: float | None = None
) -> Row:
    """A kind of request, as a share of the bare "hello" of the same case."""
    return Row(
        title=title,
        case=case,
        figure=figure,
        is_more_better=True,
        must=None if must is None else _hello(must),
        ahead=None if ahead is None else _hello(ahead),
        noise=API_NOISE,
    )


SCHEDULER_ROWS = (
    *(_idle(tasks) for tasks in (10, 1_000, 10_000, 100_000)),
    Row(title="register a task, of 1,000, µs", case="waiting-1000", figure="register_us"),
    Row(
        title="register a task, of 100,000, µs",
        case="waiting-100000",
        figure="register_us",
        must=_aps(0.6),
        ahead=_aps(0.4),
    ),
    Row(
        title="… against its own at 1,000",
        case="waiting-100000",
        figure="register_us",
        must=Target(1.3, "own waiting-1000"),
    ),
    Row(
        title="memory a task, KiB",
        case="waiting-100000",
        figure="memory_kib",
        must=Target(2.4),
        ahead=Target(1.7),
        noise=0,
    ),
    Row(
        title="register at the end of a chain of 3,000, µs",
        case="registration-3000",
        figure="last_us",
        must=Target(200),
        ahead=Target(60),
    ),
    Row(
        title="… of 10,000, against its own at 100",
        case="registration-10000",
        figure="last_us",
        must=Target(1.3, "own registration-100"),
    ),
    Row(
        title="sends/s into a channel without a follower",
        case="sending",
        figure="plain_s",
        is_more_better=True,
        must=Target(50_000),
    ),
    Row(
        title="… checked, with a key",
        case="sending",
        figure="checked_s",
        is_more_better=True,
        must=Target(20_000),
    ),
    Row(
        title="… memory of a million more, MB",
        case="sending",
        figure="grown_mb",
        must=Target(8),
        noise=0,
    ),
    Row(
        title="start → first task beside 100,000, s",
        case="startup-100000",
        figure="first_s",
        must=Target(1),
        ahead=Target(0.2),
    ),
    Row(
        title="0.1 s task, lateness p50, ms",
        case="lateness-0",
        figure="tenth_p50_ms",
        must=_aps(1.2),
        ahead=_aps(0.75),
    ),
    Row(
        title="0.1 s task, lateness p99, ms",
        case="lateness-0",
        figure="tenth_p99_ms",
        must=_aps(1.2),
        ahead=_aps(0.75),
        noise=BURST_NOISE,
    ),
    Row(title="1 s task, lateness p50, ms", case="lateness-0", figure="second_p50_ms"),
    Row(
        title="… p50 beside 10,000 idle, ms",
        case="lateness-10000",
        figure="tenth_p50_ms",
        must=Target(1.3, "own lateness-0"),
        ahead=Target(1.2, "own lateness-0"),
    ),
    Row(
        title="… p50 beside 100,000 idle, ms",
        case="lateness-100000",
        figure="tenth_p50_ms",
        must=Target(1.3, "own lateness-0"),
        ahead=Target(1.2, "own lateness-0"),
    ),
    Row(
        title="drift a run, ms",
        case="lateness-0",
        figure="tenth_drift_ms",
        must=Target(0.01),
        noise=0,
    ),
    Row(title="runs missed", case="lateness-0", figure="tenth_missed", must=Target(0), noise=0),
    Row(
        title="1,000 due at once, in memory: CPU ms a run",
        case="burst-memory",
        figure="cpu_ms",
        must=_aps(2),
        ahead=_aps(0.6),
        noise=BURST_NOISE,
    ),
    Row(
        title="… runs/s",
        case="burst-memory",
        figure="runs_s",
        is_more_better=True,
        must=_aps(0.5),
        ahead=_aps(1 / 0.6),
        noise=BURST_NOISE,
    ),
    Row(
        title="… the first start after the due time, ms",
        case="burst-memory",
        figure="first_ms",
        must=Target(5),
        ahead=Target(3),
        noise=0,
    ),
    Row(
        title="… in SQLite, runs/s",
        case="burst-sqlite",
        figure="runs_s",
        is_more_better=True,
        must=_aps(0.5),
        ahead=_aps(1.6),
        noise=BURST_NOISE,
    ),
    Row(
        title="… all rows to be seen after, ms",
        case="burst-sqlite",
        figure="rows_lag_ms",
        must=Target(100),
    ),
    Row(
        title="… each committed before its start, runs/s",
        case="burst-sqlite",
        figure="runs_s",
        is_more_better=True,
        must=Target(4_000),
        ahead=Target(10_000),
        noise=BURST_NOISE,
    ),
    Row(
        title="A's end → B's start, p50, ms",
        case="chain",
        figure="p50_ms",
        must=_aps(1),
        ahead=_aps(0.31),
    ),
    Row(
        title="A's end → B's start, p99, ms",
        case="chain",
        figure="p99_ms",
        must=_aps(1),
        noise=BURST_NOISE,
    ),
    Row(
        title="… p50 on SQLite, B's start committed before, ms",
        case="chain-100-records",
        figure="p50_ms",
    ),
    Row(
        title="… p50 the same with 100,000 records, ms",
        case="chain-100000-records",
        figure="p50_ms",
        must=Target(1.2, "own chain-100-records"),
    ),
    Row(
        title="memory after 1,000,000 jobs, MiB",
        case="growth-1000000",
        figure="end_mib",
    ),
    Row(
        title="… against that after 100,000",
        case="growth-1000000",
        figure="growth",
        must=Target(1.1),
        noise=0,
    ),
)

CONDITION_ROWS = (
    Row(
        title="parse a condition not seen before, µs",
        case="cron",
        figure="parse_us",
        must=Target(150),
        ahead=Target(40),
    ),
    Row(title="… p95 of 20 texts", case="cron", figure="parse_p95_us", must=Target(150)),
    Row(
        title="read a cron expression, µs",
        case="cron",
        figure="read_us",
        must=Target(1, "floor"),
        ahead=Target(0.6, "floor"),
    ),
    *(
        Row(
            title=title,
            case="cron",
            figure=figure,
            must=Target(1 if against else 30, against),
            ahead=Target(0.4 if against else 12, against),
        )
        for title, figure, against in (
            ("next time of a cron, µs", "next_us", None),
            ("… against croniter's", "next_us", "floor"),
            ("… of rare days, µs", "rare_us", None),
            ("… against croniter's", "rare_us", "floor"),
            ("… p95 of rare days", "rare_p95_us", None),
            ("… of L, LW, 15W, fri#2, either day, µs", "own_us", None),
        )
    ),
)

API_ROWS = (
    _share("GET /tasks/<name> of 1,000, /s", "api-1000", "one_s", 0.8, 0.9),
    _share("GET /tasks/<name> of 10,000, /s", "api-10000", "one_s", 0.8, 0.9),
    _share("GET /tasks, 100 tasks, /s", "api-100", "list_s", 0.5, 0.8),
    _share("GET /tasks, 1,000 tasks, /s", "api-1000", "list_s", 0.1, 0.45),
    _share("GET /tasks, 10,000 tasks, /s", "api-10000", "list_s", None),
    _share("PATCH, journalled, of 1,000, /s", "api-write-1000", "patch_s", 0.6, 0.75),
    _share("POST, journalled, of 1,000, /s", "api-write-1000", "post_s", 0.48, 0.65),
    _share("PATCH, journalled, of 10,000, /s", "api-write-10000", "patch_s", 0.6, 0.75),
    _share("POST, journalled, of 10,000, /s", "api-write-10000", "post_s", 0.48, 0.65),
    _share("GET /logs, 100 of 100,000, /s", "api-logs-100000", "logs_s", 0.4, 0.6),
    _share("GET /logs, 100 of 1,000,000, /s", "api-logs-1000000", "logs_s", 0.4, 0.6),
    *(
        Row(
            title=f"keys, limits and audit together, a {kind}, ms",
            case="api-guarded",
            figure=f"{kind}_added_ms",
            must=Target(0.15),
            ahead=Target(0.08),
        )
        for kind in ("read", "write")
    ),
    Row(
        title="0.1 s task while hammered, worst, ms",
        case="api-hammered",
        figure="worst_ms",
        must=_aps(0.5),
        ahead=Target(5),
        noise=BURST_NOISE,
    ),
)


def _of_floor(title: str, case: str, figure: str, must: float, ahead: float) -> Row:
    """A latency at one connection, as a multiple of a bare Flask-RESTful's in the same case."""
    return Row(
        title=title,
        case=case,
        figure=figure,
        must=Target(must, "floor"),
        ahead=Target(ahead, "floor"),
        noise=API_NOISE,
    )


def _burst(kind: str, count: int, store: str) -> Row:
    return Row(
        title=f"{count:,} jobs in {kind}s, {store}, jobs/s",
        case=f"jobs-{kind}-{count}-{store}",
        figure="done_s",
        is_more_better=True,
        noise=BURST_NOISE,
    )


JOB_ROWS = (
    _of_floor("submit over HTTP, in memory, ms", "jobs-http-memory", "submit_p50_ms", 2.0, 1.4),
    _of_floor("submit over HTTP, SQLite, ms", "jobs-http-sqlite", "submit_p50_ms", 2.0, 1.4),
    _of_floor("job status, of 100,000, ms", "jobs-http-100000", "status_p50_ms", 1.4, 1.2),
    _of_floor("list(100) of 100,000 jobs, ms", "jobs-http-100000", "list_p50_ms", 2.0, 1.2),
    _of_floor("job result, of 100,000, ms", "jobs-http-100000", "result_p50_ms", 1.5, 1.2),
    Row(
        title="submit → first instruction, p95, ms",
        case="jobs-first",
        figure="first_p95_ms",
        must=Target(5),
        ahead=Target(1),
    ),
    Row(
        title="… committed in SQLite before, p95, ms",
        case="jobs-first-sqlite",
        figure="first_p95_ms",
        must=Target(5),
        ahead=Target(1),
    ),
    Row(
        title="… committed in PostgreSQL before, p95, ms",
        case="jobs-first-postgresql",
        figure="first_p95_ms",
    ),
    *(
        _burst(kind, count, store)
        for kind in ("thread", "process")
        for count in (1_000, 10_000)
        for store in ("memory", "sqlite")
    ),
    _burst("thread", 1_000, "postgresql"),
    *(
        Row(
            title=f"… {what} a job, {store}", case=f"jobs-thread-1000-{store}", figure=f"{what}_job"
        )
        for store in ("sqlite", "postgresql")
        for what in ("statements", "commits")
    ),
)
ROWS = (*SCHEDULER_ROWS, *CONDITION_ROWS, *API_ROWS, *JOB_ROWS)
