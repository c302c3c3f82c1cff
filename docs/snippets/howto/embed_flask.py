import atexit

from flask import Flask

from redengine import Session

app = Session(store="sqlite:///jobs.db")
web = Flask(__name__)


@app.task("every 10 min")
def refresh():
    return {"rows": 42}


@app.task()
def send_mail(to):
    return {"sent": to}


@web.post("/mails/<to>")
def post_mail(to):
    job = app.submit(send_mail, to=to)
    return {"job_id": job.id}, 202


@web.get("/mails/jobs/<job_id>")
def get_mail(job_id):
    return {"status": app.job(job_id).status}


app.start(block=False)
atexit.register(app.shut_down)
