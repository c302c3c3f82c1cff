from redengine import Session

app = Session()
seen = []


@app.hook("task_init")
def made(task):
    seen.append(f"made {task.name}")


@app.hook("scheduler_startup")
def up(session):
    seen.append(f"up with {len(session.tasks)} task")


@app.hook("task_execute")
def begins(job):
    seen.append(f"begins {job.task}")


@app.hook("job_end")
def ended(job):
    seen.append(f"{job.status} {job.task}")


@app.hook("scheduler_cycle")
def looked(session):
    """Called after the scheduler has started something by a condition."""


@app.hook("scheduler_shutdown")
def down(session):
    seen.append(f"{session.state}")


@app.task()
def work(): ...


with app:
    app.submit(work).wait(10)
print("\n".join(seen))
# checked by the tests
assert sorted(seen) == ["begins work", "made work", "stopping", "success work", "up with 1 task"]
