from datetime import timedelta

from redengine import Session
from redengine.conditions import CustomCondition, every


class QueueIsShort(CustomCondition):
    """Holds while fewer than `limit` things wait."""

    every = timedelta(seconds=5)

    def __init__(self, waiting: list[str], limit: int) -> None:
        self.waiting = waiting
        self.limit = limit

    @property
    def key(self) -> str:
        return f"QueueIsShort({self.limit})"

    def check(self) -> bool:
        return len(self.waiting) < self.limit

    def __str__(self) -> str:
        return f"QueueIsShort({self.limit})"


app = Session()
waiting: list[str] = []


@app.task(QueueIsShort(waiting, 10) & every("1 minute"))
def produce():
    waiting.append("one more")
