from redengine import Session

app = Session()
app.runtime("gpu", kind="process", size=2)
app.runtime("one at a time", kind="thread", size=1)


@app.task("every 1 minute", execution="gpu")
def train(): ...


@app.task("hourly", execution="one at a time")
def write_to_the_device(): ...
