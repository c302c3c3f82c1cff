"""`redengine export`, `plan` and `apply`: what is sent, and how a plan is shown."""

import json

import httpx
import pytest

PLAN = {
    "digest": "abc123",
    "summary": "1 to create, 1 to change, 1 to delete, 4 unchanged",
    "prune": False,
    "create": [
        {
            "resource": "task",
            "name": "tidy\x1b[2J",
            "fields": {"command": {"before": None, "after": "rm -f x"}},
            "starts": {"before": [], "after": ["2026-01-01T07:00:00+00:00"]},
        }
    ],
    "change": [
        {
            "resource": "parameter",
            "name": "city",
            "fields": {"value": {"before": "Bergen", "after": "Oslo"}},
        }
    ],
    "delete": [
        {"resource": "runtime", "name": "gpu", "fields": {"size": {"before": 2, "after": None}}}
    ],
    "unchanged": 4,
    "affected": [
        {
            "resource": "task",
            "name": "report",
            "starts": {"before": [], "after": [], "reason": "it waits for task 'tidy'"},
        }
    ],
    "warnings": [{"resource": "parameter", "name": "token", "message": "is a secret"}],
}


class Server:
    """Answers every request with the same, and keeps them."""

    def __init__(self, status=200, **answer):
        self.requests = []
        self._answer = {"status_code": status, **answer}
        self.transport = httpx.MockTransport(self._handle)

    def _handle(self, request):
        self.requests.append(request)
        return httpx.Response(**self._answer)

    @property
    def line(self):
        """The method and target of the only request."""
        (request,) = self.requests
        return f"{request.method} {request.url.raw_path.decode()}"


@pytest.fixture
def document(tmp_path):
    """A document in a file."""
    path = tmp_path / "state.yaml"
    path.write_text("version: 1\ntasks: {fetch: {retries: 3}} # é\n", encoding="utf-8")
    return path


def test_export_prints_yaml(run):
    """As the server wrote it."""
    text = "version: 1\ntasks: {}\n"
    server = Server(text=text, headers={"Content-Type": "application/yaml"})
    result = run("export", transport=server.transport)
    assert (result.exit_code, result.stdout) == (0, text)
    assert server.line == "GET /api/v1/export?format=yaml"


def test_export_is_json_for_programs(run):
    """With everything, if that is asked for."""
    server = Server(json={"version": 1})
    result = run("export", "--all", "--json", transport=server.transport)
    assert json.loads(result.stdout) == {"version": 1}
    assert server.line == "GET /api/v1/export?format=json&all=true"


def test_export_writes_a_file(run, tmp_path):
    """And says so on stderr alone."""
    server = Server(text="version: 1\n", headers={"Content-Type": "application/yaml"})
    result = run("export", "-o", tmp_path / "state.yaml", transport=server.transport)
    assert result.stdout == ""
    assert (tmp_path / "state.yaml").read_text(encoding="utf-8") == "version: 1\n"


def test_plan_shows_what_would_change(run, document):
    """What is made, changed and removed, when tasks would start then, and what to beware of."""
    server = Server(json=PLAN)
    result = run("plan", document, transport=server.transport)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == r"+ task tidy\x1b[2J"
    assert "    command: rm -f x" in lines
    assert "~ parameter city" in lines
    assert "    value: Bergen -> Oslo" in lines
    assert "- runtime gpu" in lines
    assert "    size: 2" in lines
    assert "    it waits for task 'tidy'" in lines
    assert lines[-1] == PLAN["summary"]
    assert "warning: parameter token is a secret" in result.stderr
    assert server.line == "POST /api/v1/plan"


def test_a_document_is_sent_as_it_is(run, document):
    """The server reads YAML and JSON; the command line reads neither."""
    server = Server(json=PLAN)
    run("plan", document, "--prune", transport=server.transport)
    assert server.requests[0].content == document.read_bytes()
    assert server.line == "POST /api/v1/plan?prune=true"


def test_a_document_is_read_from_stdin(run):
    """A dash stands for it."""
    server = Server(json=PLAN)
    run("plan", "-", input="tasks: {}", transport=server.transport)
    assert server.requests[0].content == b"tasks: {}"


def test_apply_sends_what_is_expected(run, document):
    """The digest of a plan that was looked at, and whether the rest is removed."""
    server = Server(json={**PLAN, "applied": True})
    words = ("apply", document, "--prune", "--expect", "abc123", "--json")
    result = run(*words, transport=server.transport)
    assert json.loads(result.stdout)["applied"] is True
    assert server.line == "POST /api/v1/apply?prune=true&expect=abc123"


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [(412, "PRECONDITION_FAILED", 4), (409, "CONFLICT", 4), (400, "VALIDATION_ERROR", 2),
     (500, "APPLY_FAILED", 5), (401, "UNAUTHORIZED", 4), (415, "UNSUPPORTED", 2)],
)  # fmt: skip
def test_an_error_of_apply_has_its_exit_code(run, document, status, code, expected):
    """Refused, of the wrong form, or trouble of the server."""
    envelope = {"error": code, "message": "it\x1b[2J\ncannot be", "details": {}}
    result = run("apply", document, transport=Server(status, json=envelope).transport)
    assert (result.exit_code, result.stdout) == (expected, "")
    assert "\x1b" not in result.stderr


def test_a_file_that_is_no_text_is_a_usage_error(run, tmp_path):
    """The place of the byte is told, and nothing is sent."""
    (tmp_path / "state.yaml").write_bytes(b"tasks: \xff")
    server = Server(json=PLAN)
    result = run("apply", tmp_path / "state.yaml", transport=server.transport)
    assert (result.exit_code, server.requests) == (2, [])
    assert "byte 7" in result.stderr


def test_a_file_that_is_not_there_is_a_usage_error(run):
    """As click says it."""
    assert run("plan", "none.yaml").exit_code == 2


def test_a_real_session_becomes_what_a_document_says(call, live, document, tmp_path):
    """The plan is shown, applied if it is still the one that was seen, and then there is none."""
    plan = call("plan", document)
    assert "    retries: 0 -> 3" in plan.stdout.splitlines()
    digest = plan.stderr.strip().removeprefix("digest: ")
    assert call("apply", document, "--expect", "another").exit_code == 4
    assert live.session.tasks["fetch"].retries == 0
    applied = call("apply", document, "--expect", digest)
    assert applied.exit_code == 0, applied.output
    assert live.session.tasks["fetch"].retries == 3
    assert call("plan", document).stdout.startswith("0 to create, 0 to change, 0 to delete")
    assert call("export", "-o", tmp_path / "now.yaml").exit_code == 0
    assert "retries: 3" in (tmp_path / "now.yaml").read_text(encoding="utf-8")


def test_a_document_that_does_not_fit_is_a_usage_error(call, tmp_path):
    """The field is named, and nothing is changed."""
    (tmp_path / "wrong.yaml").write_text("version: 1\ntasks: {fecth: {retries: 3}}\n")
    result = call("apply", tmp_path / "wrong.yaml")
    assert result.exit_code == 2
    assert "tasks.fecth" in result.stderr
