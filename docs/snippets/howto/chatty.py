from redengine import Session

app = Session(config={"output_lines": 3})


@app.task()
def chatty():
    for number in range(10):
        print("line", number)


(job,) = app.run(chatty, timeout=30)
shown = job.output()
# checked by the tests
assert shown == [
    "line 0",
    "line 1",
    "line 2",
    "… output truncated after 3 lines and 18 bytes",
    "… 7 lines dropped",
]
