"""Definitions: what makes a task what it is."""

import subprocess
import sys

import pytest

from redengine.exceptions import InvalidInput, NotFound
from redengine.parameters import Arg
from redengine.tasks import OPTIONS, CodeTask, CommandTask, FuncTask
from redengine.tasks.definition import default_definition
from redengine.tasks.options import ALIASES
from redengine.tasks.spec import STATE_FIELDS, create_task

OPTION_VALUES = {
    "description": "x",
    "tags": ["a", "b"],
    "start_cond": "daily after 07:00",
    "end_cond": "always false",
    "execution": "main",
    "priority": 3,
    "timeout": 60.0,
    "retries": 2,
    "backoff": {"base": 2.0, "factor": 2.0, "maximum": 60.0, "jitter": 0.0},
    "max_instances": 2,
    "timezone": "Europe/Helsinki",
    "missed": "skip",
    "jitter": 30.0,
    "grace": 600.0,
    "on_crash": "retry",
    "limits": {"db": 1},
    "rate": "10/60 s",
    "disabled": True,
    "disabled_reason": "the vendor is away",
    "disabled_until": "2999-01-01T00:00:00+00:00",
    "on_startup": True,
    "on_shutdown": True,
    "permanent_task": True,
    "publish": "prices",
    "parameters": {"day": 1},
}


def nothing():
    """A task's function."""


def test_every_option_but_force_run_is_in_a_definition():
    """A new option has to be written down as well, or a task would come back without it."""
    known = {ALIASES.get(name, name) for name in default_definition()}
    assert known == {*OPTIONS, "start_cond", "end_cond"} - {"force_run"}
    assert set(OPTION_VALUES) == set(default_definition())


@pytest.mark.parametrize(
    "body",
    [
        {"class": "CodeTask", "code": "1"},
        {
            "class": "CommandTask",
            "command": ["ls", "-l"],
            "cwd": "/",
            "env": {"KEY": "secret"},
            "shell": False,
            "argform": "short",
            "options": ["name"],
        },
        {"class": "FuncTask", "func": "run", "path": "jobs.py"},
    ],
)
def test_a_definition_makes_the_task_again(session, body):
    """What was read of a task makes an equal one, secrets included."""
    definition = {**body, **OPTION_VALUES}
    task = create_task({"name": "x", **definition}, session)
    assert task.definition() == definition
    task.delete()
    assert create_task({"name": "x", **task.definition()}, session).definition() == definition


def test_a_definition_holds_nothing_that_merely_happens(session):
    """The state of a task is left out."""
    task = CodeTask("1", name="x", session=session)
    assert not set(task.definition()) & {*STATE_FIELDS, "force_run", "name"}


def test_a_tag_follows_the_definition_alone(session):
    """A run and a start by force leave the tag; a setting, a command and a secret change it."""
    task = CommandTask("ls", name="x", env={"KEY": "1"}, session=session)
    tags = [task.definition_tag()]
    task.update({"force_run": True})
    task.touch()
    assert task.definition_tag() == tags[0]
    for change in ({"priority": 1}, {"command": "ls -l"}, {"env": {"KEY": "2"}}):
        task.update(change)
        tags.append(task.definition_tag())
    assert len(set(tags)) == len(tags)
    task.update({"env": {"KEY": "1"}, "command": "ls", "priority": 0})
    assert task.definition_tag() == tags[0]


def test_a_tag_is_the_same_in_every_process_unless_it_covers_a_secret():
    """A tag that was read before a restart still holds; one of a secret cannot be worked out."""
    source = """if True:
        from redengine.tasks import CodeTask, CommandTask
        from redengine.testing import ManualSession
        session = ManualSession()
        print(CodeTask("1", name="x", session=session).definition_tag())
        print(CommandTask("ls", name="y", env={"A": "b"}, session=session).definition_tag())
    """
    runs = [
        subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    (plain, secret), (plain_again, secret_again) = (each.stdout.split() for each in runs)
    assert plain == plain_again
    assert secret != secret_again


def test_arguments_are_told_apart_in_a_tag(session):
    """Parameters that JSON does not know count as well."""
    task = FuncTask(nothing, name="x", parameters={"day": Arg("day")}, session=session)
    before = task.definition_tag()
    task.update({"parameters": {"day": Arg("other")}})
    assert task.definition_tag() != before


@pytest.mark.parametrize(
    "change",
    [
        {"command": "echo new", "start_cond": "cron 0 0 30 2 *"},
        {"command": "echo new", "start_cond": "after task 'x'"},
        {"command": "echo new", "execution": "nowhere"},
    ],
)
def test_an_update_that_is_refused_leaves_what_the_task_does(session, change):
    """The command stays as it was, too, when a condition or a runtime does not fit."""
    task = CommandTask("echo old", name="x", session=session)
    before = task.definition()
    with pytest.raises((InvalidInput, NotFound)):
        task.update(change)
    assert task.definition() == before
    assert task.snapshot()["execution"] == "thread"
