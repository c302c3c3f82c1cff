"""Keys: given by the script or the environment, made and revoked over the API, kept as digests."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from api_fakes import FakeSession

from redengine import Session
from redengine.api import FlaskAPI
from redengine.api.auth.keys import digest_of
from redengine.exceptions import InvalidInput, StoreError, UnsafeAddress

ROOT = "root-key-with-enough-characters"
READER = "reader-key-with-enough-characters"
KEYS = {
    "root": {"key": ROOT, "scopes": ["admin"]},
    "reader": {"key": READER, "scopes": ["read"]},
}


def client_of(session, **options):
    """A client of an API of the session."""
    return FlaskAPI(session=session, **options).app.test_client()


def status(client, key, path="/tasks", header="X-API-Key"):
    """The status and error code that a key gets."""
    value = f"Bearer {key}" if header == "Authorization" else key
    answer = client.get(path, headers={header: value})
    return answer.status_code, (answer.json or {}).get(
        "error"
    ) if answer.status_code != 200 else None


def make(client, by=ROOT, **data):
    """Make a key over the API."""
    return client.post("/keys", json=data, headers={"X-API-Key": by} if by else {})


# -- given keys


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
def test_a_given_key_is_let_in(session, header):
    """Either header carries it."""
    client = client_of(session, api_keys=KEYS)
    assert status(client, READER, header=header) == (200, None)
    assert status(client, f" {READER} ", header=header) == (200, None)


def test_the_scheme_of_authorization_is_read_in_any_case(session):
    """RFC 9110 says that schemes have no case; others than Bearer are no key."""
    client = client_of(session, api_keys=KEYS)
    answer = client.get("/tasks", headers={"Authorization": f"bEARER {READER}"})
    assert answer.status_code == 200
    answer = client.get("/tasks", headers={"Authorization": f"Basic {READER}"})
    assert answer.status_code == 401


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": ""}, {"Authorization": "Bearer "}])
def test_no_key_is_401_and_told_how_to_send_one(session, headers):
    """The answer names both headers, and has the challenge that RFC 9110 asks for."""
    answer = client_of(session, api_keys=KEYS).get("/tasks", headers=headers)
    assert (answer.status_code, answer.json["error"]) == (401, "UNAUTHORIZED")
    assert "X-API-Key" in answer.json["message"]
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="redengine"'


@pytest.mark.parametrize(
    "key", ["x", ROOT[:-1], f"{ROOT}x", ROOT.upper(), "k" * 10_240, "ключ" * 8, f"{ROOT},{READER}"]
)
def test_a_wrong_key_is_403(session, key):
    """Short, long, huge and strange ones are all unknown."""
    headers = {"X-API-Key": key.encode().decode("latin-1")}
    answer = client_of(session, api_keys=KEYS).get("/tasks", headers=headers)
    assert (answer.status_code, answer.json["error"]) == (403, "FORBIDDEN")
    assert answer.json["message"] == "the API key is not known"


def test_two_different_keys_are_refused(session):
    """It is not guessed which one is meant; the same one twice is no trouble."""
    client = client_of(session, api_keys=KEYS)
    for second, expected in ((READER, 400), (ROOT, 200)):
        headers = {"X-API-Key": ROOT, "Authorization": f"Bearer {second}"}
        answer = client.get("/tasks", headers=headers)
        assert answer.status_code == expected
        assert READER not in answer.text


@pytest.mark.parametrize(
    "query",
    ["api_key={}", "apikey={}", "API-Key={}", "X-API-Key={}", "access_token={}", "api%5Fkey={}"],
)
def test_a_key_in_the_address_is_refused(session, query, caplog):
    """Also beside a right header; neither the answer nor the log tells the key."""
    caplog.set_level("DEBUG")
    client = client_of(session, api_keys=KEYS)
    for headers in ({}, {"X-API-Key": ROOT}):
        answer = client.get(f"/tasks?{query.format(ROOT)}", headers=headers)
        assert (answer.status_code, answer.json["error"]) == (400, "VALIDATION_ERROR")
        assert "X-API-Key" in answer.json["message"]
        assert ROOT not in answer.text + str(answer.headers) + caplog.text


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"key": "short", "scopes": ["read"]}, "has 5 characters; it needs 16 to 512"),
        ({"key": "x" * 513, "scopes": ["read"]}, "has 513 characters"),
        ({"key": "", "scopes": ["read"]}, "has 0 characters"),
        ({"key": None, "scopes": ["read"]}, "has to be a text, not NoneType"),
        ({"key": "with a blank in the key", "scopes": ["read"]}, "without blanks"),
        ({"key": "with\na break in the key", "scopes": ["read"]}, "without blanks"),
        ({"key": "schlüssel-mit-umlaut", "scopes": ["read"]}, "ASCII"),
        ({"key": ROOT, "scopes": ["raed"]}, "did you mean 'read'"),
        ({"key": ROOT, "scopes": "read"}, "expected a list"),
        ({"key": ROOT}, "expected"),
        (ROOT, "expected"),
        ({"key": ROOT, "scopes": [], "scope": []}, "did you mean 'scopes'"),
        ({"key": ROOT, "scopes": ["read"], "expires_at": "soon"}, "expected a date"),
        ({"key": ROOT, "scopes": ["read"], "expires_at": "90 days"}, "expected a date"),
        (
            {"key": ROOT, "scopes": ["read"], "expires_at": "0001-01-01T00:00:00+14:00"},
            "is no time of the calendar",
        ),
        ({"key": ROOT, "scopes": ["read"], "tasks": ""}, "expected a pattern"),
    ],
)
def test_a_given_key_that_cannot_be_used_is_named(session, options, reason):
    """The error names the key by its name, says what is wrong, and never tells the key."""
    with pytest.raises(InvalidInput, match=reason) as caught:
        FlaskAPI(session=session, api_keys={"reader": options})
    assert list(caught.value.fields) == ["api_keys.reader"]
    assert ROOT not in str(caught.value)
    assert "umlaut" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "a\r\nX: y", "é", "x" * 101, 7, "-a"])
def test_a_name_has_to_stand_in_logs_and_headers(session, name):
    """Breaks, blanks and the like are refused, given and over HTTP."""
    with pytest.raises(InvalidInput, match="letters, digits"):
        FlaskAPI(session=session, api_keys={name: KEYS["root"]})
    answer = make(client_of(session, api_keys=KEYS), name=name, scopes=["read"])
    assert (answer.status_code, list(answer.json["details"]["fields"])) == (400, ["name"])


def test_two_names_do_not_share_a_key(session):
    """It could not be told whose it is."""
    with pytest.raises(InvalidInput, match="is the same key as 'a'"):
        FlaskAPI(session=session, api_keys={"a": KEYS["root"], "b": KEYS["root"]})


def test_a_given_key_expires(session):
    """From its instant on it is refused, in the session's zone where none is told."""
    now = datetime.now(UTC)
    past = {"key": ROOT, "scopes": ["read"], "expires_at": now.replace(tzinfo=None).isoformat()}
    future = {"key": READER, "scopes": ["read"], "expires_at": now + timedelta(days=1)}
    client = client_of(session, api_keys={"past": past, "future": future})
    assert status(client, READER) == (200, None)
    answer = client.get("/tasks", headers={"X-API-Key": ROOT})
    assert (answer.status_code, answer.json["error"]) == (403, "FORBIDDEN")
    assert "'past' expired at" in answer.json["message"]


