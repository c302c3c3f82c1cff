import asyncio

from redengine import Session
from redengine.tasks.api import FlaskAPI

app = Session()


@app.rest.get("/countdown/<int:start>")
def countdown(start: int):
    for left in range(start, 0, -1):
        yield {"left": left}


@app.rest.get("/uptime")
async def uptime(session):
    while True:
        yield session.snapshot()["uptime"]
        await asyncio.sleep(1)


FlaskAPI()
app.start()
