from redengine import Session
from redengine.conditions import after_success, every
from redengine.parameters import Arg, Return
from redengine.tasks.api import FlaskAPI

app = Session(store="sqlite:///weather.db", parameters={"city": "Helsinki", "limit": 10})


@app.task(every("10 seconds"), tags=["weather"])
def fetch(city=Arg("city")):
    print(f"fetching {city}")
    return {"city": city, "degrees": 7}


@app.task(after_success(fetch))
def report(data=Return(fetch), limit=Arg("limit")):
    return "cold" if data["degrees"] < limit else "warm"


FlaskAPI()
app.start()
