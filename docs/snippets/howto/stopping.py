import asyncio
import time

from redengine import Session, current_job

app = Session()


@app.task(timeout="200 ms")
def step_by_step():
    job = current_job()
    for step in range(1_000):
        time.sleep(0.01)
        job.checkpoint()
        job.progress(step, 1_000)


@app.task(execution="async", timeout="200 ms")
async def step_by_step_async():
    for _ in range(1_000):
        await asyncio.sleep(0.01)
        await current_job().checkpoint()


for job in app.run(step_by_step, step_by_step_async, timeout=30):
    print(job.task, job.status, job.reason)
# checked by the tests
assert job.status == "terminate"
assert job.reason == "timeout"
