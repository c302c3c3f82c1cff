"""What the README shows works."""

import re
import runpy
import sys
import threading

from docs_support import README, ROOT, api_of, curl, fences

from redengine.api.endpoints import RESOURCES
from redengine.api.http.routes import ROUTES

TEXT = README.read_text(encoding="utf-8")
TABLE = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in TEXT.splitlines()
    if line.startswith("| `/")
]


def started_example(stage, monkeypatch, tmp_path):
    """The example session, running on a store and port of its own, after its first sample."""
    store = f"sqlite:///{tmp_path}/example.db"
    monkeypatch.setattr(sys, "argv", ["machine_watch.py", "--store", store, "--port", "0"])
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    script = runpy.run_path(str(ROOT / "examples" / "machine_watch.py"), run_name="example")
    app = script["app"]
    sampled = threading.Event()

    @app.hook("job_end")
    def note(job):
        if job.task == "sample":
            sampled.set()

    stage.keep = script
    app.start(block=False)
    assert sampled.wait(20)
    return app


PYTHON = [body for language, body in fences(TEXT) if language == "python"]


def test_the_python_of_the_readme_runs(stage):
    """Every Python block but the client's starts its session, with the API up."""
    blocks = [block for block in PYTHON if "redengine.client" not in block]
    assert blocks
    for block in blocks:
        app = stage.run(block, "README.md")["app"]
        assert api_of(app).port


def test_the_client_of_the_readme_drives_the_session(stage, monkeypatch, capsys):
    """The client's block runs against the session of the first, and prints its result."""
    app = stage.run(PYTHON[0], "README.md")["app"]
    monkeypatch.setenv("REDENGINE_URL", api_of(app).url)
    (block,) = [block for block in PYTHON if "redengine.client" in block]
    stage.run(block, "README.md")
    assert "{'rows': 42}" in capsys.readouterr().out


def test_the_requests_of_the_readme_succeed(stage, monkeypatch, tmp_path):
    """The curl line of each path is answered with success by the example session."""
    app = started_example(stage, monkeypatch, tmp_path)
    port = api_of(app).port
    blocks = [body for language, body in fences(TEXT) if language == "sh"]
    lines = [line for body in blocks for line in body.splitlines() if line.startswith("curl")]
    lines += [cells[2].strip("`") for cells in TABLE]
    shut_down = [line for line in lines if "shutdown" in line]
    for line in [line for line in lines if "shutdown" not in line] + shut_down:
        if re.search(r"mine/(cancel|terminate|result|stack|pause|resume)", line):
            app.job("mine").wait(60)
        status = curl(line, port).status
        has_ended = re.search(r"mine/(cancel|terminate|stack|pause|resume)", line)
        if "/keys/" in line or "/commands/ping/" in line:  # nobody has made what it names
            assert status == 404, line
        else:
            assert status == 409 if has_ended else status < 400, line


def test_the_tasks_of_the_readme_are_those_of_the_example(stage, monkeypatch, tmp_path):
    """The table of tasks is complete, and `watchlist` fails until there is a list."""
    app = started_example(stage, monkeypatch, tmp_path)
    listed = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert sorted(listed) == sorted(set(app.tasks.names()) - {"FlaskAPI"})
    failed = app.submit("watchlist")
    assert failed.wait(20)
    assert failed.status == "fail"
    (tmp_path / "watchlist.txt").write_text("python3\n", encoding="utf-8")
    assert app.submit("watchlist").result(timeout=60) in ({"python3": True}, {"python3": False})


def test_the_readme_lists_every_path_with_its_methods():
    """The table of the API has each path of the routing table, and its methods."""
    listed = {
        path: cells[1].split() for cells in TABLE for path in re.findall(r"`(/[^`]*)`", cells[0])
    }
    known = {
        paths[0]: [method.upper() for method in RESOURCES[name].methods()]
        for name, paths in ROUTES.items()
    }
    assert listed == known


def test_the_links_of_the_readme_lead_somewhere():
    """Each relative link is a file of the repository."""
    links = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
