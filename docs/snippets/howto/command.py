from redengine import Session
from redengine.tasks import CodeTask, CommandTask, FuncTask

app = Session()

CommandTask(["git", "--version"], name="git_version", start_cond="daily", session=app)
CommandTask("ls -l | head -5", shell=True, name="list_files", session=app)
CodeTask("result = base ** 2", name="square", parameters={"base": 6}, session=app)
FuncTask(func_name="convert", path="jobs.py", name="convert", session=app)

(job,) = app.run("square", timeout=30)
print(job.result())
# checked by the tests
assert job.result() == 36
