from pathlib import Path

from redengine import Session
from redengine.conditions import daily
from redengine.parameters import Arg

app = Session(parameters={"inbox": "inbox"})


@app.condition(every="5 s")
def file_exists(path):
    return Path(path).exists()


@app.condition(every="1 minute", reads=["parameter:inbox"])
def inbox_is_full(limit=10, inbox=Arg("inbox")):
    return len(list(Path(inbox).glob("*.csv"))) >= limit


@app.task(file_exists("inbox/data.csv") & daily)
def load(): ...


@app.task("inbox_is_full(limit=100) & daily after 07:00")
def sweep(): ...
