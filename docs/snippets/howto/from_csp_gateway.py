from pydantic import BaseModel

from redengine import Session
from redengine.api import FlaskAPI
from redengine.parameters import Last


class ExampleData(BaseModel):
    x: int
    y: str = ""


app = Session()
example = app.channel("example", schema=ExampleData, keyby=("x",))


@app.task("every 1 second", publish="example")
def tick():
    return ExampleData(x=5, y="tick")


@app.task("channel 'example' ticked")
def react(data=Last("example")):
    print(data["id"], data["x"])


FlaskAPI()
app.start()
# end of the script
