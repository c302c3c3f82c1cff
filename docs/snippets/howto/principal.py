from flask import request

from redengine import Session
from redengine.api import Principal
from redengine.api.errors import Unauthorized
from redengine.tasks.api import FlaskAPI

RIGHTS = {"ada@example.org": {"admin"}, "bob@example.org": {"read", "run"}}


class CompanyAPI(FlaskAPI):
    """Behind a proxy that signs people in, and sends who they are."""

    def authenticate(self):
        user = request.headers.get("X-Forwarded-User")
        if user is None:
            raise Unauthorized("come by way of https://jobs.example")
        return Principal(name=user, scopes=RIGHTS.get(user, {"read"}))


app = Session()
CompanyAPI(allowed_hosts=["jobs.example"], trusted_proxies=1, session=app)
app.start()
