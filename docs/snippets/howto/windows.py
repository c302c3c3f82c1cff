from redengine import Session
from redengine.conditions import daily, hourly, monthly, time_of_day, weekly

app = Session(timezone="Europe/Helsinki")


@app.task(daily.between("22:00", "03:00"))
def once_a_night(): ...


@app.task(daily.before("12:00"))
def once_in_the_morning(): ...


@app.task(weekly.on("Monday"))
def some_time_on_monday(): ...


@app.task(weekly.between("Monday", "Wednesday"))
def in_the_first_half_of_the_week(): ...


@app.task(daily.starting("06:00"))
def once_a_day_where_days_begin_at_six(): ...


@app.task(monthly.after("5th"))
def once_a_month_after_the_fifth(): ...


@app.task(hourly & time_of_day.between("08:00", "18:00"))
def every_hour_of_the_working_day(): ...
