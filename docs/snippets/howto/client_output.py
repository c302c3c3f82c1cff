from redengine import Session
from redengine.tasks.api import FlaskAPI

app = Session()


@app.task()
def count(n=3):
    for number in range(n):
        print("line", number)


api = FlaskAPI()
app.start(block=False)
api.wait_ready()
url = api.url

# the client
import asyncio

from redengine.client import AsyncClient


async def main():
    async with AsyncClient(url) as client:
        jobs = [await client.tasks["count"].run(n=n) for n in range(1, 4)]
        await asyncio.gather(*(job.result(timeout=60) for job in jobs))
        async for line in jobs[-1].follow_output():
            print(line.stream, line.text)


asyncio.run(main())
# the end
app.shut_down()
