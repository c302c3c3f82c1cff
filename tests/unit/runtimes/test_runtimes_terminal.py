"""A line at the bottom of a terminal stays out of the way of everything else."""

from __future__ import annotations

import io
import logging
import sys

import pytest
from terminal_screen import Screen

from redengine.runtimes.context import JobContext
from redengine.runtimes.output import capture
from redengine.runtimes.output.terminal import (
    BottomLine,
    display_width,
    fitted,
    is_terminal,
    printable,
    terminal_width,
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and remembers what it would show."""

    encoding = "utf-8"

    def __init__(self):
        super().__init__()
        self.screen = Screen()

    def isatty(self):
        return True

    def write(self, text):
        self.screen.feed(text)
        return super().write(text)


@pytest.fixture
def terminal():
    """A fake terminal, without a width of its own."""
    return Terminal()


@pytest.fixture
def line(terminal):
    """A line on it."""
    return BottomLine(terminal)


def test_it_is_redrawn_in_place(terminal, line):
    """A shorter text leaves nothing of the longer one; an empty text erases it."""
    assert line.show("a long line")
    assert terminal.screen.rows == ["a long line"]
    assert line.show("short")
    assert terminal.screen.rows == ["short"]
    assert line.show("")
    assert terminal.screen.rows == [""]
    assert terminal.screen.column == 0


def test_what_stands_there_is_not_drawn_again(terminal, line):
    """The same text costs nothing."""
    line.show("same")
    written = terminal.getvalue()
    assert line.show("same")
    assert terminal.getvalue() == written


def test_other_output_is_written_where_the_line_stood(terminal, line):
    """The line is erased first, and drawn again below."""
    line.show("working")
    line.pass_on(terminal, "printed\n")
    assert terminal.screen.rows == ["printed", ""]
    line.show("working")
    assert terminal.screen.rows == ["printed", "working"]


def test_it_waits_for_the_end_of_a_line(terminal):
    """Below a line without an end it is not drawn; whoever ends it frees it."""
    freed = []
    line = BottomLine(terminal, lambda: freed.append(1))
    line.show("working")
    line.pass_on(terminal, "dots")
    assert not line.show("working")
    line.pass_on(terminal, "...")
    line.pass_on(terminal, "")
    assert (terminal.screen.rows, freed) == (["dots..."], [])
    line.pass_on(terminal, " done\n")
    assert freed == [1]
    assert line.show("working")
    assert terminal.screen.rows == ["dots... done", "working"]


def test_nobody_draws_while_others_write(terminal, line):
    """Between `step_aside` and the last `come_back` there is no line."""
    line.show("working")
    line.step_aside()
    line.step_aside()
    assert not line.show("working")
    line.come_back()
    assert not line.show("working")
    line.come_back()
    assert line.show("working")


def test_a_stream_that_leads_elsewhere_does_not_move_the_line(terminal, line):
    """A redirected standard output is none of the terminal's business."""
    line.show("working")
    file = io.StringIO()
    assert line.pass_on(file, "to a file") == 9
    assert file.getvalue() == "to a file"
    assert terminal.screen.rows == ["working"]


def test_a_terminal_that_is_gone_harms_nobody(terminal, line):
    """Drawing stops; no error reaches the session."""
    terminal.close()
    assert line.show("working")
    assert line.show("still")
    line.step_aside()


def test_the_line_is_cut_at_the_terminals_width(terminal, line, monkeypatch):
    """One column stays free, as a full row would scroll."""
    monkeypatch.setattr("redengine.runtimes.output.terminal.terminal_width", lambda _stream: 10)
    line.show("0123456789abcdef")
    assert terminal.screen.rows == ["012345..."]


def test_what_the_terminal_cannot_show_is_replaced(terminal, line):
    """A terminal of another encoding gets question marks, not an error."""
    terminal.encoding = "ascii"
    line.show("Grüße")
    assert terminal.screen.rows == ["Gr??e"]


@pytest.mark.parametrize(
    ("text", "width"),
    [("plain", 5), ("Grüße", 5), ("日本", 4), ("e\u0301", 1), ("a\u200bb", 2)],
)
def test_columns_are_counted_as_terminals_do(text, width):
    """East Asian characters take two, combining ones none."""
    assert display_width(text) == width


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("12345", 5, "12345"),
        ("123456", 5, "12..."),
        ("日本語日本語", 8, "日本..."),
        ("123456", 2, ".."),
        ("123456", 0, ""),
    ],
)
def test_a_text_is_cut_to_columns(text, width, cut):
    """Never in the middle of a wide character, and never wider than there is room."""
    assert fitted(text, width) == cut


def test_control_characters_do_not_reach_the_terminal():
    """A job's text cannot move the cursor or colour the screen."""
    assert printable("a\x1b[31mb\nc\td") == "a [31mb c d"


def test_what_is_no_terminal():
    """Files, closed streams and things that are no streams."""
    closed = io.StringIO()
    closed.close()
    assert not any(map(is_terminal, [io.StringIO(), closed, None, object()]))
    assert terminal_width(io.StringIO()) == 80


def test_prints_and_log_records_make_room(terminal, line, monkeypatch):
    """Also records of a handler that was made before the streams were captured."""
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(sys, "stdout", terminal)
    logger = logging.getLogger("room")
    logger.propagate = False
    handler = logging.StreamHandler(terminal)
    logger.addHandler(handler)
    with capture.captured():
        capture.make_room_for(line)
        try:
            assert capture.has_line()
            line.show("working")
            print("printed")
            line.show("working")
            logger.warning("logged")
            line.show("working")
            capture.write_through("stdout", "from a worker\n")
            line.show("")
        finally:
            capture.make_room_for(None)
            logger.removeHandler(handler)
    assert terminal.screen.rows == ["printed", "logged", "from a worker", ""]


def test_what_a_workers_job_writes_to_a_terminal_is_relayed(terminal, monkeypatch):
    """The session writes it, which knows of the line; what goes elsewhere is not relayed."""
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", file := io.StringIO())
    relayed, lines = [], []
    job = _Job(lines)
    monkeypatch.setattr(capture, "running_job", lambda: job)
    with capture.captured():
        capture.relay_text(lambda *text: relayed.append(text))
        try:
            sys.stdout.write("se")
            sys.stdout.write("en\n")
            sys.stderr.write("filed\n")
        finally:
            capture.relay_text(None)
    assert relayed == [("stdout", "seen\n")]
    assert (terminal.getvalue(), file.getvalue()) == ("", "filed\n")
    assert lines == [("stdout", "se"), ("stdout", "en\n"), ("stderr", "filed\n")]


class _Job(JobContext):
    """Stands for the context of a job: takes what it writes."""

    def __init__(self, lines):
        super().__init__("j1", "chatty")
        self._lines = lines

    def output(self):
        return self

    def write(self, stream, text):
        self._lines.append((stream, text))
