from flask import abort, request

from redengine import Session
from redengine.api import FlaskAPI, Principal

SCOPES_OF_GROUP = {"operators": {"run"}, "engineers": {"run", "write", "debug"}}

app = Session()


@app.task()
def fetch():
    return 42


class SignedInAPI(FlaskAPI):
    def authenticate(self):
        email = request.headers.get("X-Forwarded-Email")
        if not email:
            abort(401)
        groups = request.headers.get("X-Forwarded-Groups", "").split(",")
        scopes = set().union({"read"}, *(SCOPES_OF_GROUP.get(group, ()) for group in groups))
        return Principal(name=email, scopes=scopes)


SignedInAPI(allowed_hosts=["jobs.example"], trusted_proxies=["127.0.0.1"])
app.start()
