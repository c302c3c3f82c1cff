from redengine import Session
from redengine.parameters import Last

app = Session()
prices = app.channel("prices", keyby=("sym",))
seen = {"position": prices.position, "count": 0}


@app.task("channel 'prices' ticked")
def react(price=Last("prices")):
    print("latest:", price["sym"], price["x"])


@app.task("channel 'prices' ticked")
def count():
    records = prices.next(after=seen["position"], timeout=0, limit=1_000)
    while records:
        seen["count"] += len(records)
        seen["position"] = records[-1].position
        records = prices.next(after=seen["position"], timeout=0, limit=1_000)


with app:
    for number in range(100):
        prices.send({"sym": "A", "x": number})
    while seen["count"] < 100:
        app.events.follow(["task:count"]).next(timeout=1)
# checked by the tests
assert seen["count"] == 100
