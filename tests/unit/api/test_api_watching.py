"""Capabilities, health and metrics over the API: what is told, and that labels stay few."""

import threading
from datetime import date
from urllib.parse import quote

import pytest
from prometheus_client.parser import text_string_to_metric_families
from test_api_with_session import call, running

from redengine import Session
from redengine.api import FlaskAPI
from redengine.api.endpoints import RESOURCES
from redengine.api.http.routes import ROUTES
from redengine.parameters import TerminationFlag

WAIT_S = 20


def test_alive_and_ready_may_be_asked_by_anybody():
    """The door reads it from the resource; nothing else is public."""
    assert {name for name, kind in RESOURCES.items() if kind.public} == {"Liveness", "Readiness"}


def test_alive_is_answered_whatever_the_session_does(client, session):
    """200 as long as there is an answer at all."""
    session.is_well, session.reasons, session.state = False, ["all is lost"], "stopping"
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_ready_gives_the_reasons(client, session):
    """200, or 503 with each thing in the way."""
    assert client.get("/health/ready").status_code == 200
    session.reasons = ["the store cannot be written: disk full"]
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json["reasons"]) == (503, session.reasons)
    assert answer.headers["Retry-After"]


def test_health_is_503_when_unwell(client, session):
    """With the checks in the body."""
    assert client.get("/health").status_code == 200
    session.is_well = False
    answer = client.get("/health")
    assert (answer.status_code, answer.json["status"]) == (503, "unhealthy")


def test_metrics_have_their_own_content_type(client):
    """As scrapers expect it."""
    answer = client.get("/metrics")
    assert answer.data == b"# nothing is counted\n"
    assert answer.headers["Content-Type"].startswith("text/plain; version=")


@pytest.mark.parametrize(
    ("method", "path", "counted"),
    [
        ("GET", "/tasks/fetch", ("/tasks/<name>", "GET", 200)),
        ("GET", "/task/fetch", ("/tasks/<name>", "GET", 200)),
        ("GET", "/api/v1/tasks/nothing/", ("/tasks/<name>", "GET", 404)),
        ("HEAD", "/tasks", ("/tasks", "HEAD", 200)),
        ("PATCH", "/tasks/fetch", ("/tasks/<name>", "PATCH", 400)),
        ("POST", "/health", ("unknown", "POST", 405)),
        ("GET", "/nowhere", ("unknown", "GET", 404)),
        ("BREW", "/tasks", ("unknown", "unknown", 405)),
    ],
)
def test_a_request_is_counted_by_its_route(client, session, method, path, counted):
    """By the template of its path, whatever was asked for and whatever came of it."""
    client.open(path, method=method, data='{"priority": "high"}')
    assert session.metrics.requests == [counted]


def test_a_request_that_is_refused_at_the_door_is_counted(client, session):
    """Refusals are what one wants to see."""
    client.get("/tasks", headers={"Host": "evil.example"})
    assert session.metrics.requests == [("/tasks", "GET", 403)]


def test_a_route_of_the_users_own_is_counted_by_its_rule(api, client, session):
    """Not by its path either."""
    api.app.add_url_rule("/items/<int:object>", view_func=str)
    for number in range(3):
        assert client.get(f"/items/{number}").status_code == 200
    assert session.metrics.requests == [("/items/<int:object>", "GET", 200)] * 3


