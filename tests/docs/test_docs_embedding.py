"""What the documentation says of other applications, tokens, backups and ways here works."""

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from docs_support import SNIPPETS, api_of, curl

HOWTO = SNIPPETS / "howto"
URL = "http://127.0.0.1:5000"


def test_flask_submits_and_shows_jobs(stage):
    """The routes of the application talk to the session beside it."""
    script = stage.run_file(HOWTO / "embed_flask.py")
    client = script["web"].test_client()
    answer = client.post("/mails/ada")
    assert answer.status_code == 202
    job_id = answer.json["job_id"]
    assert script["app"].job(job_id).result(timeout=20) == {"sent": "ada"}
    assert client.get(f"/mails/jobs/{job_id}").json == {"status": "success"}


def test_fastapi_starts_and_stops_the_session(stage):
    """The lifespan does; a coroutine waits for a job without holding the loop up."""
    pytest.importorskip("fastapi")
    import httpx

    script = stage.run_file(HOWTO / "embed_fastapi.py")
    app, web = script["app"], script["web"]

    async def talk():
        async with script["lifespan"](web):
            assert app.state == "running"
            transport = httpx.ASGITransport(app=web)
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                return await client.post("/sums?a=40&b=2")

    answer = asyncio.run(talk())
    assert answer.json() == {"sum": 42}
    assert app.state == "stopped"


def test_asyncio_waits_for_jobs(stage, capsys):
    """Three coroutines run in the session's loop, and their results come in order."""
    stage.run_file(HOWTO / "embed_asyncio.py")
    assert capsys.readouterr().out == "page 1 page 2 page 3\n"


def test_gunicorn_runs_the_session_in_its_worker(tmp_path):
    """The session starts after the fork, answers, and stops with the worker."""
    pytest.importorskip("gunicorn")
    for name in ("gunicorn.conf.py", "embed_gunicorn.py"):
        (tmp_path / name).write_text((HOWTO / name).read_text("utf-8"), "utf-8")
    command = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "embed_gunicorn:web"]
    log = tmp_path / "log.txt"
    with log.open("w") as file:
        served = subprocess.Popen(command, cwd=tmp_path, stderr=file, env={**os.environ})
    try:
        url = _listening_at(log, served)
        request = urllib.request.Request(f"{url}/mails/ada", method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert json.load(answer) == {"sent": "ada"}
        served.send_signal(signal.SIGTERM)
        assert served.wait(30) == 0
    finally:
        served.kill()
        served.wait(30)
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as store:
        assert store.execute("SELECT status FROM redengine_jobs").fetchall() == [("success",)]


def _listening_at(log, served):
    """The URL that gunicorn tells once it listens."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and served.poll() is None:
        found = re.search(r"Listening at: (http://\S+)", log.read_text("utf-8"))
        if found:
            return found[1]
    raise AssertionError(log.read_text("utf-8"))


def test_a_guarded_start_is_for_the_process_that_serves(stage, monkeypatch):
    """Under a reloader the watching process starts nothing; without one it does."""
    for debug, serving, state in (
        ("", "", "running"),
        ("1", "", "initialised"),
        ("1", "true", "running"),
    ):
        monkeypatch.setenv("FLASK_DEBUG", debug)
        monkeypatch.setenv("WERKZEUG_RUN_MAIN", serving)
        app = stage.run_file(HOWTO / "embed_reloader.py")["app"]
        assert app.state == state
        app.shut_down()


# -- who may come in


def token(**claims):
    """A token that the script's secret signs."""
    import jwt

    told = {"sub": "ada", "aud": "redengine", "exp": time.time() + 600, **claims}
    return jwt.encode({key: each for key, each in told.items() if each is not None}, SECRET)


SECRET = "a-secret-of-the-test-with-enough-bytes"


def test_a_token_lets_in_whom_it_names(stage, monkeypatch):
    """Expired, foreign and unsigned ones are 401; its scopes decide about the rest."""
    pytest.importorskip("jwt")
    monkeypatch.setenv("JWT_SECRET", SECRET)
    port = api_of(stage.run_file(HOWTO / "authenticate_jwt.py")["app"]).port

    def status(given, path="/tasks", method="GET"):
        header = f"-H 'Authorization: Bearer {given}'" if given else ""
        return curl(f"curl {header} -X {method} {URL}{path}", port).status

    assert status("") == 401
    assert status(token(scope="read")) == 200
    assert status(token(scope="read"), "/tasks/fetch/jobs", "POST") == 403
    assert status(token(scope="read run"), "/tasks/fetch/jobs", "POST") == 201
    assert status(token(scope="read", tasks="other.*"), "/tasks/fetch") == 404
    assert status(token(scope="nonsense")) == 403
    assert status(token(scope="read", exp=time.time() - 60)) == 401
    assert status(token(scope="read", aud="another")) == 401
    assert status(token(scope="read", sub=None)) == 401
    assert status(token(scope="read")[:-4] + "AAAA") == 401


def test_a_proxy_tells_who_is_signed_in(stage):
    """Groups decide about scopes; who is not signed in is 401."""
    port = api_of(stage.run_file(HOWTO / "authenticate_proxy.py")["app"]).port

    def status(groups, path="/tasks", method="GET", email="ada@example.org"):
        who = f"-H 'X-Forwarded-Email: {email}'" if email else ""
        headers = f"{who} -H 'X-Forwarded-Groups: {groups}'"
        return curl(f"curl {headers} -X {method} {URL}{path}", port).status

    assert status("engineers", email="") == 401
    assert status("guests") == 200
    assert status("guests", "/tasks/fetch/jobs", "POST") == 403
    assert status("guests,operators", "/tasks/fetch/jobs", "POST") == 201
    assert status("operators", "/session/pause", "POST") == 403


# -- from elsewhere


def test_routes_of_a_worker_are_served_and_submit(stage):
    """`/` answers to GET and POST, and what it submits runs."""
    app = stage.run_file(HOWTO / "from_app_rest.py")["App"]
    port = api_of(app).port
    assert json.loads(curl(f"curl {URL}/", port).text) == {"code": 0}
    answer = json.loads(curl(f"""curl {URL}/ -d '{{"data": 1000}}'""", port).text)
    assert answer["code"] == 0
    assert app.job(answer["job_id"]).result(timeout=20) == {"handled": 1000}


def test_a_schedule_is_triggered(stage, capsys):
    """A job by hand has no scheduled time; the context is a parameter."""
    stage.run_file(HOWTO / "from_dbos.py")
    assert capsys.readouterr().out == "{'region': 'emea', 'day': None}\n"


# -- backups


def test_a_backup_is_whole_while_the_session_runs(stage):
    """All that was acknowledged is in the copy, which a session can be started on."""
    app = stage.run_file(HOWTO / "back_up.py")["app"]
    app.submit("back_up", job_id="copy-1", target="first.db").result(timeout=20)
    app.submit("back_up", job_id="copy-2").result(timeout=20)
    app.submit("back_up", job_id="copy-3").result(timeout=20)  # in place of the one before
    assert not list(Path().glob("*.partial"))
    with closing(sqlite3.connect("jobs-backup.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        counting = "SELECT count(*) FROM redengine_jobs WHERE job_id LIKE 'copy-%'"
        (jobs,) = copy.execute(counting).fetchone()
    assert jobs == 3
