from pydantic import BaseModel

from redengine import Session
from redengine.api import FlaskAPI


class Reading(BaseModel):
    sensor: str
    value: float


app = Session()
readings = app.channel("readings", schema=Reading, keyby=("sensor",), history=1_000)


@app.task("every 1 second", publish="readings")
def measure():
    return [{"sensor": "a", "value": 20.5}, {"sensor": "b", "value": 21}]


FlaskAPI()
app.start()
# end of the script
# follow
position = app.events.position
latest = {record["sensor"]: record["value"] for record in readings.state()}
for record in readings.follow(after=position, timeout=5):
    latest[record["sensor"]] = record["value"]
    if len(latest) == 2:
        break
# checked by the tests
