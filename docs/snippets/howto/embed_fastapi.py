import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI

from redengine import Session

app = Session()


@app.task("every 10 min")
def refresh():
    return {"rows": 42}


@app.task(execution="process")
def add(a: int, b: int):
    return a + b


@asynccontextmanager
async def lifespan(_web):
    app.start(block=False)
    yield
    await asyncio.to_thread(app.shut_down)


web = FastAPI(lifespan=lifespan)


@web.post("/sums")
async def post_sum(a: int, b: int):
    job = await app.submit_async(add, a=a, b=b)
    return {"sum": await job}
