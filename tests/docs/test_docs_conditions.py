"""Every condition string that the documentation shows can be read, and prints as it was read."""

import re
from datetime import UTC, datetime

import pytest
from docs_support import DOCS, README, ROOT, fences, pages
from redengine_tables import read, statement_of

from redengine.conditions import FORMS, lint, parse
from redengine.exceptions import InvalidInput

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


SHOWN_AS_MISTAKES = {
    "monthly at 31st": "missing-day",
    "every other day": None,
}
"""What stands in the documentation to show what it says, with its finding."""

LASTING = {"no-pause", "always-true"}
"""What a statement is that stands in the documentation for a part of a condition."""

STRING = re.compile(r"""(?:"([^"\n]{4,300})"|'([^'\n]{4,300})'|`([^`\n]{4,300})`)""")


def in_scripts():
    """Every string in a script of the documentation, an example or the README that is read."""
    places = [*DOCS.rglob("*.py"), *DOCS.rglob("*.sh"), *DOCS.rglob("*.yaml"), README]
    texts = set()
    for path in (*places, *(ROOT / "examples").glob("*.py")):
        for found in STRING.finditer(path.read_text(encoding="utf-8")):
            texts.add(found[1] or found[2] or found[3])
    return sorted(text for text in texts if text.lower() not in {"true", "false"} and is_read(text))


def is_read(text):
    """Whether a text is a condition."""
    try:
        parse(text)
    except InvalidInput:
        return False
    return True


def against(text):
    """What the linter has against a text that is shown, as it stands or as a part of another."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = {each.code for each in lint(read(text), UTC, now=now)}
    if found & LASTING and "true" not in text:
        found = {each.code for each in lint(read("every 10 min") & read(text), UTC, now=now)}
    return found - {SHOWN_AS_MISTAKES.get(text)} - (LASTING if "true" in text else set())


def test_the_linter_has_nothing_against_what_is_shown():
    """No false alarm, neither in the pages nor in scripts: the pattern still finds theirs."""
    texts = in_scripts()
    assert len(texts) > 40
    found = {text: against(text) for text in sorted({text for _, text in shown()} | set(texts))}
    assert {text: codes for text, codes in found.items() if codes} == {}
