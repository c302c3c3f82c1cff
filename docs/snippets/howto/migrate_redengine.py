from redengine import session
from redengine.tasks import FuncTask
from redengine.tasks.api import FlaskAPI


@FuncTask(start_cond="every 10 seconds")
def fetch(): ...


FlaskAPI()
session.start()
