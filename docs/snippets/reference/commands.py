from redengine import Session

app = Session()


@app.command("resize")
def resize(pool: str, size: int = 4, *, session):
    """Let a pool run more or fewer jobs at once."""
    session.runtimes.resize(pool, size)
    return session.runtimes.snapshot(pool)["size"]


@app.command
async def echo(body, principal):
    return {"body": body, "from": None if principal is None else principal.name}


app.runtime("gpu", size=1)

with app:
    print(app.call("ping"))
    print(app.call("resize", {"pool": "gpu", "size": 2}, timeout="5 s"))
    print(app.call("echo", [1, 2]))
