import json
from pathlib import Path

from redengine import Session
from redengine.api import APITask


class FolderAPI(APITask):
    """Reads commands from `inbox/*.json`, and writes each answer beside it as `*.answer`.

    A command is {"resource": "Task", "method": "patch", "data": {"name": "fetch", …}}.
    """

    folder = Path("inbox")

    def serve(self, stop):
        self.folder.mkdir(exist_ok=True)
        while not stop.wait(0.2):
            for path in sorted(self.folder.glob("*.json")):
                command = json.loads(path.read_text(encoding="utf-8"))
                answer = self.answer(command["resource"], command["method"], command.get("data"))
                path.with_suffix(".answer").write_bytes(answer.content())
                path.unlink()


app = Session(parameters={"limit": 10})


@app.task("every 10 seconds")
def fetch(limit): ...


FolderAPI(session=app)
app.start()
