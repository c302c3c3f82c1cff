from redengine import Session
from redengine.api import WorkerAPI

app = Session(store="sqlite:///worker.db", name="worker-1")


@app.task(name="image.inspect", timeout="10 min", retries=1)
def inspect(image: dict, options: dict | None = None):
    """What the operation of this name does; `payload.data` gives its arguments."""
    return {"image": image, "packages": {"count": 0 if options is None else len(options)}}


@app.task(name="test.echo")
def echo(**data):
    return data


WorkerAPI(features=["lvm"], extra={"disk_formats": ["qcow2"], "max_disk_size_gb": 100})
app.start()
