"""The flows of the architecture page go through code that is there."""

import importlib
import re
from functools import reduce
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "architecture.md"
FLOWS = [part for part in PAGE.read_text("utf-8").split("\n## ") if part.startswith("From ")]
STEPS = [step for flow in FLOWS for step in re.findall(r"^\d+\. .*$", flow, re.MULTILINE)]
NAMES = sorted({name for step in STEPS for name in re.findall(r"`([a-z_]+\.[\w.]+)`", step)})


def found(name):
    """What a dotted name below the package stands for."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            module = importlib.import_module(".".join(["redengine", *parts[:length]]))
        except ModuleNotFoundError:
            continue
        return reduce(getattr, parts[length:], module)
    raise ModuleNotFoundError(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_flow_is_there(name):
    """It is a module, a class, a function or a method of the package."""
    assert found(name) is not None


def test_there_are_six_flows_of_at_most_twenty_steps():
    """Each is short enough to be read."""
    counts = [len(re.findall(r"^\d+\. ", flow, re.MULTILINE)) for flow in FLOWS]
    assert len(counts) == 6
    assert all(3 < count <= 20 for count in counts)


def test_each_room_is_on_the_page():
    """The table has every package, and no other."""
    rooms = set(re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", PAGE.read_text("utf-8"), re.MULTILINE))
    named = {name for cell in rooms for name in re.findall(r"`(\w+)`", cell)}
    package = PAGE.parents[2] / "redengine"
    there = {path.parent.name for path in package.glob("*/__init__.py")} | {"sessions"}
    assert named == there
