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
        jobs = [await app.submit_async(fetch, page=page) for page in (1, 2, 3)]
        print(*[await job for job in jobs])
    finally:
        await asyncio.to_thread(app.shut_down)


asyncio.run(main())
