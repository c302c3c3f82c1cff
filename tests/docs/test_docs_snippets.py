"""Every snippet of the documentation runs, and says what the page around it says."""

import json
import threading
from pathlib import Path

import pytest
from docs_support import DOCS, SNIPPETS, api_of, commands, curl, fences, pages

SCRIPTS = sorted(path for path in SNIPPETS.rglob("*.py") if not path.name.startswith("test_"))
TESTS = sorted(path for path in SNIPPETS.rglob("test_*.py"))
HTTP = sorted(SNIPPETS.rglob("*.sh"))

for path in TESTS:
    namespace = {"__name__": path.stem}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), namespace)
    globals().update({name: each for name, each in namespace.items() if name.startswith("test_")})


def ended_jobs(session, number):
    """An event that is set when so many jobs of the session have ended."""
    reached = threading.Event()
    ended = []

    @session.hook("job_end")
    def note(job):
        ended.append(job)
        if len(ended) >= number:
            reached.set()

    return reached


NEEDED = {"authenticate_jwt.py": "jwt", "embed_fastapi.py": "fastapi"}
"""What a snippet needs that the package does not."""


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(SNIPPETS)))
def test_a_snippet_runs(stage, path, monkeypatch):
    """The script runs to its end, or starts its session, without an error or a warning."""
    if path.name in NEEDED:
        pytest.importorskip(NEEDED[path.name])
    for name in ("API_TOKEN", "DASHBOARD_KEY", "SCRAPER_KEY"):
        monkeypatch.setenv(name, f"for-the-test-of-{name}")
    stage.run_file(path)


@pytest.mark.parametrize("path", HTTP, ids=lambda path: str(path.relative_to(SNIPPETS)))
def test_the_requests_of_a_page_succeed(stage, path):
    """Each curl line is answered with success by the script of its name, or the tutorial's."""
    own = path.with_suffix(".py")
    script = stage.run_file(own if own.exists() else SNIPPETS / "tutorial" / "api.py")
    port = api_of(script["app"]).port
    lines = commands(path.read_text(encoding="utf-8"))
    assert lines
    for line in lines:
        answer = curl(line, port)
        assert answer.status < 400, f"{line}\n{answer.status} {answer.text}"


def test_the_first_session_greets(stage, capsys):
    """The first task of the tutorial starts at once."""
    source = (SNIPPETS / "tutorial" / "first.py").read_text(encoding="utf-8")
    before_start = source.replace("app.start()\n", "")
    app = stage.run(before_start)["app"]
    reached = ended_jobs(app, 1)
    app.start()
    assert reached.wait(60)
    stage.close()
    assert "Hello" in capsys.readouterr().out


def test_the_second_session_reports(stage, capsys):
    """The report runs after the count, with what the count has returned."""
    source = (SNIPPETS / "tutorial" / "second.py").read_text(encoding="utf-8")
    app = stage.run(source.replace("app.start()\n", ""))["app"]
    reached = ended_jobs(app, 2)
    app.start()
    assert reached.wait(60)
    stage.close()
    assert f"{app.returns['count']} files" in capsys.readouterr().out


def test_a_change_over_the_api_survives_a_restart(stage):
    """The tutorial's parameter is still Oslo when the script is started again."""
    path = SNIPPETS / "tutorial" / "api.py"
    url = "http://127.0.0.1:5000/parameters"
    app = stage.run_file(path)["app"]
    assert curl(f"""curl -X PATCH {url} -d '{{"city": "Oslo"}}'""", api_of(app).port).status == 200
    app.shut_down()
    again = stage.run_file(path)["app"]
    assert json.loads(curl(f"curl {url}", api_of(again).port).text)["city"] == "Oslo"


def test_an_unknown_task_is_answered_as_the_tutorial_says(stage):
    """The envelope in the tutorial and the reference is the real one, but for the id."""
    app = stage.run_file(SNIPPETS / "tutorial" / "api.py")["app"]
    answer = curl("curl http://127.0.0.1:5000/tasks/fecth", api_of(app).port)
    assert answer.status == 404
    for page in ("tutorial/api.md", "reference/http.md"):
        blocks = fences((DOCS / page).read_text(encoding="utf-8"))
        (shown,) = [json.loads(body) for language, body in blocks if language == "json"]
        assert {**json.loads(answer.text), "request_id": shown["request_id"]} == shown


