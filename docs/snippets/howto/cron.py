from redengine import Session
from redengine.conditions import cron, time_of_month

app = Session(timezone="Europe/Helsinki")


@app.task("cron 0 7 * * mon-fri")
def workdays(): ...


@app.task(cron("*/15 8-17 * * *"), missed="skip")
def in_office_hours(): ...


@app.task(cron("30 18 L * *"))
def last_day_of_the_month(): ...


@app.task(cron("0 9 * * fri#2"))
def second_friday(): ...


@app.task(cron("*/5 * * * * 30"))
def with_seconds(): ...


@app.task(cron("0 12 * * mon") & time_of_month.before("8th"))
def first_monday(): ...


forecast = app.forecast("40 days")
for start in forecast.starts[:5]:
    print(start.task, start.at)
