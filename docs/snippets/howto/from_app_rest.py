from redengine import Session
from redengine.api import Request

App = Session(rest=8000)


@App.rest.get("/")
def root():
    return {"code": 0}


@App.rest.post("/")
async def receive(req: Request):
    data = await req.json()
    job = await App.submit_async("handle", data=data["data"])
    return {"code": 0, "job_id": job.id}


@App.task(name="handle")
def handle(data):
    """What another service asks for: over HTTP at /tasks/handle/jobs, in Python by submit."""
    return {"handled": data}


App.start()
