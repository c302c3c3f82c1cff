from redengine import Session
from redengine.parameters import Last

app = Session()
prices = app.channel("prices", keyby=("sym",))
orders = app.channel("orders")


@app.task("channel 'prices' ticked & channel 'prices' x < 30", publish="orders")
def buy(price=Last("prices")):
    return {"sym": price["sym"], "limit": price["x"]}


with app:
    before = orders.position
    prices.send({"sym": "A", "x": 29})
    for order in orders.follow(after=before, timeout=30):
        print(order["sym"], order["limit"])
        break
# checked by the tests
assert orders.last()["limit"] == 29
