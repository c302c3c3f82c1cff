from redengine import Session
from redengine.tasks.api import FlaskAPI

app = Session()
prices = {"A": 35.0}


@app.command("price")
def price(symbol: str):
    """The latest price of a symbol."""
    return prices[symbol]


@app.command("reload")
async def reload(principal):
    prices["A"] += 1
    return {"by": None if principal is None else principal.name}


app.every("1 min", lambda: app.call("reload"))
FlaskAPI()
app.start()
