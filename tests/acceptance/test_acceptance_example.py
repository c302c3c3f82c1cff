"""The example that `make run` starts."""

import json
import time
from pathlib import Path

from script import Http, Script, free_port

EXAMPLES = Path(__file__).parents[2] / "examples"
EXAMPLE = EXAMPLES / "machine_watch.py"


def run_example(tmp_path, port):
    return Script(EXAMPLE, "--port", port, cwd=tmp_path)


def finished(http, task):
    """The task's latest job, after it was run by hand and has ended."""
    status, job = http("POST", f"/tasks/{task}/jobs", {})
    assert status == 201
    while job["status"] in {"queued", "run"}:
        job = http("GET", f"/jobs/{job['job_id']}")[1]
    return job


def test_the_example_does_real_work_and_remembers_it(tmp_path):
    """Samples, a threshold, a command, a process, an honest failure; history over a restart."""
    port = free_port()
    http = Http(port)
    with run_example(tmp_path, port) as script:
        script.wait_for("listening on")
        jobs = {
            task: finished(http, task)
            for task in ("sample", "busiest", "disk_free", "primes", "loop_latency", "watchlist")
        }
        assert http("PATCH", "/parameters", {"memory_limit": 0})[0] == 200
        alert = finished(http, "alert")
        over = http("GET", f"/jobs/{alert['job_id']}/result")[1]["result"]
        (tmp_path / "watchlist.txt").write_text("python3\n")
        mended = finished(http, "watchlist")
        assert script.end() == 0
    with run_example(tmp_path, port) as script:
        script.wait_for("listening on")
        logged = http("GET", "/logs?task_name=primes&action=success")[1]
        parameters = http("GET", "/parameters")[1]
        returns = http("GET", "/returns")[1]
        assert script.end() == 0

    failed = jobs.pop("watchlist")
    assert {job["status"] for job in jobs.values()} == {"success"}
    assert failed["status"] == "fail"
    assert "watchlist.txt" in failed["error"]
    assert any(line.startswith("memory") for line in over)
    assert mended["status"] == "success"
    assert logged
    assert parameters["memory_limit"] == 0
    assert returns["primes"]["primes"] > 0


def test_a_worker_client_submits_watches_and_reads(tmp_path):
    """The worker-style flow over the example session: a result, a failure, what cannot be."""
    port = free_port()

    def ask(*arguments, url=f"http://127.0.0.1:{port}"):
        client = Script(
            EXAMPLES / "worker_client.py", *arguments, cwd=tmp_path, env={"REDENGINE_URL": url}
        )
        with client:
            return client.end(0), client.output

    with run_example(tmp_path, port) as script:
        script.wait_for("listening on")
        code, output = ask("primes", '{"limit": 2000}')
        assert code == 0
        assert '"primes": 303' in output
        assert ": success" in output
        code, output = ask("watchlist")
        assert code == 1
        assert "failed: FileNotFoundError" in output
        code, output = ask("prims")
        assert code == 2
        assert "NOT_FOUND: no task 'prims'; did you mean 'primes'?" in output
        assert script.end() == 0
    code, output = ask("primes")
    assert code == 2
    assert "UNREACHABLE" in output


def test_a_folder_of_commands_controls_a_session(tmp_path):
    """A user's own transport does what HTTP does; a bad command is answered, not fatal."""
    with Script(EXAMPLES / "folder_api.py", cwd=tmp_path) as script:
        script.wait_for("tick")
        commands = {
            "1": {"resource": "Task", "method": "patch", "data": {"name": "tick", "priority": 3}},
            "2": {"resource": "Task", "method": "get", "data": {"name": "tikc"}},
            "3": ["nonsense"],
            "4": {"resource": "Task", "method": "delete", "data": {"name": "tick"}},
        }
        answers = {name: answered(tmp_path, name, command) for name, command in commands.items()}
        assert script.end() == 0

    assert {name: answer["status"] for name, answer in answers.items()} == {
        "1": 200,
        "2": 404,
        "3": 400,
        "4": 204,
    }
    assert answers["1"]["body"]["priority"] == 3
    assert "did you mean 'tick'" in answers["2"]["body"]["message"]


def answered(folder, name, command):
    """Put a command into the inbox, and wait for its answer in the outbox."""
    draft = folder / f"{name}.draft"
    draft.write_text(json.dumps(command))
    draft.rename(folder / "inbox" / f"{name}.json")
    answer = folder / "outbox" / f"{name}.json"
    deadline = time.monotonic() + 30
    while not answer.exists() or not answer.read_text():
        assert time.monotonic() < deadline, "no answer"
        time.sleep(0.01)  # another process writes a file; nothing tells of it
    return json.loads(answer.read_text())
