import hmac
import os

from flask import request

from redengine import Session
from redengine.exceptions import Forbidden
from redengine.tasks.api import FlaskAPI


class GuardedAPI(FlaskAPI):
    """Lets pass who knows the token in the environment variable API_TOKEN."""

    def authenticate(self):
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given, f"Bearer {os.environ['API_TOKEN']}"):
            raise Forbidden("say who you are: Authorization: Bearer …")


app = Session()
GuardedAPI(host="0.0.0.0", port=8080, session=app)
app.start()
