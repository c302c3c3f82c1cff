"""Control a session with JSON files in a folder: a transport of one's own.

A file `inbox/0001.json` such as {"resource": "Task", "method": "patch", "data": {"name": "tick",
"disabled": true}} is carried out, and answered in `outbox/0001.json`.

Run it with `python examples/folder_api.py`, and in another shell
`echo '{"resource": "Tasks", "method": "get"}' > inbox/0001.json`.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from redengine import Session
from redengine.tasks.api import APITask


class FolderAPI(APITask):
    """Takes commands from files in one folder and puts the answers into another.

    Args:
        inbox: where commands are put; write a file under another name, then rename it.
        outbox: where answers are put.
        **options: see `APITask`.
    """

    def __init__(self, inbox: str | Path, outbox: str | Path, **options: Any) -> None:
        self.inbox = Path(inbox)
        self.outbox = Path(outbox)
        super().__init__(**options)

    def setup(self) -> None:
        super().setup()
        self.inbox.mkdir(exist_ok=True)
        self.outbox.mkdir(exist_ok=True)

    def serve(self, stop: Any) -> None:
        while not stop.wait(0.2):
            for path in sorted(self.inbox.glob("*.json")):
                self.carry_out(path)

    def carry_out(self, path: Path) -> None:
        """Do what one file says, answer, and remove it."""
        try:
            command = json.loads(path.read_text(encoding="utf-8"))
            answer = self.answer(command["resource"], command["method"], command.get("data"))
            written = {"status": answer.status, "body": json.loads(answer.content() or "null")}
        except (ValueError, KeyError, TypeError) as error:
            written = {"status": 400, "body": {"message": f"not a command: {error!r}"}}
        (self.outbox / path.name).write_text(json.dumps(written), encoding="utf-8")
        path.unlink()


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    app = Session(store="sqlite:///folder_api.db")

    @app.task("every 2 seconds")
    def tick() -> None:
        print("tick", flush=True)

    FolderAPI("inbox", "outbox", session=app)
    print("Put JSON commands into inbox/; answers come to outbox/. Ctrl-C stops.", flush=True)
    app.start()


if __name__ == "__main__":
    main()
