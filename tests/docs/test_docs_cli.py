"""What the documentation shows of the command line works, and prints what it says."""

import re
import shlex

import click
import pytest
from click.testing import CliRunner
from docs_support import DOCS, README, SNIPPETS, api_of, fences

from redengine.cli.main import redengine

SHOWN = (SNIPPETS / "howto" / "command_line.txt").read_text("utf-8").splitlines()
PAGES = (README, DOCS / "howto" / "use-the-command-line.md")


def run(line):
    """Do what a line of the documentation does."""
    program, *words = shlex.split(line)
    assert program == "redengine"
    return CliRunner().invoke(redengine, words)


def test_the_commands_of_the_guide_succeed(stage, monkeypatch):
    """Each line, one after the other, against the tutorial's session."""
    script = stage.run_file(SNIPPETS / "tutorial" / "api.py")
    monkeypatch.setenv("REDENGINE_URL", api_of(script["app"]).url)
    for line in SHOWN:
        result = run(line)
        assert result.exit_code == 0, f"{line}\n{result.output}"
    assert script["app"].parameters["city"] == "Bergen"


def test_explanations_are_what_the_guide_shows():
    """The output under each command line is the real one."""
    text = (SNIPPETS / "howto" / "command_line_explain.txt").read_text("utf-8")
    blocks = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)
    assert len(blocks) == 2
    for line, shown in blocks:
        assert run(line).stdout.strip() == shown.strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_on_pages_can_be_read(page, tmp_path, monkeypatch):
    """Names, arguments and options of every line exist; nothing is done."""
    monkeypatch.chdir(tmp_path)
    for name in ("script.py", "state.yaml"):
        (tmp_path / name).touch()
    found = [line for line in _lines(page) if line.startswith("redengine ")]
    assert found
    for line in found:
        for part in re.split(r"\|\||\|", line.partition("  #")[0]):
            words = shlex.split(part.partition(" > ")[0])
            if words[0] == "redengine":
                _read(redengine, words[1:])


def _lines(page):
    """The lines of a page's shell blocks, and the commands in its prose."""
    text = page.read_text(encoding="utf-8")
    blocks = [body for language, body in fences(text) if language == "sh"]
    return [*"\n".join(blocks).splitlines(), *re.findall(r"`(redengine \w+ [^`]+)`", text)]


def _read(command, words):
    """Have click read the words, down to the command that they are for."""
    if isinstance(command, click.Group):
        if words and words[0] in command.commands:
            _read(command.commands[words[0]], words[1:])
        else:
            _read(command.commands["list"], words)
    else:
        with command.make_context(command.name, list(words)):
            pass
