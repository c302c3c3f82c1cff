from redengine import Session
from redengine.tasks import CommandTask

app = Session(store="sqlite:///crontab.db", timezone="Europe/Helsinki")

CRONTAB = {
    "report": ("0 7 * * 1-5", ["echo", "report"]),
    "sync": ("*/10 * * * *", ["echo", "sync"]),
}
for name, (times, command) in CRONTAB.items():
    CommandTask(command, name=name, start_cond=f"cron {times}", missed="skip", session=app)

app.start()
