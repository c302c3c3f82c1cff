"""Pieces of text become bounded lines, and reach the right job."""

from __future__ import annotations

import contextvars
import io
import logging
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redengine.runtimes import JobContext, OutputLimits
from redengine.runtimes.context import enter_job
from redengine.runtimes.output import capture as capture_module
from redengine.runtimes.output.capture import captured, install, uninstall
from redengine.runtimes.output.lines import LONGEST_LINE, Output


class Lines:
    def __init__(self):
        self.taken = []

    def line(self, stream, text):
        self.taken.append((stream, text))


def output_of(*pieces, limits=OutputLimits()):
    sink = Lines()
    output = Output(sink, limits)
    for piece in pieces:
        output.write("stdout", piece)
    output.close()
    return [text for _, text in sink.taken], output


def in_job(context, function):
    """Run a function as a job in this thread."""

    def body():
        enter_job(context)
        function()

    contextvars.copy_context().run(body)
    context.close()


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        (["one\n", "two\n"], ["one", "two"]),
        (["o", "ne", "\ntw", "o"], ["one", "two"]),
        (["\n\n"], ["", ""]),
        (["one\r\n", "two\r", "\n"], ["one", "two"]),
        ([" 10%\r", " 20%\r", " 30%\n"], [" 30%"]),
        ([" 10%\r 20%", "\r"], [" 20%"]),
        ([""], []),
    ],
)
def test_pieces_are_joined_to_lines(pieces, lines):
    """Lines end where a line end was written; a carriage return starts the line over."""
    assert output_of(*pieces)[0] == lines


@given(st.lists(st.text(alphabet="ab\n", max_size=5), max_size=20))
def test_how_the_text_was_cut_makes_no_difference(pieces):
    """The lines depend on the text alone, not on the pieces it was written in."""
    assert output_of(*pieces)[0] == "".join(pieces).splitlines()


def test_the_number_of_lines_is_bounded():
    """Past the limit one line says so, and what follows is counted and not kept."""
    lines, output = output_of("a\n" * 5, "b\nc\n", limits=OutputLimits(lines=3))
    assert lines[:3] == ["a", "a", "a"]
    assert lines[3:] == ["… output truncated after 3 lines and 3 bytes", "… 4 lines dropped"]
    assert output.dropped_lines == 4


def test_the_size_is_bounded_in_bytes():
    """The size of the kept lines is counted in bytes, not characters."""
    lines, _ = output_of("äää\n", "äää\n", limits=OutputLimits(size=10))
    assert lines[0] == "äää"
    assert lines[1:] == ["… output truncated after 1 lines and 6 bytes", "… 1 line dropped"]


def test_a_line_without_end_is_cut():
    """A very long line comes in pieces, so an endless one cannot fill the memory."""
    lines, _ = output_of("x" * (2 * LONGEST_LINE + 1))
    assert [len(line) for line in lines] == [LONGEST_LINE, LONGEST_LINE, 1]


def test_streams_do_not_mix():
    """Unfinished lines of different streams are kept apart."""
    sink = Lines()
    output = Output(sink)
    output.write("stdout", "o")
    output.write("stderr", "e\n")
    output.write("stdout", "ut\n")
    output.line("log", "first\nsecond")
    assert sink.taken == [
        ("stderr", "e"),
        ("stdout", "out"),
        ("log", "first"),
        ("log", "second"),
    ]


def test_nothing_is_taken_after_the_close():
    """What an abandoned thread writes later is not its job's output any more."""
    sink = Lines()
    output = Output(sink)
    output.close()
    output.write("stdout", "late\n")
    output.line("log", "late")
    assert sink.taken == []


def test_a_sink_that_fails_ends_the_capture_and_harms_nobody(caplog):
    """A sink's exception is logged once and does not reach the code that prints."""

    class Broken:
        def line(self, _stream, _text):
            raise OSError("disk full")

    output = Output(Broken())
    output.write("stdout", "one\n")
    output.write("stdout", "two\n")
    assert len(caplog.records) == 1


def test_a_sink_that_writes_does_not_feed_itself():
    """What a sink prints or logs while it takes lines is not output of the job."""
    taken = []

    class Talkative:
        def line(self, _stream, text):
            taken.append(text)
            print("taking", text)
            logging.getLogger("sink").warning("taking %s", text)

    context = JobContext("1", "talk", sink=Talkative())
    with captured():
        in_job(context, lambda: print("one"))
    assert taken == ["one"]


