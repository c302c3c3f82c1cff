from pathlib import Path

from redengine import Session
from redengine.conditions import after_success, every
from redengine.parameters import Arg, Return

app = Session(store="sqlite:///first.db", parameters={"folder": "."})


@app.task(every("2 seconds"))
def count(folder=Arg("folder")):
    return len(list(Path(folder).iterdir()))


@app.task(after_success(count))
def report(number=Return(count)):
    print(f"{number} files")


app.start()
