from redengine import Session

app = Session()


@app.task("every 2 seconds")
def greet():
    print("Hello")


app.start()
