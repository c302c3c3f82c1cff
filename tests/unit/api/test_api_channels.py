"""Channels over HTTP: made, changed, sent to, read and waited for, and who sees them."""

import json
import threading
from urllib.parse import quote

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.testing import ManualSession

JSON_SCHEMA = {
    "type": "object",
    "properties": {"x": {"type": "integer"}, "y": {"type": "string"}, "k": {}},
    "required": ["x"],
}
KEYS = {
    "all": {"key": "a" * 20, "scopes": ["admin"]},
    "reader": {"key": "r" * 20, "scopes": ["read"]},
    "runner": {"key": "u" * 20, "scopes": ["read", "run"]},
    "tasks-only": {"key": "t" * 20, "scopes": ["read", "run", "write"], "tasks": "a*"},
    "prices": {"key": "p" * 20, "scopes": ["read", "run", "write"], "channels": "price*"},
    "both": {"key": "b" * 20, "scopes": ["read"], "tasks": "a*", "channels": "price*"},
}


@pytest.fixture
def session():
    with ManualSession(store="sqlite://") as session:
        session.channel("prices", schema=JSON_SCHEMA, keyby=("x",))
        session.channel("plain")
        yield session


@pytest.fixture
def client(session):
    return FlaskAPI(session=session).app.test_client()


def fields(answer):
    assert answer.status_code == 400, answer.json
    return set(answer.json["details"]["fields"])


def test_a_channel_has_an_object(client):
    """The list has those of all, by name; the links keep the prefix."""
    listed = client.get("/api/v1/channels")
    assert listed.headers["X-Total-Count"] == "2"
    assert [each["name"] for each in listed.json] == ["plain", "prices"]
    shown = client.get("/channels/prices").json
    position = shown.pop("position")
    assert position.endswith(":0")
    path = "/channels/prices"
    assert shown == {
        "name": "prices",
        "schema": JSON_SCHEMA,
        "keyby": ["x"],
        "history": 1_000,
        "lookup": 10_000,
        "ttl": None,
        "readonly": False,
        "api": True,
        "records": 0,
        "subscribers": 0,
        "drops": 0,
        "links": {
            "self": path,
            **{verb: f"{path}/{verb}" for verb in ("last", "next", "state", "send")},
        },
    }


def test_a_channel_is_made_changed_and_deleted(client, session):
    """201 with its place, then 200, then 204; what does not fit is 400 and changes nothing."""
    body = {"name": "new", "keyby": {"a": ["b.c"]}, "ttl": "1 min", "api": ["last"]}
    made = client.post("/channels", json=body)
    assert (made.status_code, made.headers["Location"]) == (201, "/channels/new")
    assert (made.json["ttl"], made.json["keyby"]) == (60.0, {"a": ["b.c"]})
    assert client.post("/channels", json=body).status_code == 409
    changed = client.patch("/channels/new", json={"history": 5, "readonly": True})
    assert (changed.status_code, changed.json["history"]) == (200, 5)
    for change, field in (
        ({"history": 0}, "history"),
        ({"schema": {}}, "schema"),
        ({"name": "other"}, "name"),
        ({"histroy": 1}, "histroy"),
    ):
        assert fields(client.patch("/channels/new", json=change)) == {field}
    assert session.channels["new"].options.history == 5
    assert client.delete("/channels/new").status_code == 204
    for method in ("get", "patch", "delete"):
        assert getattr(client, method)("/channels/new", json={}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "id"}, "name"),
        ({"name": 5}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "n", "schema": {"type": "no"}}, "schema"),
        ({"name": "n", "schema": "Price"}, "schema"),
        ({"name": "n", "keyby": 5}, "keyby"),
        ({"name": "n", "colour": 5}, "colour"),
    ],
)
def test_a_channel_that_does_not_fit_is_not_made(client, session, body, field):
    """400 with the field; nothing is there."""
    assert fields(client.post("/channels", json=body)) == {field}
    assert set(session.channels) == {"prices", "plain"}


def test_an_older_state_cannot_be_changed(client):
    """If-Match compares what the channel is made of."""
    tag = client.patch("/channels/plain", json={"history": 7}).headers["ETag"]
    client.post("/send/plain", json={"x": 1})
    answer = client.patch("/channels/plain", json={"history": 8}, headers={"If-Match": tag})
    assert answer.status_code == 200
    answer = client.delete("/channels/plain", headers={"If-Match": tag})
    assert answer.status_code == 412


