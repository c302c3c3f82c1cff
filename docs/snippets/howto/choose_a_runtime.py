from redengine import Session

app = Session()
app.runtime("gpu", kind="process", size=2)
app.runtime("device", size=1)


@app.task("every 10 minutes", execution="gpu")
def train(): ...


@app.task("after task 'train'", execution="gpu")
def evaluate(): ...


@app.task("every 1 minute", execution="device")
def write_to_the_device(): ...
