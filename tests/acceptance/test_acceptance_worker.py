"""The example of a worker API, as its clients meet it: in Python and in JavaScript."""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from script import LONGEST_WAIT_S, Http, Script, free_port

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "guest_worker.py"
NODE = shutil.which("node")


@pytest.fixture
def worker(tmp_path):
    """The example, listening; talks HTTP to its worker API."""
    port = free_port()
    with Script(EXAMPLE, "--port", port, "--api-port", 0, cwd=tmp_path) as script:
        script.wait_for(f"listening on http://127.0.0.1:{port}")
        yield Http(port)
        assert script.end() == 0


def submitted(worker, job_id, operation, data):
    """The answer to a submission."""
    document = {
        "version": "1.0",
        "job_id": job_id,
        "kind": "VMOperation",
        "operation": operation,
        "created_at": datetime.now(UTC).isoformat(),
        "payload": {"type": f"{operation}.v1", "data": data},
    }
    return worker("POST", "/api/v1/jobs", document)


def followed(worker, job_id):
    """The status object of a job at its end, and the statuses on the way."""
    seen = []
    while not seen or seen[-1] not in {"Completed", "Failed"}:
        status, answer = worker("GET", f"/api/v1/jobs/{job_id}")
        assert status == 200
        seen.append(answer["data"]["status"])
    assert set(seen) <= {"Pending", "Assigned", "Running", "Completed", "Failed"}
    return answer["data"]


def test_a_client_in_python_goes_the_whole_way(worker):
    """Health, capabilities, submission, status, result, list: each in its documented shape."""
    status, health = worker("GET", "/api/v1/health")
    assert (status, health["data"]["status"]) == (200, "healthy")
    told = worker("GET", "/api/v1/capabilities")[1]["data"]
    assert told["operations"] == ["guestkit.inspect", "system.echo", "test.echo"]
    assert told["disk_formats"] == ["qcow2", "raw", "vmdk"]
    assert told["max_concurrent_jobs"] >= 1

    image = {"path": "/vms/web-7.qcow2", "format": "qcow2"}
    status, answer = submitted(worker, "inspect-1", "guestkit.inspect", {"image": image})
    assert (status, answer["data"]["status"]) == (201, "submitted")
    job = followed(worker, answer["data"]["job_id"])
    assert (job["status"], job["error"]) == ("Completed", None)
    assert datetime.fromisoformat(job["completed_at"]).tzinfo is not None
    result = worker("GET", "/api/v1/jobs/inspect-1/result")[1]
    assert result["success"] is True
    assert result["data"]["image"] == image
    assert result["data"]["operating_system"]["hostname"] == "web-7"
    assert result["data"]["packages"]["count"] == len(result["data"]["packages"]["packages"])

    assert submitted(worker, "echo-1", "system.echo", {"message": "hello"})[0] == 201
    assert submitted(worker, "echo-2", "test.echo", {"any": [1, 2]})[0] == 201
    assert [followed(worker, name)["status"] for name in ("echo-1", "echo-2")] == ["Completed"] * 2
    assert worker("GET", "/api/v1/jobs/echo-2/result")[1]["data"] == {"any": [1, 2]}
    listed = worker("GET", "/api/v1/jobs")[1]["data"]
    assert [job["job_id"] for job in listed["jobs"]] == ["echo-2", "echo-1", "inspect-1"]
    assert listed["total"] == 3

    assert submitted(worker, "echo-3", "system.echo", {})[0] == 400
    assert worker("GET", "/api/v1/jobs/echo-3")[0] == 404


@pytest.mark.skipif(NODE is None, reason="there is no node here to run a JavaScript client")
def test_a_client_in_javascript_goes_the_whole_way(worker):
    """Fetch in node submits the document, follows the job and reads its result."""
    script = str(HERE / "worker_client.mjs")
    told = subprocess.run(
        [
            *(NODE, script, worker.url, "from-node", "system.echo"),
            '{"message": "hello"}',
        ],
        capture_output=True,
        text=True,
        timeout=LONGEST_WAIT_S,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert found["submitted"]["data"]["job_id"] == "from-node"
    assert found["job"]["status"] == "Completed"
    assert found["result"] == {"message": "hello"}
