"""Small tables in HTML."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from redengine.support.html import LONGEST_CELL, block, facts, listing

TAGS = {"table", "caption", "tr", "th", "td", "pre"}


class Reader(HTMLParser):
    """Reads what a browser would: the tags, their attributes, and the text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.texts = [], set(), []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.update(attrs)

    def handle_data(self, data):
        self.texts.append(data)


def test_facts_leave_out_what_is_not_there():
    """None and empty texts make no row; zero and False do."""
    html = facts("Job 1", [("a", None), ("b", ""), ("c", 0), ("d", False)])
    assert Reader(html).texts == ["Job 1", "c", "0", "d", "False"]


def test_times_are_shown_in_the_zone():
    """A UTC instant is read as people there do; without a zone as it is."""
    at = datetime(2026, 7, 1, 12, tzinfo=UTC)
    zone = ZoneInfo("Europe/Helsinki")
    assert "2026-07-01 15:00:00 EEST" in facts("", [("at", at)], zone)
    assert "2026-07-01 15:00:00 EEST" in listing("", ["at"], [[at]], zone)
    assert "2026-07-01 12:00:00 UTC" in facts("", [("at", at)])


def test_a_long_value_is_cut():
    """A table stays small whatever is in it."""
    assert len(facts("", [("a", "x" * 1_000_000)])) < 3 * LONGEST_CELL


@given(st.text())
def test_nothing_that_comes_in_is_markup(text):
    """Whatever the text, only our tags come out, and the text is readable as it was."""
    html = facts(text, [(text, text)]) + listing(text, [text], [[text]]) + block(text)
    reader = Reader(html)
    assert set(reader.tags) <= TAGS
    assert {name for name, _ in reader.attributes} <= {"style"}


def test_hostile_text_is_shown_and_not_run():
    """A script in a name is text."""
    hostile = "<script>alert('x')</script><img src=x onerror=alert(1)>&\"'"
    html = facts(hostile, [(hostile, hostile)]) + listing(hostile, [hostile], [[hostile]])
    assert Reader(html + block(hostile)).texts == [hostile] * 7
    assert "<script" not in html + block(hostile)


def test_styles_have_no_colours():
    """A dark theme's own colours hold."""
    reader = Reader(facts("a", [("b", 1)]) + listing("a", ["b"], [[1]]))
    (style,) = {value for _, value in reader.attributes}
    assert style == "text-align: left; white-space: pre-wrap"
