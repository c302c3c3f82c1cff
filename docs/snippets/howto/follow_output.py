import json
from urllib.request import urlopen

from redengine import Session
from redengine.tasks.api import FlaskAPI

app = Session()


@app.task()
def talk():
    for number in range(3):
        print(f"line {number}")


api = FlaskAPI(session=app)
with app:
    api.wait_ready()
    job = app.submit(talk)
    after, ended = 0, False
    while not ended:
        address = f"{api.url}/jobs/{job.id}/output?after={after}&wait=10"
        with urlopen(address) as answer:
            page = json.load(answer)
        for line in page["lines"]:
            print(line["at"], line["text"])
        after, ended = page["after"], page["ended"]