# -- keys of the environment


def test_one_key_of_the_environment_is_for_everything(session, monkeypatch):
    """REDENGINE_API_KEY has scope admin, beside the keys of the constructor."""
    monkeypatch.setenv("REDENGINE_API_KEY", "environment-key-long-enough")
    client = client_of(session, api_keys={"reader": KEYS["reader"]})
    assert status(client, "environment-key-long-enough", "/keys") == (200, None)
    assert status(client, READER) == (200, None)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"ops": {"key": ROOT, "scopes": ["read", "run"]}, "reader": KEYS["reader"]}),
        f"ops:{ROOT}:read,run;reader:{READER}:read",
        f" ops:{ROOT}:read,run ;\n reader:{READER}:read; ",
    ],
)
def test_several_keys_of_the_environment(session, monkeypatch, text):
    """REDENGINE_API_KEYS is JSON as the constructor has it, or a list."""
    monkeypatch.setenv("REDENGINE_API_KEYS", text)
    client = client_of(session)
    assert status(client, READER) == (200, None)
    headers = {"X-API-Key": ROOT}
    assert client.post("/tasks/fetch/jobs", headers=headers).status_code == 201
    assert client.patch("/tasks/fetch", json={"priority": 1}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "text",
    [
        "{nonsense",
        "[]",
        "ops",
        f"ops:{ROOT}",
        f"ops:{ROOT}:read; ops:{READER}:read",
        f"ops:{ROOT}:raed",
        "ops:short:read",
        '{"ops": 7}',
    ],
)
def test_keys_of_the_environment_that_cannot_be_read(session, monkeypatch, text):
    """The error names the variable and never tells a key."""
    monkeypatch.setenv("REDENGINE_API_KEYS", text)
    with pytest.raises(InvalidInput, match="REDENGINE_API_KEYS") as caught:
        FlaskAPI(session=session)
    assert ROOT not in str(caught.value)
    assert READER not in str(caught.value)


