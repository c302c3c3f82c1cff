"""What a program imports: heavy libraries when they are needed, and no earlier."""

import json
import subprocess
import sys

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
FIRST_ANSWER = """
import json, sys, urllib.request
from redengine import Session
from redengine.api import FlaskAPI

app = Session()
api = FlaskAPI(port=0, session=app)

@app.task("every 1 hour")
def first():
    urllib.request.urlopen(api.url + "/tasks").read()
    app.shut_down()

app.start()
print(json.dumps(sorted(sys.modules)))
"""
HEAVY = (
    "alembic",
    "asyncio",
    "cloudpickle",
    "croniter",
    "flask",
    "httpx",
    "jinja2",
    "prometheus_client",
    "pydantic",
    "sqlalchemy",
    "sqlite3",
    "waitress",
    "werkzeug",
)


def imported_by(program):
    """The modules of a program at its end."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=120
    )
    return set(json.loads(done.stdout))


def test_a_first_task_needs_no_heavy_library():
    """Without a file, an API, cron, annotations and processes none of them is imported."""
    assert imported_by(FIRST_TASK).isdisjoint(HEAVY)


def test_a_first_answer_needs_flask_and_no_database():
    """What the API brings with it is what carries HTTP, and the types of its routes."""
    imported = imported_by(FIRST_ANSWER)
    assert "flask" in imported
    not_yet = ("alembic", "httpx", "prometheus_client", "redengine.api.openapi", "sqlalchemy")
    assert imported.isdisjoint(not_yet)
