"""Every condition string that the documentation shows can be read, and prints as it was read."""

import re

import pytest
from docs_support import DOCS, README, fences, pages
from redengine_tables import read, statement_of

from redengine.conditions import FORMS

INLINE = re.compile(r"\{cond\}`([^`]+)`")


def shown():
    """Every condition string in a block or a sentence, with its page."""
    found = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        blocks = [body for language, body in fences(text) if language == "{conditions}"]
        texts = [statement_of(line) for body in blocks for line in body.splitlines()]
        texts += [match.replace("\\|", "|") for match in INLINE.findall(text)]
        found += [(str(page.relative_to(DOCS)), each) for each in texts if each]
    return found


@pytest.mark.parametrize(("page", "text"), sorted(set(shown())))
def test_a_condition_can_be_read(page, text):
    """It is read, and what it prints as is read as an equal condition."""
    assert str(read(text)), page


def test_there_are_conditions_to_read():
    """The patterns still find what the pages show."""
    assert len(shown()) > 100


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.example)
def test_the_example_of_a_form_can_be_read(form):
    """The table of forms in the reference shows examples that work."""
    assert read(form.example)


def test_the_conditions_of_the_readme_can_be_read():
    """Start conditions in the README's strings are conditions."""
    text = README.read_text(encoding="utf-8")
    for each in re.findall(r'start_cond": "([^"]+)"', text):
        assert read(each)