def labels_of(api):
    """The label sets that the API shows, and its content type."""
    status, text = call(api, "GET", "/metrics")
    assert status == 200
    families = text_string_to_metric_families(text.decode())
    return {
        (sample.name, *sorted(sample.labels.items()))
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_unknown_paths_and_ids_make_no_label(count):
    """Labels are routes; what strangers make up is none."""
    session = Session()
    client = FlaskAPI(port=0, session=session).app.test_client()
    paths = ("/{}", "/tasks/{}", "/jobs/{}", "/jobs/{}/result", "/runtimes/{}", "/api/v2/{}")
    for path in paths:
        client.get(path.format("first"))
    client.open("/tasks", method="MADE-UP")
    known = set(session.metrics._requests)
    for number in range(count):
        client.get(paths[number % len(paths)].format(f"made-up-{number}"))
        if number % 100 == 0:
            client.open("/tasks", method=f"MADE-UP-{number}")
    assert set(session.metrics._requests) == known
    assert {route for route, _, _ in known} <= {*(paths[0] for paths in ROUTES.values()), "unknown"}
    assert sum(session.metrics._requests.values()) == count + count // 100 + len(paths) + 1
    session.shut_down()


def test_metrics_of_a_running_session_are_read_by_prometheus():
    """Jobs, runtimes, engine, store and requests, under the names that the guide gives."""
    session = Session()
    with running(session) as api:
        session.task(name="fetch")(lambda: None)
        call(api, "POST", "/jobs", {"task": "fetch", "job_id": "mine"})
        session.job("mine").result(WAIT_S)
        session.store.flush()
        labels_of(api)
        found = labels_of(api)
        for sample in (
            ("redengine_jobs_ended_total", ("end", "success"), ("task", "fetch")),
            ("redengine_job_queue_wait_seconds_count", ("runtime", "thread")),
            ("redengine_runtime_queued", ("runtime", "process")),
            ("redengine_engine_evaluation_seconds_total",),
            ("redengine_store_commit_seconds_count",),
            (
                "redengine_api_requests_total",
                ("method", "GET"),
                ("route", "/metrics"),
                ("status", "200"),
            ),
        ):
            assert sample in found


def work(day: date, rows: int = 10):
    """A task's function."""


def test_capabilities_are_what_is_registered():
    """Tasks with schemas, runtimes with load, limits in force, features, databases, operations."""
    session = Session(config={"max_queue_size": 77})
    session.task(name="a/b", description="Works.")(work)
    with running(session) as api:
        session.runtime("gpu", kind="process", size=3)
        _, found = call(api, "GET", "/api/v1/capabilities")
        (task,) = found["tasks"]
        assert task["parameters"]["required"] == ["day"]
        assert task["links"]["jobs"] == "/api/v1/tasks/a%2Fb/jobs"
        sizes = {each["runtime_id"]: each["size"] for each in found["runtimes"]}
        assert (sizes["gpu"], sizes["thread"]) == (3, session.config.max_threads)
        limits = found["limits"]
        assert limits["max_queue_size"] == 77
        assert limits["requests_at_once"] == api.threads
        usable = {each["kind"]: each["usable"] for each in found["databases"]}
        assert usable == {"sqlite": True, "postgresql": True, "mariadb": True}
        assert [each["kind"] for each in found["databases"] if each["in_use"]] == ["sqlite"]
        assert "deadlines" in found["features"]
        assert found["operations"]["Runtime"] == ["GET", "PATCH", "DELETE"]
        assert found["operations"].keys() == RESOURCES.keys()
        assert (
            found["versions"]["redengine"]
            == call(api, "GET", "/session")[1]["versions"]["redengine"]
        )


@pytest.mark.parametrize("size", [1024, 2048])
def test_the_largest_body_in_capabilities_is_the_one_in_force(size):
    """It follows Flask's configuration: one byte more is refused."""
    session = Session()
    api = FlaskAPI(port=0, session=session, app_config={"MAX_CONTENT_LENGTH": size})
    client = api.app.test_client()
    assert client.get("/capabilities").json["limits"]["largest_body_bytes"] == size
    for length, status in ((size, 200), (size + 1, 413)):
        body = b"{}" + b" " * (length - 2)
        assert client.patch("/parameters", data=body).status_code == status
    session.shut_down()


@pytest.mark.parametrize(
    ("limit", "ask"),
    [
        ("longest_job_id", lambda n: ("POST", "/jobs", {"task": "job", "job_id": "x" * n})),
        ("longest_name", lambda n: ("PUT", f"/tasks/{'x' * n}", {"code": "1"})),
        ("longest_name", lambda n: ("POST", "/runtimes", {"runtime_id": "x" * n})),
        ("largest_page", lambda n: ("GET", f"/jobs?$limit={n}", None)),
        ("most_query_keys", lambda n: ("GET", "/jobs?" + "&".join(["task=a"] * n), None)),
    ],
)
def test_a_limit_in_capabilities_is_the_one_in_force(limit, ask):
    """What it says is taken, one more is not."""
    session = Session()
    session.task(name="job")(lambda: None)
    with running(session) as api:
        number = call(api, "GET", "/capabilities")[1]["limits"][limit]
        assert call(api, *ask(number))[0] < 300
        assert call(api, *ask(number + 1))[0] == 400


def test_a_driver_that_is_missing_is_told(monkeypatch, client):
    """A database whose driver cannot be imported is not usable."""
    from redengine.store.engines import urls

    monkeypatch.setattr(urls, "find_spec", lambda name: None if name == "pymysql" else object())
    monkeypatch.setattr(
        urls, "import_module", lambda name: (_ for _ in ()).throw(ImportError(name))
    )
    usable = {each["kind"]: each["usable"] for each in urls.database_kinds()}
    assert usable == {"sqlite": True, "postgresql": False, "mariadb": False}


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("sqlite://", "sqlite"),
        ("sqlite:///jobs.db", "sqlite"),
        ("postgresql://me@host/name", "postgresql"),
        ("postgres://host/name", "postgresql"),
        ("mysql+pymysql://host/name", "mariadb"),
        ("mariadb://host/name", "mariadb"),
    ],
)
def test_the_database_in_use_is_told_by_its_url(url, kind):
    """Whatever spelling the URL has."""
    from redengine.store import kind_of

    assert kind_of(url) == kind


