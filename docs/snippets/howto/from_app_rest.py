from redengine import Session

App = Session(rest=8000)


@App.rest.get("/")
def root():
    return {"code": 0}


@App.rest.post("/")
def receive(body):
    job = App.submit("handle", data=body["data"])
    return {"code": 0, "job_id": job.id}


@App.task(name="handle")
def handle(data):
    """What another service asks for: over HTTP at /tasks/handle/jobs, in Python by submit."""
    return {"handled": data}


App.start()
