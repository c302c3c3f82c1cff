"""Tables stay within the lines of a terminal, and are whole where there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redengine.cli import printing
from redengine.cli.printing import Column, table_lines, width_of, wrapped
from redengine.cli.text import brief_moment

JOB_ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def plain(lines):
    """The lines without colours."""
    import click

    return [click.unstyle(line) for line in lines]


def column(name, **options):
    """A column that shows a field as it is."""
    return Column(name.upper(), lambda entry: entry[name], **options)


@pytest.mark.parametrize("room", [20, 40, 80])
def test_a_table_takes_the_room_that_there_is(room):
    """Cells are broken between words; all words are there, and none is broken."""
    text = "daily after 07:00 & ~time_of_week.on('Sunday') & after task 'fetch'"
    entries = [{"name": "report", "starts": text}, {"name": "fetch", "starts": "every 10 s"}]
    lines = plain(table_lines(entries, [column("name"), column("starts")], 80))
    assert all(width_of(line) <= 80 for line in lines)
    words = [word for line in lines for word in line.split()]
    assert all(word in words for word in text.split())
    lines = plain(table_lines(entries, [column("name"), column("starts")], room))
    assert max(map(width_of, lines)) <= max(room, 0)


def test_a_table_that_fits_is_as_it_was():
    """Nothing is broken or left out without need."""
    entries = [{"name": "a b", "value": "x y z"}]
    columns = [column("name"), column("value", brief=lambda entry: "short")]
    assert plain(table_lines(entries, columns, 80)) == ["NAME  VALUE", "a b   x y z"]
    assert plain(table_lines(entries, columns)) == ["NAME  VALUE", "a b   x y z"]


def test_a_table_without_room_shows_what_is_brief():
    """Before a line is broken, columns that can say it shorter do so."""
    entries = [{"name": "fetch", "at": "2026-11-27 07:00:00"}]
    columns = [column("name"), column("at", brief=lambda entry: "07:00:00")]
    assert plain(table_lines(entries, columns, 18)) == ["NAME   AT", "fetch  07:00:00"]


def test_the_first_column_is_never_cut():
    """The id of a job can be copied, however narrow the terminal is."""
    entries = [{"id": JOB_ID, "why": "FileNotFoundError: /a/very/long/path/that/has/no/blanks"}]
    lines = plain(table_lines(entries, [column("id"), column("why")], 60))
    assert JOB_ID in lines[1]
    assert all(width_of(line) <= 60 for line in lines)
    assert "…" in " ".join(lines)


@given(st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" ")), st.integers(1, 40))
def test_wrapping_keeps_all_words_in_order(text, room):
    """Lines put together again are the text."""
    lines = wrapped(text, room)
    assert " ".join(lines).split() == text.split(" ") if "" not in text.split(" ") else True
    assert all(width_of(line) <= room or " " not in line for line in lines)


@given(st.text(st.characters(exclude_categories=("C", "Z", "M"))), st.integers(2, 40))
def test_cut_words_fit(text, room):
    """A word that is longer than the line ends in an ellipsis within it."""
    assert all(width_of(line) <= room for line in wrapped(text, room, cuts=True))


def test_the_list_of_jobs_fits_a_usual_terminal(read, live):
    """80 columns are enough for ids, tasks, statuses, times and reasons; no word is broken."""
    from redengine.cli.commands.jobs import COLUMNS

    live.session.run("fetch", timeout=60)
    job = live.session.submit("broken")
    assert job.wait(60)
    lines = plain(table_lines(read("jobs"), COLUMNS, 80))
    assert all(width_of(line) <= 80 for line in lines)
    assert any(job.id in line for line in lines)
    assert "…" not in "".join(lines)


def test_a_detail_stands_below_its_row_where_there_is_no_room():
    """The text of an error is whole, and the rest of the row is as it was."""
    entries = [{"id": JOB_ID, "why": "ValueError: no rows"}, {"id": JOB_ID, "why": ""}]
    columns = [column("id"), column("why", is_detail=True)]
    lines = plain(table_lines(entries, columns, 40))
    assert lines == ["ID", JOB_ID, "    ValueError: no rows", JOB_ID]


def test_lines_are_whole_where_stdout_is_no_terminal(call, live):
    """What is piped is for programs: a line an entry, whatever its length."""
    text = " | ".join(f"daily at {hour:02}:00" for hour in range(20))
    live.session.task(text, name="long")(lambda: None)
    shown = call("tasks").stdout
    assert str(live.session.tasks["long"].start_cond) in shown


def test_facts_are_broken_between_words_on_a_terminal(monkeypatch, capsys):
    """A long value goes on under itself."""
    monkeypatch.setattr(printing, "room", lambda: 30)
    printer = printing.Printer(has_color=False)
    printer.facts({}, {"name": "fetch", "starts": "daily after 07:00 & every 10 min"})
    assert capsys.readouterr().out.splitlines() == [
        "name    fetch",
        "starts  daily after 07:00 &",
        "        every 10 min",
    ]


def test_a_time_of_another_year_is_a_date_in_brief():
    """And nothing stays nothing."""
    assert brief_moment("2001-06-15T12:00:00+00:00") == "2001-06-15"
    assert brief_moment(None) == ""