# -- records


def test_both_orders_of_the_paths_are_the_same(client):
    """Sent, read and found, verb first and name first, under each prefix."""
    [sent] = client.post("/api/v1/send/plain", json={"x": 1}).json
    assert client.post("/channels/plain/send", json=[{"x": 2}]).json[0]["x"] == 2
    for prefix in ("", "/api", "/api/v1"):
        assert client.get(f"{prefix}/last/plain").json[0]["x"] == 2
        assert client.get(f"{prefix}/channels/plain/last/").json[0]["x"] == 2
        found = [
            client.get(f"{prefix}/lookup/plain/{sent['id']}"),
            client.post(f"{prefix}/lookup/plain/{sent['id']}"),
            client.get(f"{prefix}/channels/plain/lookup/{sent['id']}"),
            client.get(f"{prefix}/lookup/id/{sent['id']}"),
            client.post(f"{prefix}/lookup/id/{sent['id']}"),
        ]
        assert [answer.json for answer in found] == [[sent]] * 5
    assert client.get("/last/").json == ["prices", "plain"]


def test_a_verb_names_the_channels_that_have_it(client):
    """As their `api` says."""
    client.patch("/channels/plain", json={"api": ["send"]})
    assert client.get("/last").json == ["prices"]
    assert client.get("/api/v1/send/").json == ["prices", "plain"]
    refused = client.get("/last/plain")
    assert (refused.status_code, refused.json["details"]["reason"]) == (403, "not_offered")
    client.patch("/channels/plain", json={"api": False})
    assert client.post("/send/plain", json={"x": 1}).status_code == 403
    client.patch("/channels/plain", json={"api": True, "readonly": True})
    refused = client.post("/send/plain", json={"x": 1})
    assert (refused.status_code, refused.json["details"]["reason"]) == (403, "read_only")
    assert client.get("/last/plain").json == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"\xff", "body"),
        (b"5", "record"),
        (b"[]", "records"),
        (b'[{"x": 1}, {"y": "a"}]', "[1].x"),
        (b'{"x": NaN}', "body"),
        (b'{"x": 123456789012345678901234567890}', "x"),
        (b"[" * 70 + b"]" * 70, "body"),
        (b'{"x": 1, "seq": 5}', "seq"),
    ],
)
def test_what_cannot_be_sent_is_refused(client, session, body, field):
    """400 names the record and the field, and nothing is sent."""
    answer = client.post("/send/prices", data=body)
    assert fields(answer) == {field}
    assert session.channels["prices"].last() is None


def test_a_taken_id_and_a_body_that_is_too_large_are_refused(client):
    """409 and 413; nothing is sent."""
    assert client.post("/send/plain", json={"id": "mine"}).status_code == 200
    assert client.post("/send/plain", json=[{"x": 1}, {"id": "mine"}]).status_code == 409
    assert client.post("/send/plain", data=b" " * (1024 * 1024 + 1)).status_code == 413
    assert client.get("/channels/plain").json["records"] == 1


def test_an_unknown_channel_is_not_found(client):
    """Whatever is asked of it, with the nearest name."""
    for path in ("last", "next", "state"):
        answer = client.get(f"/{path}/price")
        assert (answer.status_code, "did you mean 'prices'" in answer.json["message"]) == (
            404,
            True,
        )
    assert client.post("/send/price", json={}).status_code == 404
    assert client.get("/lookup/price/1").status_code == 404
    assert client.get("/lookup/id/1").status_code == 404


