"""The table of jobs: what it shows of commands, in how many places."""

import sys

import click

from redengine.cli.commands.jobs import COLUMNS
from redengine.cli.printing import table_lines
from redengine.tasks import CommandTask

JOB = {
    "job_id": "0198f3f0-7a51-7c52-b1d7-5a5b5f4b9d1e",
    "task": "nightly.report",
    "status": "fail",
    "submitted_at": "2026-01-01T07:00:00+00:00",
    "duration": 3.2,
    "exit_code": 127,
    "progress": {"done": 3, "total": 10, "text": "reading"},
    "error": "the command ended with exit code 127: report: not found",
}


def test_the_exit_code_of_a_command_has_a_column(live, call):
    """Zero and others are told of those jobs that have one; a list without any has no column."""
    CommandTask([sys.executable, "-c", "raise SystemExit(3)"], name="bad", session=live.session)
    live.session.submit("fetch").wait(60)
    table = call("jobs", "list").stdout
    assert "EXIT" not in table
    for task in ("bad", "noisy"):
        live.session.submit(task).wait(60)
    table = call("jobs", "list").stdout
    head, *rows = table.splitlines()
    at = head.index("EXIT")
    codes = {row.split()[1]: row[at : at + 4].strip() for row in rows}
    assert {name: codes[name] for name in ("bad", "noisy", "fetch")} == {
        "bad": "3",
        "noisy": "0",
        "fetch": "",
    }


def test_the_table_stays_within_eighty_places():
    """A signal's code as well, beside a long id, a progress and an error."""
    jobs = [JOB, {**JOB, "exit_code": -15, "status": "terminate"}, {**JOB, "exit_code": None}]
    lines = [click.unstyle(line) for line in table_lines(jobs, COLUMNS, 80)]
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert "EXIT" in lines[0]
    assert all(told in text for told in ("-15", "127", "3/10 reading", "report: not found"))
