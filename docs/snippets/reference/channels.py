from pydantic import BaseModel

from redengine import Session


class Price(BaseModel):
    sym: str
    x: float


app = Session()
prices = app.channel("prices", schema=Price, keyby=("sym",))

before = prices.position
prices.send({"sym": "A", "x": 35})
prices.send([{"sym": "B", "x": 7}, {"sym": "A", "x": 36}])

latest = prices.last("A")
dear = prices.state({"filters": [{"attr": "x", "by": {"value": 10, "where": ">"}}]})
for record in prices.follow(after=before, timeout=0):
    print(record["sym"], record["x"])
# checked by the tests
assert latest["x"] == 36
assert dear == [latest]
assert prices.lookup(latest.id) is latest
assert [record["x"] for record in prices.next(after=before)] == [35, 7, 36]