def test_state_takes_the_printed_queries_encoded_or_not(client):
    """And tells the place of what does not fit."""
    client.post("/send/prices", json=[{"x": 5, "y": "~"}, {"x": 40, "y": "~"}, {"x": 60, "y": "!"}])
    query = (
        '{"filters":[{"attr":"x","by":{"value":50,"where":"<"}},'
        '{"attr":"id","by":{"attr":"y","where":"<"}}]}'
    )
    for text in (query, quote(query)):
        found = client.get(f"/api/v1/state/prices?query={text}")
        assert [record["x"] for record in found.json] == [5, 40]
    bad = client.get("/state/prices?query={}&by=other")
    assert fields(bad) == {"by"}
    assert fields(client.get('/state/prices?query={"filters":[{"attr":"z","by":{}}]}')) == {
        "query.filters[0].attr"
    }
    assert fields(client.get("/state/prices?qeury={}")) == {"qeury"}
    none = client.get("/state/plain")
    assert (none.status_code, none.json["details"]["reason"]) == (404, "no_state")
    client.patch("/channels/plain", json={"lookup": 0})
    none = client.get("/lookup/plain/1")
    assert (none.status_code, none.json["details"]["reason"]) == (404, "lookup_disabled")


def test_keys_stand_in_paths(client, session):
    """Parts joined by commas, each percent-encoded, read as texts or numbers."""
    session.channel("pairs", keyby={"ab": ["a", "b"], "a": ["a"]})
    session.channels["pairs"].send([{"a": "x,y/z", "b": 1}, {"a": "x", "b": "1"}])
    path = f"{quote('x,y/z', safe='')},1"
    for verb in ("last", "state"):
        assert [each["b"] for each in client.get(f"/{verb}/pairs/{path}").json] == [1]
        assert client.get(f"/{verb}/pairs/x,1").json[0]["b"] == "1"
        assert client.get(f"/{verb}/pairs/x?by=a").json[0]["b"] == "1"
        assert client.get(f"/{verb}/pairs/no,1").json == []
        assert fields(client.get(f"/{verb}/pairs/x")) == {"key"}
    start = f"{session.events.epoch}:0"
    found = client.get(f"/next/pairs/{path}?after={start}").json
    assert [each["b"] for each in found] == [1]
    assert fields(client.get("/last/plain/x")) == {"key"}
    assert client.get("/state/plain/x").status_code == 404


