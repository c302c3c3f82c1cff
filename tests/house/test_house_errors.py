"""Every error is in the tree, in the reference, and has one HTTP status."""

import inspect
import re
from pathlib import Path

import pytest

from redengine import exceptions
from redengine.api import errors as api_errors
from redengine.api.errors import STATUS_BY_CODE
from redengine.exceptions import RedengineError

REFERENCE = (Path(__file__).parents[2] / "docs" / "reference" / "errors.md").read_text("utf-8")
MODULES = (exceptions, api_errors)
ERRORS = [
    found
    for module in MODULES
    for _, found in inspect.getmembers(module, inspect.isclass)
    if issubclass(found, RedengineError) and found.__module__ == module.__name__
]


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_is_in_the_reference(kind):
    """It has a section with an anchor of its own."""
    assert f"(error-{kind.__name__.lower()})=\n## {kind.__name__}\n" in REFERENCE


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_has_a_status(kind):
    """Its code is in the API's one table of statuses."""
    assert 400 <= STATUS_BY_CODE[kind.code] < 600


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_is_in_the_tree_of_its_module(kind):
    """The docstring of the module draws it, one level below its base."""
    tree = inspect.getmodule(kind).__doc__ or ""
    assert re.search(rf"\b{kind.__name__}\b", tree)


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_says_in_a_sentence_what_happened(kind):
    """Its docstring begins with a sentence."""
    first = (inspect.getdoc(kind) or "").split("\n\n")[0]
    assert first[:1].isupper()
    assert re.search(r"[.:]", first)


def test_the_reference_names_no_error_that_does_not_exist():
    """An anchor without a class would lead readers astray."""
    anchors = set(re.findall(r"^\(error-(\w+)\)=", REFERENCE, re.MULTILINE))
    assert anchors == {kind.__name__.lower() for kind in ERRORS}
