from redengine import Session

app = Session()
app.task("daily at 07:00", command="echo fetched", name="fetch")

found = app.what_if(lambda app: app.tasks["fetch"].update({"start_cond": "daily at 08:00"}))
for start in found.moved:
    print(start.task, start.moved_from, "->", start.at)
