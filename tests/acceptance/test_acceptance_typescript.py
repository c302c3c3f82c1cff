"""The TypeScript client: its types, and its tests against a session."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from redengine import Session
from redengine._version import __version__
from redengine.api import FlaskAPI

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "clients" / "typescript"
KEY = "a-key-of-the-typescript-tests"
LONGEST_RUN_S = 100


@pytest.fixture(scope="module")
def node():
    """The path of node, which runs the package as it is; without one, tests are skipped.

    In continuous integration, where `CI` is true, they fail.
    """
    found = shutil.which("node")
    if found is None:
        reason = "there is no node here to run the TypeScript client; it needs 20.3 or newer"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture
def api():
    """The API of a running session with the tasks that the package's tests ask for."""
    session = Session()

    @session.task()
    def add(left=0, right=0):
        print(left, right)
        return left + right

    @session.task(name="break")
    def fail():
        raise ValueError("on purpose")

    keys = {"tests": {"key": KEY, "scopes": ["admin"]}}
    api = FlaskAPI(port=0, session=session, api_keys=keys)
    session.start(block=False)
    try:
        api.wait_ready(60)
        yield api
    finally:
        session.shut_down()


def run_by_node(node, file, **variables):
    """Run a file of the package's own tests; what node tells of it."""
    told = subprocess.run(
        [node, "--test", "--test-reporter=tap", str(PACKAGE / "test" / file)],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN_S,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert int(re.search(r"^# pass (\d+)$", told.stdout, re.MULTILINE)[1]) > 0
    return told.stdout


def test_the_package_says_what_it_is():
    """No dependencies, the version and the licence of the whole, and files that are there."""
    said = json.loads((PACKAGE / "package.json").read_text("utf-8"))
    assert not {each for each in said if each.lower().endswith("dependencies")}
    assert (said["version"], said["license"], said["type"]) == (__version__, "MIT", "module")
    assert (PACKAGE / "LICENSE").read_text("utf-8") == (ROOT / "LICENSE").read_text("utf-8")
    assert all((PACKAGE / path).is_file() for path in said["exports"]["."].values())
    scripts = {path.stem for path in (PACKAGE / "src").glob("*.js")}
    types = {path.name.removesuffix(".d.ts") for path in (PACKAGE / "src").glob("*.d.ts")}
    assert scripts - types == set()


def test_calls_are_made_and_given_up_as_described(node):
    """Queries, retries, errors, timeouts and signals, without a server."""
    run_by_node(node, "calls.test.js")


def test_streams_come_back_as_described(node):
    """Positions, gaps, ways, waits, signals and close codes, without a server."""
    run_by_node(node, "stream.test.js")


def test_the_client_follows_a_session(node, api):
    """Events from a position on, records of a channel, and a command."""
    run_by_node(node, "follow.test.js", REDENGINE_URL=api.url, REDENGINE_API_KEY=KEY)


def test_the_client_drives_a_session(node, api):
    """Every operation has a method; jobs, lists, tasks, values and refusals as documented."""
    run_by_node(node, "session.test.js", REDENGINE_URL=api.url, REDENGINE_API_KEY=KEY)


def test_the_script_of_the_guide_says_what_it_finds(node, api, tmp_path):
    """It runs where the package is installed: a result, the failed jobs, and a refusal."""
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "redengine-client").symlink_to(PACKAGE, target_is_directory=True)
    script = shutil.copy(ROOT / "docs" / "snippets" / "howto" / "client.mjs", tmp_path)
    told = subprocess.run(
        [node, "--preserve-symlinks", script],
        env={**os.environ, "REDENGINE_URL": api.url, "REDENGINE_API_KEY": KEY},
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN_S,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines() == ["5", "400 VALIDATION_ERROR every 10 min"]


@pytest.mark.skipif(
    shutil.which("tsc") is None, reason="there is no tsc here; `npm install -g typescript`"
)
def test_the_types_fit_the_code_and_what_is_said_of_them():
    """The compiler finds nothing in the sources, and refuses what test/types.ts says it must."""
    told = subprocess.run(
        ["tsc", "--project", str(PACKAGE)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
