"""The example that `make run` starts."""

from pathlib import Path

from script import Http, Script, free_port

EXAMPLE = Path(__file__).parents[2] / "examples" / "machine_watch.py"


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
