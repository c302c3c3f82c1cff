import threading

from redengine import Session, current_job

app = Session()
began, finish = threading.Event(), threading.Event()


@app.task()
def count():
    began.set()
    while not finish.wait(0.01):
        current_job().checkpoint()


with app:
    job = app.submit(count)
    began.wait(10)
    print(job.pause(), job.status, job.allowed_actions)
    job.resume()
    finish.set()
    job.wait(10)
    print(job.status, job.allowed_actions)
# checked
