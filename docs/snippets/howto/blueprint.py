from flask import Blueprint

from redengine import Session
from redengine.tasks.api import FlaskAPI

app = Session()
api = FlaskAPI(session=app)
pages = Blueprint("pages", __name__, url_prefix="/pages")


@pages.get("/<title>")
def page(title):
    return f"<h1>{title.title()}</h1>" if title.isalpha() else ("no such page", 404)


api.app.register_blueprint(pages)
app.start()
