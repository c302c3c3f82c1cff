import os

from redengine import Session
from redengine.tasks.api import FlaskAPI

app = Session(store="sqlite:///jobs.db")

FlaskAPI(
    host="0.0.0.0",
    port=8080,
    api_keys={
        "dashboard": {"key": os.environ["DASHBOARD_KEY"], "scopes": ["read"]},
        "scraper-team": {
            "key": os.environ["SCRAPER_KEY"],
            "scopes": ["read", "run"],
            "tasks": "scraper.*",
        },
    },
    rate_limit={"read": "600/minute", "write": "60/minute", "submit": "10/second"},
    cors_origins=["https://dashboard.example"],
    allowed_hosts=["jobs.example"],
    session=app,
)
app.start()
