from redengine import Session

app = Session()


@app.task("daily after 07:00")
def fetch(): ...


@app.task("after task 'fetch'")
def clean(): ...


@app.task("after tasks 'fetch', 'clean'")
def archive(): ...


@app.task("after any tasks 'fetch', 'clean' failed")
def alarm(): ...


@app.task("daily after 09:00 & ~task 'fetch' has succeeded today")
def complain(): ...
