"""What make installs is locked, and fits what the package says it needs."""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
NEEDED = SETUP["options"]["install_requires"].split("\n")
EXTRAS = dict(SETUP["options.extras_require"])
LOCKED_EXTRAS = ("test", "lint", "docs", "lock")
CLAIMED = re.findall(r"Python :: (3\.\d+)$", SETUP["metadata"]["classifiers"], re.MULTILINE)
KNOWN_HOLES = {
    "jinja2": "3.1.5",
    "orjson": "3.9.14",
    "pymysql": "1.1.0",
    "waitress": "3.0.0",
    "werkzeug": "3.0.5",
}
"""The last release of each with a published hole that a user of this package could meet."""


def requirements(lines):
    return [Requirement(line) for line in lines if line.strip()]


def locked(name):
    """The requirements of a lock file, each with whether it has a hash."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.sub(r"#.*", "", text).replace("\\\n", " ").strip().splitlines()
    return [(Requirement(each.split("--hash")[0]), "--hash=sha256:" in each) for each in entries]


@pytest.mark.parametrize("python", CLAIMED)
@pytest.mark.parametrize("name", ["run", *LOCKED_EXTRAS])
def test_a_lock_has_what_its_target_needs(name, python):
    """Each thing that setup.cfg names is locked once for each Python, at a release that fits."""
    environment = {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    pins = {}
    for pin, _ in locked(name):
        if pin.marker is None or pin.marker.evaluate(environment):
            assert pins.setdefault(canonicalize_name(pin.name), pin) is pin, f"{pin.name} twice"
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    extra = EXTRAS[name].split("\n") if name in EXTRAS else []
    for needed in requirements([*NEEDED, *extra, *build]):
        if needed.marker is None or needed.marker.evaluate(environment):
            [exact] = pins[canonicalize_name(needed.name)].specifier
            assert exact.operator == "=="
            assert needed.specifier.contains(exact.version), f"{needed}: run `make lock`"


@pytest.mark.parametrize("name", ["run", *LOCKED_EXTRAS])
def test_a_lock_has_hashes_and_the_same_releases_as_all_others(name):
    """Nothing is installed unseen, and installing one set after another changes nothing."""
    everything = {(pin.name, str(pin.specifier)) for pin, _ in locked("all")}
    for pin, has_hash in locked(name):
        assert has_hash, pin
        assert (pin.name, str(pin.specifier)) in everything


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").iterdir()), ids=lambda at: at.name)
def test_a_lock_names_no_place(path):
    """Where packages come from is the affair of each machine."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text)


@pytest.mark.parametrize(("name", "last"), KNOWN_HOLES.items())
def test_no_release_with_a_known_hole_is_allowed(name, last):
    """The lower bounds exclude releases that a user should not have."""
    lists = [NEEDED, *(text.split("\n") for text in EXTRAS.values())]
    named = [each for lines in lists for each in requirements(lines) if each.name == name]
    assert named
    assert not any(each.specifier.contains(last) for each in named)


def test_every_make_target_is_described():
    """`make help` and CONTRIBUTING.md name each one there is."""
    targets = re.findall(r"^([a-z-]+):.*?## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert set(targets) - set(re.findall(r"^make ([a-z-]+) ", page, re.MULTILINE)) == {"help"}
