"""The report on the package counts what it says, shown on a toy package."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "report.py"
TOY = {
    "__init__.py": '"""A toy."""\n\nfrom toy.top import run\n',
    "top.py": (
        '"""The top,\nin two lines."""\n\n'
        "from toy import middle\n"
        "from toy.middle import (\n    Middle,\n)\n\n"
        'LIMIT = 3\n"""How far it goes."""\n\n\n'
        "def run():\n"
        '    """Run."""\n'
        "    # why it does\n"
        "    import toy.bottom.last  # here alone\n\n"
        "    return Middle, middle, LIMIT\n"
    ),
    "middle.py": "import toy.bottom\n\n\nclass Middle:\n    def go(self): ...\n",
    "bottom/__init__.py": "",
    "bottom/first.py": (
        "from typing import TYPE_CHECKING\n\n"
        "if TYPE_CHECKING:\n    from .last import Last\n\n\n"
        "def first(last: 'Last'):\n    def inner():\n        return last\n\n    return inner\n"
    ),
    "bottom/last.py": "from . import first\n\nLast = first.first\n",
    "client/_generated/made.py": "from toy import top\n\nMADE = top\n",
}


@pytest.fixture(scope="module")
def report():
    """The tool, as a module."""
    spec = importlib.util.spec_from_file_location("toy_report", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def folder(tmp_path):
    """The folder of the toy package."""
    for name, text in TOY.items():
        path = tmp_path / "toy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "toy"


@pytest.fixture
def toy(report, folder):
    """The report on the toy package."""
    return report.Report(folder)


def test_lines_are_told_apart(toy):
    """Each line is of one kind; what is generated has a row of its own."""
    lines = toy.lines()
    assert [*lines] == ["(top)", "bottom", "(generated)"]
    assert lines["(top)"] == {
        "files": 3, "code": 5, "docstring": 5, "import": 7, "comment": 1, "blank": 8,
    }  # fmt: skip
    assert lines["(generated)"] == {"files": 1, "code": 1, "import": 1, "blank": 1}


def test_functions_are_measured_without_docstring(toy):
    """Methods and nested functions count as well."""
    assert toy.functions == {
        "toy.top.run": 5,
        "toy.middle.Middle.go": 1,
        "toy.bottom.first.first": 5,
        "toy.bottom.first.first.inner": 2,
    }


def test_imports_bind_modules(toy):
    """For types too; those inside functions are told apart, and generated code has none."""
    assert toy.graph == {
        "toy": {"toy.top"},
        "toy.top": {"toy.middle"},
        "toy.middle": {"toy.bottom"},
        "toy.bottom": set(),
        "toy.bottom.first": {"toy.bottom.last"},
        "toy.bottom.last": {"toy.bottom.first"},
    }
    assert toy.late_graph["toy.top"] == {"toy.middle", "toy.bottom.last"}
    assert toy.fan_in["toy.top"] == 1


def test_circles_and_the_longest_chain(report, toy):
    """A circle counts as one module of a chain."""
    assert report.circles(toy.graph) == [{"toy.bottom.first", "toy.bottom.last"}]
    assert report.longest_chain(toy.graph) == ["toy", "toy.top", "toy.middle", "toy.bottom"]
    assert report.longest_chain({"a": {"b"}, "b": {"c", "a"}, "c": {"d"}, "d": set()}) == list(
        "acd"
    )


def test_folders_count_their_modules(toy):
    """The `__init__.py` is the folder itself."""
    assert toy.folders == {"": 2, "bottom": 2}


def test_the_table_is_printed(folder):
    """One table: lines by part, then the figures."""
    command = [sys.executable, str(TOOL), str(folder)]
    table = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    heads = [line.partition("  ")[0].strip() for line in table.splitlines()]
    assert heads[:5] == ["package", "(top)", "bottom", "(generated)", "total, without generated"]
    assert "circles, type-only imports too" in heads
    assert "lines of the longest function      5: toy.bottom.first.first\n" in table