def test_a_short_key_of_the_environment_is_refused(session, monkeypatch):
    """The error names the variable."""
    monkeypatch.setenv("REDENGINE_API_KEY", "secret")
    with pytest.raises(InvalidInput, match="REDENGINE_API_KEY: the key has 6 characters"):
        FlaskAPI(session=session)


def test_a_name_that_is_given_twice_is_refused(session, monkeypatch):
    """By the constructor and the environment."""
    monkeypatch.setenv("REDENGINE_API_KEYS", f"reader:{ROOT}:read")
    with pytest.raises(InvalidInput, match="constructor and the environment"):
        FlaskAPI(session=session, api_keys={"reader": KEYS["reader"]})


def test_keys_can_be_switched_off_and_on(session, monkeypatch):
    """REDENGINE_API_KEY_ENABLED decides, whatever keys there are."""
    monkeypatch.setenv("REDENGINE_API_KEY_ENABLED", "false")
    client = client_of(session, api_keys=KEYS)
    assert client.get("/tasks").status_code == 200
    assert make(client, None, name="x", scopes=["admin"]).status_code == 409
    with pytest.raises(UnsafeAddress):
        FlaskAPI(session=session, host="0.0.0.0", api_keys=KEYS)
    monkeypatch.setenv("REDENGINE_API_KEY_ENABLED", "TRUE")
    assert client_of(session, api_keys=KEYS).get("/tasks").status_code == 401
    with pytest.raises(InvalidInput, match="there is no key: set REDENGINE_API_KEY"):
        FlaskAPI(session=session)
    monkeypatch.setenv("REDENGINE_API_KEY_ENABLED", "maybe")
    with pytest.raises(InvalidInput, match="expected true or false, got 'maybe'"):
        FlaskAPI(session=session)


def test_keys_guard_an_open_address(session):
    """With a key the API may listen where others can reach it; the message names the variable."""
    FlaskAPI(session=session, host="0.0.0.0", api_keys=KEYS)
    with pytest.raises(UnsafeAddress, match="REDENGINE_API_KEY"):
        FlaskAPI(session=FakeSession(), host="0.0.0.0")
    assert make(client_of(session, api_keys=KEYS), name="kept", scopes=["read"]).status_code == 201
    FlaskAPI(session=session, host="0.0.0.0")


# -- keys made over the API


def test_a_made_key_is_told_once(session):
    """The answer to its making has it; what is kept and listed does not."""
    client = client_of(session, api_keys=KEYS)
    answer = make(client, name="ops", scopes=["run", "read"], tasks="f*", expires_at="90 days")
    assert (answer.status_code, answer.headers["Location"]) == (201, "/keys/ops")
    assert answer.headers["Cache-Control"] == "no-store"
    made = answer.json
    key = made.pop("key")
    assert key.startswith("red_")
    assert len(key) > 40
    assert made["scopes"] == ["read", "run"]
    assert (made["source"], made["created_by"], made["tasks"]) == ("store", "root", "f*")
    span = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert abs(span - timedelta(days=90)) < timedelta(seconds=5)
    assert status(client, key) == (200, None)
    headers = {"X-API-Key": ROOT}
    assert client.get("/keys/ops", headers=headers).json == made
    listed = client.get("/keys", headers=headers)
    assert [each["name"] for each in listed.json] == ["root", "reader", "ops"]
    assert key not in listed.text
    (entry,) = session.api_keys.entries.values()
    assert key not in str(entry)
    assert entry.digest == digest_of(key, bytes.fromhex(entry.salt)).hex()


