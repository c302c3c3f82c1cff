from redengine import Session
from redengine.client import Client
from redengine.tasks.api import FlaskAPI


def test_the_report_is_asked_for():
    app = Session()

    @app.task()
    def report(day="today"):
        return f"report of {day}"

    FlaskAPI(port=0, session=app)
    with app, Client(app=app) as client:
        assert client.tasks["report"].run(day="Monday").result(timeout=10) == "report of Monday"