def test_lines_of_many_threads_come_one_at_a_time():
    """A sink is never called by two threads at once, and gets every line."""
    busy, taken = threading.Lock(), []

    class Strict:
        def line(self, _stream, text):
            assert busy.acquire(blocking=False)
            taken.append(text)
            busy.release()

    output = Output(Strict())
    start = threading.Barrier(4)

    def write():
        start.wait()
        for number in range(200):
            output.line("stdout", str(number))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    output.close()
    assert len(taken) == 800


def test_prints_reach_the_job_and_the_real_stream(monkeypatch):
    """What a job prints goes to its output and to where it would have gone."""
    real = io.StringIO()
    monkeypatch.setattr(sys, "stdout", real)
    sink = Lines()
    with captured():
        print("nobody's")
        in_job(JobContext("1", "talk", sink=sink), lambda: print("the job's"))
    assert real.getvalue() == "nobody's\nthe job's\n"
    assert sink.taken == [("stdout", "the job's")]


def test_a_log_record_is_captured_once_also_beside_a_console_handler(monkeypatch):
    """A handler that writes to stderr does not bring a record into the output again."""
    real = io.StringIO()
    monkeypatch.setattr(sys, "stderr", real)
    sink = Lines()
    logger = logging.getLogger("once")
    logger.propagate = False
    with captured():
        handler = logging.StreamHandler()
        logger.addHandler(handler)
        in_job(JobContext("1", "talk", sink=sink), lambda: logger.warning("careful %s", "now"))
    logger.removeHandler(handler)
    assert sink.taken == [("log", "WARNING once: careful now")]
    assert real.getvalue() == "careful now\n"


def test_an_exception_is_logged_with_its_traceback():
    """logger.exception brings the traceback line by line."""
    sink = Lines()

    def work():
        try:
            int("bad")
        except ValueError:
            logging.getLogger("trace").exception("went wrong")

    with captured():
        in_job(JobContext("1", "talk", sink=sink), work)
    texts = [text for _, text in sink.taken]
    assert texts[0] == "ERROR trace: went wrong"
    assert texts[-1] == "ValueError: invalid literal for int() with base 10: 'bad'"


def test_a_record_whose_arguments_do_not_fit_is_still_captured(monkeypatch):
    """A wrong format argument costs the formatting, not the record and not the job."""
    monkeypatch.setattr(logging, "raiseExceptions", False)
    sink = Lines()
    with captured():
        in_job(
            JobContext("1", "talk", sink=sink),
            lambda: logging.getLogger("odd").warning("%d", "x"),
        )
    assert sink.taken[0][1].startswith("WARNING odd: '%d' (")


def test_records_below_the_loggers_level_are_no_output():
    """Logging levels hold for the output, too."""
    sink = Lines()
    logger = logging.getLogger("quiet")
    logger.setLevel(logging.ERROR)
    with captured():
        in_job(JobContext("1", "talk", sink=sink), lambda: logger.warning("hidden"))
    assert sink.taken == []


def test_the_last_uninstall_restores_everything():
    """install() is counted; the streams and logging are as before after the last uninstall()."""
    before = (sys.stdout, sys.stderr, logging.Logger.callHandlers)
    install()
    install()
    uninstall()
    assert isinstance(sys.stdout, capture_module.JobStream)
    uninstall()
    assert (sys.stdout, sys.stderr, logging.Logger.callHandlers) == before
    uninstall()
    assert (sys.stdout, sys.stderr, logging.Logger.callHandlers) == before


def test_the_proxy_is_the_real_stream_in_everything_else(monkeypatch):
    """Attributes are the real stream's; a missing or closed stream does not fail a job."""
    real = io.StringIO()
    stream = capture_module.JobStream("stdout", real)
    assert not stream.isatty()
    stream.writelines(["a", "b"])
    stream.flush()
    assert real.getvalue() == "ab"
    assert repr(stream) == "<JobStream over stdout>"
    sink = Lines()
    real.close()
    in_job(JobContext("1", "t", sink=sink), lambda: stream.write("closed\n"))
    stream.flush()
    with pytest.raises(ValueError, match="closed"):
        stream.write("nobody's")
    nothing = capture_module.JobStream("stdout", None)
    in_job(JobContext("2", "t", sink=sink), lambda: nothing.write("none\n"))
    assert nothing.write("x") == 1
    assert [text for _, text in sink.taken] == ["closed", "none"]