def test_keys_are_drawn_anew(session):
    """Two keys with the same scopes differ, and so do their salts."""
    client = client_of(session, api_keys=KEYS)
    keys = {make(client, name=name, scopes=["read"]).json["key"] for name in "abc"}
    assert len(keys) == 3
    assert len({entry.salt for entry in session.api_keys.entries.values()}) == 3


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"scopes": ["read"]}, "name"),
        ({"name": "a"}, "scopes"),
        ({"name": "a", "scopes": []}, "scopes"),
        ({"name": "a", "scopes": "read"}, "scopes"),
        ({"name": "a", "scopes": ["reed"]}, "reed"),
        ({"name": "a", "scopes": ["read"], "key": "my-own-key-my-own-key"}, "key"),
        ({"name": "a", "scopes": ["read"], "expires_at": "2001-01-01"}, "expires_at"),
        ({"name": "a", "scopes": ["read"], "expires_at": "soon"}, "expires_at"),
        ({"name": "a", "scopes": ["read"], "expires_at": {}}, "expires_at"),
        (
            {"name": "a", "scopes": ["read"], "expires_at": "0001-01-01T00:00:00+14:00"},
            "expires_at",
        ),
        (
            {"name": "a", "scopes": ["read"], "expires_at": "9999-12-31T23:59:59-12:00"},
            "expires_at",
        ),
        ({"name": "a", "scopes": ["read"], "expires_at": "9000 years"}, "expires_at"),
        ({"name": "a", "scopes": ["read"], "tasks": "[z-a]"}, "tasks"),
        ({"name": "a", "scopes": ["read"], "tasks": 7}, "tasks"),
    ],
)
def test_a_key_that_cannot_be_made_is_named(session, data, field):
    """The error names the field, and nothing is kept."""
    answer = make(client_of(session, api_keys=KEYS), **data)
    assert (answer.status_code, list(answer.json["details"]["fields"])) == (400, [field])
    assert session.api_keys.entries == {}


def test_a_name_is_taken_until_its_key_is_revoked(session):
    """A valid key is not replaced; the name of a revoked one is free, and the old key stays out."""
    client = client_of(session, api_keys=KEYS)
    first = make(client, name="ops", scopes=["read"]).json["key"]
    assert make(client, name="ops", scopes=["read"]).status_code == 409
    assert make(client, name="reader", scopes=["read"]).status_code == 409
    assert client.delete("/keys/ops", headers={"X-API-Key": ROOT}).status_code == 204
    second = make(client, name="ops", scopes=["read"]).json["key"]
    assert status(client, second) == (200, None)
    assert status(client, first) == (403, "FORBIDDEN")


def test_a_revoked_key_is_refused_at_once(session):
    """Also one that was let in a moment ago; its holder is told that it was revoked."""
    client = client_of(session, api_keys=KEYS)
    key = make(client, name="ops", scopes=["read"]).json["key"]
    assert status(client, key) == (200, None)
    for _ in range(2):
        assert client.delete("/keys/ops", headers={"X-API-Key": ROOT}).status_code == 204
    answer = client.get("/tasks", headers={"X-API-Key": key})
    assert (answer.status_code, answer.json["error"]) == (403, "FORBIDDEN")
    assert "'ops' was revoked at" in answer.json["message"]
    shown = client.get("/keys/ops", headers={"X-API-Key": ROOT}).json
    assert shown["revoked_at"] is not None


def test_given_keys_and_unknown_ones_are_not_revoked(session):
    """What the script gives has to be taken out of the script."""
    client = client_of(session, api_keys=KEYS)
    answer = client.delete("/keys/reader", headers={"X-API-Key": ROOT})
    assert answer.status_code == 409
    assert "constructor of the API" in answer.json["message"]
    answer = client.delete("/keys/raeder", headers={"X-API-Key": ROOT})
    assert (answer.status_code, answer.json["details"]["suggestion"]) == (404, "reader")
    assert client.get("/keys/raeder", headers={"X-API-Key": ROOT}).status_code == 404


def test_the_first_key_closes_the_door(session):
    """An API without keys asks for them once there is one, which has to be for everything."""
    client = client_of(session)
    assert client.get("/keys").json == []
    for data in ({"scopes": ["read"]}, {"scopes": ["admin"], "tasks": "f*"}):
        answer = make(client, None, name="me", **data)
        assert answer.status_code == 409
        assert "first key has to have scope admin" in answer.json["message"]
    key = make(client, None, name="me", scopes=["admin"]).json["key"]
    assert client.get("/tasks").status_code == 401
    assert status(client, key) == (200, None)


