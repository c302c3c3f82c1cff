"""A worker that takes job documents over a worker API, on http://127.0.0.1:8080/api/v1.

Start it with `python examples/guest_worker.py`, then submit a job:

    curl http://127.0.0.1:8080/api/v1/jobs -d '{"version": "1.0", "job_id": "hello-1",
      "kind": "VMOperation", "operation": "system.echo",
      "payload": {"type": "system.echo.v1", "data": {"message": "hello"}}}'
    curl http://127.0.0.1:8080/api/v1/jobs/hello-1/result

FlaskAPI beside it, on port 5000, shows the same jobs with all that can be done to them.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import Any

from redengine import Session
from redengine.api import FlaskAPI, WorkerAPI

SYSTEMS = {
    "web": {"product_name": "Ubuntu 22.04 LTS", "distribution": "ubuntu", "version": "22.4"},
    "db": {"product_name": "Debian GNU/Linux 12", "distribution": "debian", "version": "12.5"},
}
PACKAGES = {"web": ["nginx", "openssl", "certbot"], "db": ["postgresql-15", "openssl"]}

app = Session(name="guest-worker")


@app.task(name="guestkit.inspect")
def inspect(image: dict[str, Any], options: dict[str, Any] | None = None) -> dict[str, Any]:
    """Tell what is inside a disk image; the images of this example are made up."""
    path = Path(image["path"])
    kind = "db" if "db" in path.stem else "web"
    found: dict[str, Any] = {
        "version": "1.0",
        "image": {"path": str(path), "format": image.get("format", path.suffix.lstrip("."))},
        "operating_system": {
            "type": "linux",
            **SYSTEMS[kind],
            "hostname": path.stem,
            "arch": "x86_64",
        },
    }
    if (options or {}).get("include_packages", True):
        packages = PACKAGES[kind]
        found["packages"] = {"count": len(packages), "manager": "deb", "packages": packages}
    return found


@app.task(name="system.echo")
def echo(message: str) -> dict[str, str]:
    """Return the message."""
    return {"message": message}


@app.task(name="test.echo")
def echo_anything(**data: Any) -> dict[str, Any]:
    """Return whatever was sent."""
    return data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=8080, help="of the worker API; 0: any free")
    parser.add_argument("--api-port", type=int, default=5000, help="of FlaskAPI; 0: any free")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    FlaskAPI(port=options.api_port, session=app)
    WorkerAPI(
        port=options.port,
        features=["lvm", "nbd"],
        extra={"disk_formats": ["qcow2", "raw", "vmdk"], "max_disk_size_gb": 100},
        session=app,
    )
    app.start()


if __name__ == "__main__":
    main()