def test_next_gives_what_is_behind_a_position(client, session):
    """At once, cut at the limit; 204 at the time-out; 410 with the oldest."""
    channel = session.channels["plain"]
    client.patch("/channels/plain", json={"history": 3})
    sent = channel.send([{"x": number} for number in range(5)])
    oldest = sent[1].position
    found = client.get(f"/next/plain?after={oldest}&limit=2")
    assert [each["x"] for each in found.json] == [2, 3]
    assert found.headers["X-Event-Position"] == sent[3].position
    last = client.get(f"/next/plain?after={sent[4].position}&timeout=0")
    assert (last.status_code, last.data) == (204, b"")
    for position in (sent[0].position, "other:1", f"{session.events.epoch}:999"):
        gone = client.get(f"/next/plain?after={position}")
        assert (gone.status_code, gone.json["error"]) == (410, "CURSOR_TOO_OLD")
        assert gone.json["details"]["oldest"] == oldest
    for query, field in (
        ("after=7", "after"),
        ("timeout=61", "timeout"),
        ("timeout=soon", "timeout"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("since=1", "since"),
    ):
        assert fields(client.get(f"/next/plain?{query}")) == {field}


def test_next_waits_and_so_many_may_wait():
    """It is answered when a record comes; more waiters than the server has places get 503."""
    app = Session()
    channel = app.channel("ticks")
    api = FlaskAPI(port=0, session=app, threads=4)
    app.start(block=False)
    api.wait_ready(60)
    client = api.app.test_client()
    answers = []

    def wait():
        answers.append(client.get("/next/ticks?timeout=30"))

    waiting = [threading.Thread(target=wait) for _ in range(2)]
    try:
        for each in waiting:
            each.start()
        while channel.snapshot()["subscribers"] < 2:
            pass
        refused = None
        while refused is None or refused.status_code != 503:
            refused = client.get("/next/ticks?timeout=0.01")
        assert refused.json["error"] == "TOO_MANY_WAITING"
        assert int(refused.headers["Retry-After"]) > 0
        channel.send({"n": 1})
    finally:
        for each in waiting:
            each.join(60)
        app.shut_down()
    assert [answer.json[0]["n"] for answer in answers] == [1, 1]


def test_200_of_200_ticks_are_seen_over_http():
    """By asking again and again behind the last position, while they are sent in a tight loop."""
    app = Session()
    channel = app.channel("ticks")
    client = FlaskAPI(port=0, session=app).app.test_client()
    seen, position = [], channel.position
    sending = threading.Thread(target=lambda: [channel.send({"n": each}) for each in range(200)])
    app.start(block=False)
    try:
        sending.start()
        while len(seen) < 200:
            answer = client.get(f"/api/v1/next/ticks?after={position}&limit=7")
            assert answer.status_code == 200
            seen += [record["n"] for record in answer.json]
            position = answer.headers["X-Event-Position"]
    finally:
        sending.join(60)
        app.shut_down()
    assert seen == list(range(200))


# -- who may


def test_keys_say_what_is_seen_of_channels(session):
    """Without a pattern of channels, a key for some tasks sees none."""
    client = FlaskAPI(session=session, api_keys=KEYS).app.test_client()

    def ask(name, method, path, **options):
        return client.open(path, method=method, headers={"X-API-Key": KEYS[name]["key"]}, **options)

    assert ask("reader", "GET", "/last").json == ["prices", "plain"]
    assert ask("reader", "POST", "/send/plain", json={}).status_code == 403
    assert ask("runner", "POST", "/send/plain", json={}).status_code == 200
    assert ask("runner", "POST", "/channels", json={"name": "new"}).status_code == 403
    [record] = ask("runner", "POST", "/send/plain", json={}).json
    assert ask("reader", "POST", f"/lookup/plain/{record['id']}").status_code == 200
    for name in ("tasks-only", "both", "prices"):
        for path in ("/last/plain", "/channels/plain", f"/lookup/id/{record['id']}"):
            assert ask(name, "GET", path).status_code == 404
    assert ask("tasks-only", "GET", "/channels").json == []
    assert ask("both", "GET", "/last").json == ["prices"]
    assert ask("both", "GET", "/last/prices").json == []
    assert ask("prices", "POST", "/channels", json={"name": "price-b"}).status_code == 201
    assert ask("prices", "POST", "/channels", json={"name": "other"}).status_code == 403
    assert ask("prices", "DELETE", "/channels/plain").status_code == 404
    assert ask("tasks-only", "POST", "/channels", json={"name": "new"}).status_code == 403
    assert set(session.channels) == {"prices", "plain", "price-b"}


def test_an_explanation_withholds_records_from_keys_for_some_tasks(session):
    """What a channel has is not told by a condition that names it."""
    session.channels["plain"].send({"x": 12345})
    condition = "every 1 hour & channel 'plain' x > 1"
    session.task(condition, name="alert", code="print(1)")
    client = FlaskAPI(session=session, api_keys=KEYS).app.test_client()
    for accept in ("application/json", "text/plain"):
        headers = {"Accept": accept, "X-API-Key": KEYS["tasks-only"]["key"]}
        told = client.get("/tasks/alert/why", headers=headers)
        assert told.status_code == 200
        assert "12345" not in told.text
        assert "a channel that this key may not see" in told.text
        told = client.get("/tasks/alert/why", headers={**headers, "X-API-Key": KEYS["all"]["key"]})
        assert "12345" in told.text


def test_a_pattern_that_cannot_be_used_is_refused(session):
    """Where the key is given."""
    keys = {"bad": {"key": "x" * 20, "scopes": ["read"], "channels": "[z-a]"}}
    with pytest.raises(ValueError, match="channels"):
        FlaskAPI(session=session, api_keys=keys)


# -- the journal, the state and the description


def test_what_was_made_over_http_is_there_after_a_restart(tmp_path):
    """Made, changed and deleted channels, those of the script too; records are gone."""
    store = f"sqlite:///{tmp_path / 'jobs.db'}"

    def opened():
        session = ManualSession(store=store)
        session.channel("script")
        return session, FlaskAPI(session=session).app.test_client()

    session, client = opened()
    with session:
        session.advance(1)
        client.post("/channels", json={"name": "made", "schema": JSON_SCHEMA, "keyby": ["x"]})
        client.patch("/channels/made", json={"history": 5})
        client.post("/channels", json={"name": "gone"})
        client.delete("/channels/gone")
        client.patch("/channels/script", json={"readonly": True})
        client.post("/send/made", json={"x": 1})
    session, client = opened()
    with session:
        session.advance(1)
        assert set(session.channels) == {"script", "made"}
        made = session.channels["made"]
        assert (made.options.history, made.last()) == (5, None)
        assert made.options.to_dict()["schema"] == JSON_SCHEMA
        assert session.channels["script"].options.readonly
        client.delete("/channels/script")
    session, client = opened()
    with session:
        session.advance(1)
        assert set(session.channels) == {"made"}


def test_changes_of_channels_can_be_undone(client, session):
    """A made one goes, a deleted one comes back, a changed one is as it was."""
    client.post("/channels", json={"name": "new", "keyby": ["a"]})
    client.patch("/channels/new", json={"history": 5, "ttl": 60})
    client.post("/send/new", json={"a": 1})
    client.delete("/channels/new")
    changes = client.get("/changes").json
    assert [(each["resource"], each["method"]) for each in changes] == [
        ("Channel", "delete"), ("Channel", "patch"), ("Channels", "post"),
    ]  # fmt: skip
    deleted, patched, made = (each["id"] for each in changes)
    assert client.post(f"/changes/{deleted}/revert").status_code == 200
    assert session.channels["new"].options.history == 5
    assert client.post(f"/changes/{patched}/revert").status_code == 200
    assert session.channels["new"].options.to_dict()["ttl"] is None
    assert client.post(f"/changes/{made}/revert").status_code == 200
    assert "new" not in session.channels


def test_channels_stand_in_documents_of_state(client, session):
    """Exported, planned and applied; what cannot change is said with its place."""
    document = client.get("/export", headers={"Accept": "application/json"}).json
    assert document["channels"] == {"prices": {"schema": JSON_SCHEMA, "keyby": ["x"]}, "plain": {}}
    assert client.post("/plan", json=document).json["summary"].endswith("2 unchanged")
    document["channels"] |= {"plain": {"history": 9}, "new": {"keyby": ["a"], "ttl": "1 min"}}
    plan = client.post("/plan", json=document).json
    assert [step["name"] for step in plan["create"]] == ["new"]
    assert [(step["resource"], step["name"]) for step in plan["change"]] == [("channel", "plain")]
    assert client.post("/apply", json=document).status_code == 200
    assert session.channels["plain"].options.history == 9
    assert session.channels["new"].options.to_dict()["ttl"] == 60.0
    del document["channels"]["new"]
    assert client.post("/apply?prune=true", json=document).status_code == 200
    assert set(session.channels) == {"prices", "plain"}
    for options, field in (
        ({"keyby": ["y"]}, "channels.prices.keyby"),
        ({"schema": JSON_SCHEMA, "keyby": ["x"], "history": 0}, "channels.prices.history"),
        ({"schema": JSON_SCHEMA, "keyby": ["x"], "colour": 0}, "channels.prices.colour"),
    ):
        document["channels"]["prices"] = options
        assert field in fields(client.post("/plan", json=document))


def test_the_description_has_the_paths_of_each_channel_with_its_schema(client, session):
    """It changes as channels come, change and go, and stays valid."""
    from openapi_spec_validator import validate

    bid = {"$defs": {"Bid": {"type": "object", "properties": {"p": {"type": "number"}}}}}
    body = {**bid, "type": "object", "properties": {"bid": {"$ref": "#/$defs/Bid"}}}
    session.channel("bids", schema=body)
    document = json.loads(client.get("/openapi.json").data)
    validate(document)
    paths, schemas = document["paths"], document["components"]["schemas"]
    assert "/channels/prices/state/{key}" in paths
    assert "/channels/bids/state" not in paths
    assert "/channels/plain/last" not in paths
    sent = paths["/channels/prices/send"]["post"]["requestBody"]["content"]["application/json"]
    assert sent["schema"]["anyOf"][0] == {"$ref": "#/components/schemas/Channel.prices"}
    assert schemas["Channel.prices"]["required"] == ["x"]
    assert schemas["Channel.bids"]["properties"]["bid"] == {
        "$ref": "#/components/schemas/Channel.bids.Bid"
    }
    client.patch("/channels/prices", json={"readonly": True})
    client.delete("/channels/bids")
    document = json.loads(client.get("/openapi.json").data)
    validate(document)
    assert "/channels/prices/send" not in document["paths"]
    assert "/channels/bids/last" not in document["paths"]
