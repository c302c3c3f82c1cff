import logging
import signal

from redengine import Session
from redengine.api import FlaskAPI

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")

app = Session(store="sqlite:///jobs.db", timezone="Europe/Helsinki")
app.config.shutdown_timeout = "30 s"
app.config.history_jobs = 100_000


@app.task("daily after 07:00", timeout="10 min", retries=3)
def fetch():
    return {"rows": 42}


FlaskAPI(rate_limit="600/minute")
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that closes does not end it
app.start()
