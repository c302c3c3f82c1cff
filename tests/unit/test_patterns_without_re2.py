"""Patterns without google-re2: the same answers, or a refusal of what could take long."""

from __future__ import annotations

import pytest

from redengine.query import match as patterns


@pytest.fixture
def compiled(monkeypatch):
    """Compiles a pattern as on an interpreter for which there is no google-re2."""
    monkeypatch.setattr(patterns, "re2", None)
    return patterns.compile_pattern.__wrapped__


@pytest.mark.parametrize(
    "pattern",
    ["fetch", "f.*", "scraper.+", "[a-z]+-[0-9]{2,4}$", "(a|b)c?", "", "(?i)FETCH", "fetch$",
     ".*h.*", r"\w+\s\d", "é+", "x{1000}", "(foo|bar)(-[a-z])?", "^fetch$"],
)  # fmt: skip
@pytest.mark.parametrize(
    "text", ["fetch", "scraper-1", "ab-12", "ac", "", "FETCH it", "a 1", "éé", "xfetch", "bar-b"]
)
def test_ordinary_patterns_match_the_same(compiled, pattern, text):
    """What RE2 and Python both know means the same at the start of a text."""
    pytest.importorskip("re2")
    assert compiled(pattern)(text) is patterns.compile_pattern(pattern)(text)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a+)+$", "a repetition stands in another one"),
        ("(a*)*", "a repetition stands in another one"),
        ("((x{1000}){1000}){1000}", "a repetition stands in another one"),
        ("(a|a+?){2,}", "a repetition stands in another one"),
        ("(?:(?:ab)*c)*", "a repetition stands in another one"),
        ("(|(a+|b))*", "a repetition stands in another one"),
        (".*a.*b.*c.*", "4 open repetitions"),
        (r"(a)\1", "backreferences are not taken"),
        ("(?=a)b", "look-around is not taken"),
        ("(?<!a)b", "look-around is not taken"),
        ("(", "missing )"),
        ("a" * 1001, "longer than 1000"),
        ("[[a]", "cannot be used"),
        ("a{99999999999999999999}", "cannot be used"),
        ("(" * 450 + ")" * 450, None),
    ],
)
def test_what_could_take_long_is_refused_with_its_reason(compiled, pattern, reason):
    """Nobody stops the API by a pattern; the error says what to leave out."""
    if reason is None:
        assert compiled(pattern)("")
        return
    with pytest.raises(ValueError, match="pattern") as refused:
        compiled(pattern)
    assert reason in str(refused.value)
