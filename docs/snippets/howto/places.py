import asyncio
import os

from redengine import Session

app = Session()


@app.task()
def in_a_thread():
    return os.getpid()


@app.task(execution="process")
def in_a_process():
    return os.getpid()


@app.task(execution="async")
async def on_the_loop():
    await asyncio.sleep(0)
    return "async"


@app.task(execution="main")
def in_the_main_thread():
    return "main"


jobs = app.run(in_a_thread, in_a_process, on_the_loop, in_the_main_thread, timeout=30)
for job in jobs:
    print(job.task, job.result())
# checked by the tests
assert jobs[0].result() == os.getpid() != jobs[1].result()
