import os

import jwt
from flask import abort, request

from redengine import Session
from redengine.api import FlaskAPI, Principal

SCOPES = {"read", "run", "write", "debug", "admin"}

app = Session()


@app.task()
def fetch():
    return 42


class TokenAPI(FlaskAPI):
    def authenticate(self):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            abort(401)
        try:
            claims = jwt.decode(
                token,
                os.environ["JWT_SECRET"],  # or the public key, with algorithms=["RS256"]
                algorithms=["HS256"],
                audience="redengine",
                options={"require": ["exp", "sub"]},
            )
        except jwt.InvalidTokenError:
            abort(401)
        granted = SCOPES.intersection(str(claims.get("scope", "")).split())
        return Principal(name=claims["sub"], scopes=granted, tasks=claims.get("tasks"))


TokenAPI()
app.start()