@pytest.mark.parametrize(
    ("snippet", "page"),
    [
        ("tutorial/conditions.py", "tutorial/conditions.md"),
        ("tutorial/conditions_why.py", "tutorial/conditions.md"),
        ("howto/windows_first_chance.py", "howto/windows.md"),
        ("howto/missed.py", "howto/retries.md"),
        ("howto/stopping.py", "howto/processes.md"),
        ("howto/pausing.py", "howto/pause-cancel-terminate.md"),
        ("howto/progress.py", "howto/progress-and-output.md"),
        ("howto/input_files.py", "howto/progress-and-output.md"),
        ("reference/hooks.py", "reference/hooks.md"),
    ],
)
def test_a_page_shows_what_its_snippet_prints(stage, capsys, snippet, page):
    """The output on the page is the real one; threads may change the order of lines."""
    stage.run_file(SNIPPETS / snippet)
    blocks = fences((DOCS / page).read_text(encoding="utf-8"))
    shown = [sorted(body.splitlines()) for language, body in blocks if language == "text"]
    stage.close()
    assert sorted(capsys.readouterr().out.splitlines()) in shown


def test_the_guarded_api_lets_pass_who_has_the_token(stage, monkeypatch):
    """Without the token the answer is 403, with it 200."""
    monkeypatch.setenv("API_TOKEN", "for-the-test")
    app = stage.run_file(SNIPPETS / "howto" / "guarded_api.py")["app"]
    port = api_of(app).port
    url = "http://127.0.0.1:5000/health"
    assert curl(f"curl {url}", port).status == 403
    assert curl(f"curl -H 'Authorization: Bearer for-the-test' {url}", port).status == 200


def test_the_secured_api_obeys_its_keys(stage, monkeypatch):
    """The dashboard reads, and the scrapers' key runs what is theirs."""
    monkeypatch.setenv("DASHBOARD_KEY", "dashboard-key-for-the-test")
    monkeypatch.setenv("SCRAPER_KEY", "scraper-key-for-the-test")
    app = stage.run_file(SNIPPETS / "howto" / "secured.py")["app"]
    port = api_of(app).port
    url = "http://127.0.0.1:5000"
    assert curl(f"curl {url}/tasks", port).status == 401
    assert curl(f"curl -H 'X-API-Key: dashboard-key-for-the-test' {url}/tasks", port).status == 200
    key = "-H 'X-API-Key: scraper-key-for-the-test'"
    assert curl(f"curl {key} {url}/tasks", port).text == "[]\n"
    assert curl(f"curl {key} {url}/keys", port).status == 403


def test_the_company_api_knows_people_by_name(stage):
    """Who is signed in has the rights of the table; nobody else gets in."""
    app = stage.run_file(SNIPPETS / "howto" / "principal.py")["app"]
    port = api_of(app).port
    url = "http://127.0.0.1:5000"
    assert curl(f"curl {url}/tasks", port).status == 401
    for user, status in (("ada@example.org", 200), ("bob@example.org", 403)):
        line = f"curl -H 'X-Forwarded-User: {user}' -X POST {url}/session/pause"
        assert curl(line, port).status == status


def test_the_folder_transport_answers(stage):
    """A command in the folder changes the task, and the answer appears beside it."""
    command = {"resource": "Task", "method": "patch", "data": {"name": "fetch", "priority": 7}}
    Path("inbox").mkdir()
    changed = threading.Event()
    source = (SNIPPETS / "howto" / "transport.py").read_text(encoding="utf-8")
    script = stage.run(source.replace("app.start()\n", ""))
    app = script["app"]
    transport = app.tasks["FolderAPI"]
    answer_command = transport.answer

    def answer(*args):
        answered = answer_command(*args)
        changed.set()
        return answered

    transport.answer = answer
    Path("inbox/one.json").write_text(json.dumps(command), encoding="utf-8")
    app.start()
    assert changed.wait(60)
    assert app.tasks["fetch"].priority == 7
    app.shut_down()
    assert json.loads(Path("inbox/one.answer").read_text(encoding="utf-8"))["priority"] == 7


def test_every_snippet_is_shown():
    """No snippet file is left over that no page includes."""
    text = "".join(page.read_text(encoding="utf-8") for page in pages())
    left_over = [
        str(path.relative_to(DOCS))
        for path in (*SCRIPTS, *TESTS, *HTTP)
        if f"snippets/{path.relative_to(SNIPPETS)}" not in text
    ]
    assert left_over == []


def test_python_is_shown_from_files_only():
    """Pages have no Python of their own, which nothing would run."""
    offenders = [
        str(page.relative_to(DOCS))
        for page in pages()
        for language, _ in fences(page.read_text(encoding="utf-8"))
        if language in {"python", "py", "{code-block}"}
    ]
    assert offenders == []
