import os

from flask import Flask

from redengine import Session

app = Session()
web = Flask(__name__)


@app.task("every 10 min")
def refresh():
    return {"rows": 42}


IS_RELOADING = os.environ.get("FLASK_DEBUG") == "1"
IS_SERVING = os.environ.get("WERKZEUG_RUN_MAIN") == "true"

if IS_SERVING or not IS_RELOADING:
    app.start(block=False)
