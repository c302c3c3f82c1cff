"""What a program imports: heavy libraries when they are needed, and no earlier."""

import json
import subprocess
import sys

import pytest

FIRST_TASK = """
import json, sys
from redengine import Session

app = Session()

@app.task("every 1 hour")
def first(day=None):
    app.shut_down()

app.start()
print(json.dumps(sorted(sys.modules)))
"""
HEAVY = (
    "alembic",
    "cloudpickle",
    "croniter",
    "flask",
    "httpx",
    "jinja2",
    "prometheus_client",
    "pydantic",
    "waitress",
    "werkzeug",
)


@pytest.fixture(scope="module")
def imported():
    """The modules of a program without a file and an API that has run its first task."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST_TASK], capture_output=True, check=True, timeout=120
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("library", HEAVY)
def test_a_first_task_needs_no_heavy_library(imported, library):
    """Without a file, an API, cron, annotations and processes none of them is imported."""
    assert library not in imported
