from redengine import Session
from redengine.conditions import after_all_success, after_any_fail, after_success, daily
from redengine.parameters import Return

app = Session()


@app.task(daily.after("07:00"))
def fetch():
    return [3, 1, 2]


@app.task(after_success(fetch))
def clean(rows=Return(fetch)):
    return sorted(rows)


@app.task(after_success(clean))
def report(rows=Return(clean)):
    return f"{len(rows)} rows, the largest is {rows[-1]}"


@app.task(after_all_success(fetch, clean, report))
def archive(): ...


@app.task(after_any_fail(fetch, clean, report))
def alarm(): ...


for link in app.dependencies():
    print(link["parent"], "→", link["child"], link["relation"])
