"""The reference of the command line has every command, option and exit code."""

import importlib
import re
import sys
from pathlib import Path

import click
import pytest

from redengine.cli import errors as exits
from redengine.cli.main import redengine
from redengine.cli.settings import global_options

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")


def docs_tables():
    """What the documentation takes from the code."""
    folder = str(ROOT / "docs" / "_ext")
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module("redengine_tables")


def commands():
    """Every command that does something, with what one types."""
    tables = docs_tables()
    return [
        (path, command)
        for name in redengine.commands
        for path, command in tables.commands_of(name).items()
    ]


@pytest.mark.parametrize("name", list(redengine.commands))
def test_a_command_has_its_table(name):
    """The page takes it from the code, so it cannot drift."""
    assert REFERENCE.count(f"```{{from-code}} cli:{name}\n") == 1


def test_no_table_is_of_a_command_that_does_not_exist():
    """A command that was renamed leaves nothing behind."""
    named = set(re.findall(r"\{from-code\} cli:(\S+)", REFERENCE))
    assert named == set(redengine.commands)


@pytest.mark.parametrize(("path", "command"), commands(), ids=str)
def test_a_command_and_its_options_are_described(path, command):
    """Each has a sentence in its table, arguments aside."""
    table = dict(docs_tables().TABLES[f"cli:{path.split()[0]}"]()[1:])
    assert any(call.startswith(f"`{path}") and meaning for call, meaning in table.items())
    for option in (each for each in command.params if isinstance(each, click.Option)):
        assert option.help, (path, option.name)
        assert any(option.opts[-1] in call for call in table), (path, option.name)


def test_global_options_and_exit_codes_are_described():
    """In tables from the code; the variable of each option is in its text."""
    tables = docs_tables().TABLES
    assert "{from-code} cli-options\n" in REFERENCE
    assert "{from-code} cli-exit-codes\n" in REFERENCE
    told = " ".join(" ".join(row) for row in tables["cli-options"]())
    for option in global_options(at_root=True):
        assert option.opts[0] in told
        assert "[env: " in option.help
    assert len(tables["cli-exit-codes"]()) == len(exits.MEANINGS) + 1


@pytest.mark.parametrize("word", re.findall(r"`redengine ([a-z]+)", REFERENCE))
def test_the_prose_names_commands_that_exist(word):
    """Also those in sentences."""
    assert word in redengine.commands
