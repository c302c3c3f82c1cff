"""The new forms in the migration tables run."""

import re

import pytest
from docs_support import DOCS

import redengine.conditions
from redengine import Session
from redengine.parameters import Arg, Return
from redengine.tasks import CommandTask

PAGE = (DOCS / "howto" / "migrate.md").read_text(encoding="utf-8")
NOT_PYTHON = re.compile(r"\{cond\}`[^`]*`|`(?:/|GET |thread`|permanent`|duration`)[^`]*`?")


def rows():
    """The code in the right columns of the tables."""
    found = []
    for line in PAGE.splitlines():
        cells = re.split(r"(?<!\\)\|", line)
        if line.startswith("| ") and len(cells) == 4:
            here = NOT_PYTHON.sub("", cells[2]).replace("\\|", "|")
            found += re.findall(r"`([^`]+)`", here)
    return found


@pytest.mark.parametrize("code", rows())
def test_a_new_form_runs(stage, code):
    """What stands in the right column is valid and does not raise."""
    app = Session()
    namespace = {
        name: getattr(redengine.conditions, name) for name in redengine.conditions.__all__
    } | {"Session": Session, "CommandTask": CommandTask, "Arg": Arg, "Return": Return}

    def func():
        """A task without arguments."""

    def takes_day(day):
        """A task with one."""

    app.task("daily", name="fetch")(func)
    namespace |= {"app": app, "func": func, "takes_day": takes_day}
    if "submit" in code:
        app.start()
    if "CommandTask" in code:
        namespace["CommandTask"] = lambda *args, **options: CommandTask(
            *args, session=app, **options
        )
    exec(compile(code, "migrate.md", "exec"), namespace)


def test_there_are_forms_to_run():
    """The pattern still finds what the tables show."""
    assert len(rows()) > 40