def test_a_session_over_http_is_well_and_ready():
    """And says so with 200, with every check in the body."""
    session = Session()
    with running(session) as api:
        status, body = call(api, "GET", "/health")
        assert (status, set(body["checks"])) == (
            200,
            {"engine", "lag", "store", "runtimes", "queue", "conditions", "clock"},
        )
        assert call(api, "GET", "/health/ready")[0] == 200
        assert call(api, "GET", "/health/live") == (200, {"status": "alive"})
        links = call(api, "GET", "/session")[1]["links"]
        for path in links.values():
            assert call(api, "GET", path)[0] == 200, path


def test_a_runtime_made_over_http_runs_jobs_and_survives_a_restart(tmp_path):
    """With the task that names it; removed by force, the task runs in the default one after."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    code = {"code": "result = 1", "execution": "my gpu"}
    with running(Session(store=url)) as api:
        assert call(api, "POST", "/tasks/train", code)[0] == 404
        body = {"runtime_id": "my gpu", "kind": "process", "thread_pool_size": 1}
        assert call(api, "POST", "/runtimes", body)[0] == 201
        assert call(api, "POST", "/tasks/train", code)[0] == 201
        assert call(api, "PATCH", "/runtimes/my%20gpu", {"size": 2})[0] == 200
    session = Session(store=url)
    with running(session) as api:
        path = f"/runtimes/{quote('my gpu')}"
        runtime = call(api, "GET", path)[1]
        assert (runtime["kind"], runtime["size"], runtime["tasks"]) == ("process", 2, ["train"])
        job = call(api, "POST", "/jobs", {"task": "train"})[1]
        assert job["runtime"] == "my gpu"
        assert session.job(job["job_id"]).result(WAIT_S) == 1
        assert call(api, "GET", runtime["links"]["jobs"])[1][0]["job_id"] == job["job_id"]
        assert call(api, "GET", runtime["links"]["tasks"])[1][0]["name"] == "train"
        status, error = call(api, "DELETE", path)
        assert (status, error["details"]["tasks"]) == (409, ["train"])
        status, removed = call(api, "DELETE", f"{path}?force=true")
        assert (status, removed["tasks"], removed["default"]) == (200, ["train"], "thread")
        assert call(api, "GET", "/tasks/train")[1]["execution"] == "thread"
    session = Session(store=url)
    with running(session) as api:
        assert "my gpu" not in session.runtimes
        assert session.tasks["train"].execution is None


def test_a_removal_over_http_waits_for_no_job():
    """It is answered while the job goes on; other writes are too."""
    started, release = threading.Event(), threading.Event()

    def stubborn(flag=TerminationFlag()):
        started.set()
        flag.wait(WAIT_S)
        release.wait(WAIT_S)

    session = Session(config={"termination_grace": "20 s"})
    session.runtime("gpu")
    session.task(name="train")(stubborn)
    with running(session) as api:
        job = session.submit_task(session.tasks["train"], {}, options={"runtime": "gpu"})
        assert started.wait(WAIT_S)
        assert call(api, "DELETE", "/runtimes/gpu")[0] == 409
        assert call(api, "DELETE", "/runtimes/gpu?force=true")[0] == 204
        assert call(api, "GET", "/runtimes/gpu")[1]["status"] == "draining"
        assert call(api, "PATCH", "/parameters", {"day": 1})[0] == 200
        assert not job.has_ended
        release.set()
        assert job.wait(WAIT_S)
        for thread in threading.enumerate():
            if thread.name == "redengine-remove-gpu":
                thread.join(WAIT_S)
        assert call(api, "GET", "/runtimes/gpu")[0] == 404
