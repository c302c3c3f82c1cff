"""The AsyncAPI document describes what is said and told, from the models that check it."""

import json

import pytest
from jsonschema import Draft202012Validator
from live_callers import Stream, Talk, ask, running
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from redengine import Session
from redengine.api import FlaskAPI
from redengine.api.live.messages import MESSAGES


@pytest.fixture(scope="module")
def document():
    """The document of an API without keys."""
    client = FlaskAPI(port=0, session=Session()).app.test_client()
    answer = client.get("/asyncapi.json")
    again = client.get("/asyncapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    return answer.json


def validator(document, name):
    """What checks a message of a name."""
    registry = Registry().with_resource(
        "urn:document", Resource(contents=document, specification=DRAFT202012)
    )
    place = f"urn:document#/components/messages/{name}/payload"
    return Draft202012Validator({"$ref": place}, registry=registry)


def fitting(document, told, names):
    """The messages that a frame fits."""
    return [name for name in names if validator(document, name).is_valid(told)]


def references(value):
    """Every reference in a value."""
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_every_reference_leads_somewhere(document):
    """Within the document."""
    assert document["asyncapi"] == "3.0.0"
    for each in references(document):
        found = document
        for part in each.removeprefix("#/").split("/"):
            found = found[part]
    assert set(MESSAGES) <= set(document["operations"])


def test_each_prefix_has_it_and_keys_are_told_of():
    """As the OpenAPI document."""
    app = Session()
    keys = {"a": {"key": "k" * 20, "scopes": ["read"]}}
    client = FlaskAPI(port=0, session=app, api_keys=keys).app.test_client()
    answer = client.get("/api/v1/asyncapi.json", headers={"X-API-Key": "k" * 20})
    assert "ApiKey" in answer.json["components"]["securitySchemes"]
    assert client.get("/asyncapi.json").status_code == 401


def test_every_frame_fits_one_message_of_the_document(document):
    """Those of a WebSocket on which everything is done, and those of a stream and a poll."""
    with running() as (app, api):
        prices = app.channel("prices", keyby=("sym",), history=5)
        before = app.events.position
        for number in range(20):
            prices.send({"sym": "A", "x": number})
        told = []
        with Talk(api) as talk, Stream(api, f"/events?after={before}") as stream:
            for message in (
                {"action": "subscribe", "topic": "jobs"},
                {"action": "subscribe", "topic": "parameters", "after": "ffffffff:1"},
                {"action": "subscribe", "channel": "prices", "after": before},
                {"action": "subscribe", "channel": "heartbeat"},
                {"action": "command", "command": "ping"},
                {"action": "auth", "api_key": "unasked"},
                {"action": "ping", "id": 1.5},
                {"action": "bogus"},
                {"action": "subscribe", "topic": "tasks", "after": f"{app.events.epoch}:999999"},
            ):
                told.append(talk.say(**message))
            job = app.submit("fetch")
            told.append(talk.say(type="subscribe", job_id=job.id, after=before))
            told += talk.until(lambda each: each.get("type") == "routine_end")
            told += talk.until(lambda each: each.get("channel") == "heartbeat")
            told.append(talk.say(action="unsubscribe", topic="jobs"))
            del app.channels["prices"]
            told += talk.until(lambda each: each.get("reason") == "deleted")
            streamed = stream.events(lambda event: event["type"] == "channel_deleted")
        polled = ask(api, "GET", f"/events?mode=poll&timeout=0&after={before}")[2]["events"]
    on_socket = document["channels"]["socket"]["messages"]
    for each in told:
        assert fitting(document, each, on_socket), each
    for each in [*streamed, *polled]:
        assert fitting(document, each, ["StreamedEvent"]), each
    kinds = {name for each in told for name in fitting(document, each, on_socket)}
    assert kinds >= {
        *("Subscribed", "Unsubscribed", "Ack", "Pong", "Error"),
        *("Happened", "Gap", "Data", "Heartbeat"),
    }
    assert json.dumps(document)


@pytest.mark.parametrize(
    "told",
    [
        {"type": "subscribed", "id": 1, "sub": "1"},
        {"type": "ack"},
        {"channel": "prices", "data": {}, "sub": "1", "seq": 1},
        {"type": "gap", "topic": "jobs", "sub": "1"},
        {"action": "bogus"},
    ],
)
def test_what_is_no_message_fits_none(document, told):
    """So that the test above can fail."""
    assert fitting(document, told, document["channels"]["socket"]["messages"]) == []