def test_the_last_admin_key_stays(session):
    """Nobody could manage the keys; with a second one it can go, and the door stays closed."""
    client = client_of(session)
    first = make(client, None, name="first", scopes=["admin"]).json["key"]
    assert client.delete("/keys/first", headers={"X-API-Key": first}).status_code == 409
    second = make(client, first, name="second", scopes=["admin"]).json["key"]
    assert client.delete("/keys/first", headers={"X-API-Key": second}).status_code == 204
    assert status(client, first) == (403, "FORBIDDEN")
    assert client.get("/tasks").status_code == 401


def test_a_key_that_cannot_be_stored_does_not_count(session):
    """The answer is 503, and the list is as it was."""
    client = client_of(session, api_keys=KEYS)

    def add(entry):
        raise StoreError("sqlite:///x", "is full")

    session.api_keys.add = add
    answer = make(client, name="ops", scopes=["read"])
    assert (answer.status_code, answer.json["error"]) == (503, "STORE_UNAVAILABLE")
    assert "red_" not in answer.text


# -- in the session's store


@pytest.fixture
def url(tmp_path):
    """A durable store."""
    return f"sqlite:///{tmp_path / 'jobs.db'}"


def test_made_keys_survive_a_restart(url):
    """A new session on the same store knows them, asks for them, and has revoked what was."""
    with closing(Session(store=url)) as session:
        client = client_of(session)
        root = make(client, None, name="root", scopes=["admin"]).json["key"]
        gone = make(client, root, name="gone", scopes=["read"]).json["key"]
        assert client.delete("/keys/gone", headers={"X-API-Key": root}).status_code == 204
    with closing(Session(store=url)) as session:
        FlaskAPI(session=session, host="0.0.0.0")
        client = client_of(session, name="other")
        assert client.get("/tasks").status_code == 401
        assert status(client, root) == (200, None)
        assert status(client, gone) == (403, "FORBIDDEN")
        shown = client.get("/keys/gone", headers={"X-API-Key": root}).json
        assert shown["created_by"] == "root"


def test_the_apis_of_a_session_share_its_keys():
    """What is revoked over one is revoked for the other at once; given keys stay with their API."""
    session = Session()
    one = client_of(session, api_keys=KEYS, name="one")
    two = client_of(session, name="two")
    assert two.get("/tasks").status_code == 200
    key = make(one, name="ops", scopes=["read"]).json["key"]
    assert status(two, key) == (200, None)
    assert status(two, ROOT) == (403, "FORBIDDEN")
    assert one.delete("/keys/ops", headers={"X-API-Key": ROOT}).status_code == 204
    assert status(two, key) == (403, "FORBIDDEN")
    session.store.close()


def test_a_key_that_comes_late_to_the_store_does_not_count(url, monkeypatch):
    """Its text was never told, so what an outage held back arrives revoked."""
    session = Session(store=url)
    client = client_of(session, api_keys=KEYS)
    write = session.store.write

    class Late:
        def wait(self, timeout):
            raise StoreError(url, "is slow")

    def write_late(*entries, **how):
        write(*entries, **how)
        return Late()

    with monkeypatch.context() as patch:
        patch.setattr(session.store, "write", write_late)
        assert make(client, name="ops", scopes=["read"]).status_code == 503
    assert client.get("/keys/ops", headers={"X-API-Key": ROOT}).status_code == 404
    (entry,) = session.store.api_keys()
    assert (entry.name, entry.revoked_at) == ("ops", entry.created_at)
    session.store.close()


def test_a_revocation_holds_although_it_cannot_be_stored(url, monkeypatch):
    """The key is out, and the answer says that the store is in trouble."""
    session = Session(store=url)
    client = client_of(session, api_keys=KEYS)
    key = make(client, name="ops", scopes=["read"]).json["key"]

    def write(*entries, **how):
        raise StoreError(url, "is gone")

    with monkeypatch.context() as patch:
        patch.setattr(session.store, "write", write)
        answer = client.delete("/keys/ops", headers={"X-API-Key": ROOT})
    assert (answer.status_code, answer.json["error"]) == (503, "STORE_UNAVAILABLE")
    assert status(client, key) == (403, "FORBIDDEN")
    session.store.close()
