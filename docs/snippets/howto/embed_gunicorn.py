from flask import Flask

from redengine import Session

app = Session(store="sqlite:///jobs.db")
web = Flask(__name__)


@app.task()
def send_mail(to):
    return {"sent": to}


@web.post("/mails/<to>")
def post_mail(to):
    return app.submit(send_mail, to=to).result(timeout=30)
