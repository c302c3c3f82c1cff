import asyncio

from redengine import Session

app = Session()


@app.task(execution="async")
async def fetch(page: int):
    await asyncio.sleep(0.01)
    return f"page {page}"


async def main():
    app.start(block=False)
    try:
        jobs = [await asyncio.to_thread(app.submit, fetch, page=page) for page in (1, 2, 3)]
        print(*await asyncio.gather(*(asyncio.to_thread(job.result, 30) for job in jobs)))
    finally:
        await asyncio.to_thread(app.shut_down)


asyncio.run(main())
