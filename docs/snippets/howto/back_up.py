import sqlite3
from contextlib import closing
from pathlib import Path

from redengine import Session

app = Session(store="sqlite:///jobs.db")


@app.task("daily at 03:00")
def back_up(source="jobs.db", target="jobs-backup.db"):
    """Copy the store as it is at one moment, while the session goes on."""
    partial = Path(f"{target}.partial")
    partial.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as store:
        store.execute("VACUUM INTO ?", [str(partial)])
    partial.replace(target)
    return partial.name


app.start()
