import asyncio

from pydantic import BaseModel, Field

from redengine import Session
from redengine.exceptions import NotFound

app = Session(rest=5000)
items = {}


class Item(BaseModel):
    name: str
    price: float = Field(gt=0)


@app.task()
def price_of(name):
    return {"name": name, "price": len(name) * 1.5}


@app.rest.get("/")
def home():
    return {"items": len(items), "items_at": "/items/1"}


@app.rest.put("/items/<int:item_id>")
def put_item(item_id: int, body: Item):
    is_new = item_id not in items
    items[item_id] = body
    return body, 201 if is_new else 200


@app.rest.get("/items/<int:item_id>")
def get_item(item_id: int):
    """One item by its number."""
    if item_id not in items:
        raise NotFound("item", str(item_id))
    return items[item_id]


@app.rest.get("/items")
def find_items(text: str = "", limit: int = 10):
    return [item for item in items.values() if text in item.name][:limit]


@app.rest.delete("/items/<int:item_id>")
def delete_item(item_id: int):
    items.pop(item_id, None)


@app.rest.post("/prices")
def ask_price(body: dict[str, str], session):
    job = session.submit("price_of", name=body["name"])
    return job.result(timeout=30)


@app.rest.get("/ready", public=True)
async def is_ready(request):
    await asyncio.sleep(0)
    return {"ready": True, "agent": request.headers.get("User-Agent")}


app.start()
