"""The door: scopes of all resources, limits, one's own authentication, headers of all answers."""

import flask
import pytest

from redengine.api import ApiResponse, FlaskAPI, Principal, current_principal
from redengine.api.auth.principal import SCOPES
from redengine.api.core.messages import ApiRequest
from redengine.api.endpoints import RESOURCES, Resource
from redengine.api.errors import Unauthorized
from redengine.api.http.routes import ROUTES
from redengine.exceptions import Forbidden

KEYS = {scope: {"key": f"{scope}-key-of-enough-length", "scopes": [scope]} for scope in SCOPES}


def header(scope):
    """The header with the key of a scope."""
    return {"X-API-Key": KEYS[scope]["key"]}


@pytest.fixture
def keyed(session):
    """An API with a key for each scope."""
    return FlaskAPI(session=session, api_keys=KEYS)


# -- scopes

READING = [name for name in RESOURCES if name not in {"Keys", "Key"}]
RUNNING = [
    "ChannelSend",
    "Command",
    "TaskJobs",
    "TaskTerminate",
    "Jobs",
    "Job",
    "JobCancel",
    "JobPause",
    "JobResume",
    "JobTerminate",
]
READ_BY_POST = {"ChannelLookup", "ConditionLint", "EventTickets", "JobWait", "RecordLookup"}
RULING = [
    "SessionShutdown",
    "SessionRestart",
    "Keys",
    "Key",
    "ChangeRevert",
    "Plan",
    "Apply",
]


@pytest.mark.parametrize("name", ROUTES)
def test_every_method_takes_one_known_scope(session, name):
    """Reading takes read, running run, ruling admin, and all other writes write."""
    resource = RESOURCES[name](session)
    for method in resource.methods():
        (needed,) = resource.needs(method, ApiRequest(data={"priority": 1}))
        if name == "JobStack":
            assert needed == "debug"
        elif method == "get" or name in READ_BY_POST:
            assert needed == ("read" if name in READING else "admin")
        elif name in RUNNING:
            assert needed == "run"
        else:
            assert needed == ("admin" if name in RULING else "write")


@pytest.mark.parametrize(
    "name",
    [name for name in ROUTES if ROUTES[name][0].startswith("/jobs") and name != "JobWait"],
)
def test_no_write_to_jobs_takes_another_scope_than_run(session, name):
    """Submitting and ending jobs is running, whatever a resource is called."""
    resource = RESOURCES[name](session)
    for method in set(resource.methods()) - {"get"}:
        assert resource.needs(method, ApiRequest()) == ("run",)


def ask(client, method, name, scope):
    """Ask a resource with the key of a scope."""
    path = ROUTES[name][0].replace("<name>", "fetch").replace("<job_id>", "j").replace("<id>", "1")
    return client.open(path, method=method.upper(), json={"priority": 1}, headers=header(scope))


@pytest.mark.parametrize("name", ROUTES)
def test_a_key_without_the_scope_is_told_which_it_takes(keyed, session, name):
    """403 INSUFFICIENT_SCOPE names the scope needed and those held; admin is never refused.

    What is public is refused to nobody.
    """
    client = keyed.app.test_client()
    for method in RESOURCES[name].methods():
        (needed,) = RESOURCES[name](session).needs(method, ApiRequest(data={"priority": 1}))
        for scope in SCOPES:
            answer = ask(client, method, name, scope)
            is_refused = answer.status_code == 403
            may = scope in {needed, "admin"} or RESOURCES[name].public
            assert is_refused is not may, (method, scope, answer.text)
            if is_refused:
                assert answer.json["error"] == "INSUFFICIENT_SCOPE"
                assert answer.json["details"] == {"needed": [needed], "held": [scope]}
                assert f'scope="{needed}"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("method", "body", "needed"),
    [
        ("POST", {"class": "CodeTask", "code": "1"}, ["admin"]),
        ("POST", {"code": "1"}, ["admin"]),
        ("PUT", {"command": "ls"}, ["admin"]),
        ("PUT", {"func": "os:abort"}, ["admin"]),
        ("POST", {"func_name": "f", "path": "jobs.py"}, ["admin"]),
        ("PATCH", {"code": "1"}, ["admin"]),
        ("PATCH", {"code": "1", "force_run": True}, ["admin"]),
        ("PATCH", {"path": "other.py"}, ["admin"]),
        ("PATCH", {"env": {"PATH": "/tmp"}}, ["admin"]),
        ("PATCH", {"priority": 1}, ["write"]),
        ("PATCH", {}, ["write"]),
        ("POST", {}, ["write"]),
        ("PATCH", {"force_run": True}, ["run"]),
        ("PATCH", {"name": "fetch", "force_termination": True}, ["run"]),
        ("PATCH", {"force_run": True, "priority": 1}, ["run", "write"]),
    ],
)
def test_code_takes_admin(session, keyed, method, body, needed):
    """Whoever may say what runs may do anything; starting by PATCH is running."""
    client = keyed.app.test_client()
    held = {"write": "read", "run": "write", "admin": "write"}[needed[0]]
    answer = client.open("/tasks/fetch", method=method, json=body, headers=header(held))
    assert answer.status_code == 403
    assert answer.json["details"] == {"needed": needed, "held": [held]}
    assert "code" not in session.tasks["fetch"].data
    if len(needed) == 1:
        answer = client.open("/tasks/fetch", method=method, json=body, headers=header(needed[0]))
        assert answer.status_code != 403


def test_a_refused_write_is_not_in_the_journal(keyed, session):
    """Nothing has changed, and nothing is written down."""
    client = keyed.app.test_client()
    assert client.patch("/config", json={"timeout": 1}, headers=header("read")).status_code == 403
    assert client.post("/session/shutdown", headers=header("write")).status_code == 403
    assert session.changes.entries == []
    assert session.calls == []


def test_the_journal_has_the_name_of_the_key(keyed, session, caplog):
    """The name is the actor of a change and of its line in the log."""
    caplog.set_level("INFO")
    client = keyed.app.test_client()
    assert (
        client.patch("/tasks/fetch", json={"priority": 9}, headers=header("write")).status_code
        == 200
    )
    assert session.changes.entries[0]["actor"] == "write"
    assert "by write, request" in caplog.text


def test_unknown_paths_and_methods_are_behind_the_door(keyed):
    """Strangers do not learn which paths there are."""
    client = keyed.app.test_client()
    for path in ("/nowhere", "/tasks/nothing", "/api/v1/tasks"):
        assert client.get(path).status_code == 401
    assert client.delete("/tasks").status_code == 401
    assert client.options("/tasks").status_code == 401
    assert client.get("/nowhere", headers=header("read")).status_code == 404
    assert client.delete("/tasks", headers=header("read")).status_code == 405
    assert client.head("/tasks", headers=header("read")).status_code == 200


# -- public places


class FireTimeCondition(Resource):
    """A resource that anybody may ask."""

    name = "FireTimeCondition"
    public = True

    def get(self, request):
        return ApiResponse({"actor": request.actor})


def test_a_public_resource_takes_no_key_and_is_not_limited(session, monkeypatch):
    """`public_paths` opens it; a wrong key does not close it."""
    monkeypatch.setitem(RESOURCES, "FireTimeCondition", FireTimeCondition)
    monkeypatch.setitem(ROUTES, "FireTimeCondition", ("/pulse",))
    paths = ["/pulse"]
    api = FlaskAPI(session=session, api_keys=KEYS, rate_limit="1/hour", public_paths=paths)
    client = api.app.test_client()
    for headers in ({}, {"X-API-Key": "wrong"}, header("write"), {}):
        assert client.get("/pulse", headers=headers).status_code == 200
    assert client.get("/pulse", headers={"Host": "evil.example"}).status_code == 403
    assert client.get("/tasks").status_code == 401


def test_routes_of_ones_own_are_behind_the_door(keyed):
    """A view takes read or write by its method, what its `scope` says, or nothing if public."""

    def ping():
        return f"pong {current_principal().name}"

    def secret():
        return "secret"

    def free():
        return flask.jsonify(known=current_principal() is not None)

    secret.scope = "debug"
    free.is_public = True
    keyed.app.add_url_rule("/ping", view_func=ping, methods=["GET", "POST"])
    keyed.app.add_url_rule("/secret", view_func=secret)
    keyed.app.add_url_rule("/free", view_func=free)
    client = keyed.app.test_client()
    assert client.get("/ping").status_code == 401
    assert client.get("/ping", headers=header("read")).text == "pong read"
    assert client.post("/ping", headers=header("read")).json["details"]["needed"] == ["write"]
    assert client.post("/ping", headers=header("write")).text == "pong write"
    assert client.get("/secret", headers=header("read")).json["details"]["needed"] == ["debug"]
    assert client.get("/secret", headers=header("debug")).text == "secret"
    assert client.get("/free").json == {"known": False}


# -- limits


@pytest.fixture
def limited(session):
    """A client of an API with two keys and a limit of two."""
    api = FlaskAPI(session=session, api_keys=KEYS, rate_limit="2/hour")
    return api.app.test_client()


def test_a_caller_over_the_limit_is_told_when_to_come_back(limited):
    """429 has Retry-After, and all answers tell how the caller stands."""
    seen = [limited.get("/tasks", headers=header("read")) for _ in range(3)]
    assert [answer.status_code for answer in seen] == [200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in seen] == ["1", "0", "0"]
    assert {answer.headers["RateLimit-Limit"] for answer in seen} == {"2"}
    refused = seen[2]
    assert refused.json["error"] == "TOO_MANY_REQUESTS"
    assert refused.json["message"].startswith("too many reads: 2 per 1 hour may be; try again in")
    assert 3590 <= int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["Retry-After"] == refused.headers["RateLimit-Reset"]
    assert refused.json["details"]["retry_after"] == int(refused.headers["Retry-After"])


def test_keys_and_kinds_of_requests_are_counted_apart(limited):
    """Another key has its own limit, and so have changing and submitting."""
    for _ in range(3):
        limited.get("/tasks", headers=header("admin"))
    assert limited.get("/tasks", headers=header("read")).status_code == 200
    patched = [
        limited.patch("/tasks/fetch", json={"priority": 1}, headers=header("admin"))
        for _ in range(3)
    ]
    assert [answer.status_code for answer in patched] == [200, 200, 429]
    paths = ("/jobs", "/tasks/fetch/jobs", "/jobs")
    posted = [limited.post(path, json={"task": "fetch"}, headers=header("admin")) for path in paths]
    assert [answer.status_code for answer in posted] == [201, 201, 429]
    assert "submissions" in posted[2].json["message"]


def test_a_limit_of_one_kind_leaves_the_others(session):
    """Without a limit there are no headers of limits."""
    client = FlaskAPI(session=session, rate_limit={"write": "1/hour"}).app.test_client()
    answers = [client.get("/tasks") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit-Limit" not in answers[0].headers
    assert client.delete("/tasks/fetch").status_code == 204
    assert client.delete("/tasks/report").status_code == 429


def test_without_keys_addresses_are_counted(session):
    """Two addresses have a limit each."""
    client = FlaskAPI(session=session, rate_limit="1/hour").app.test_client()

    def get(address):
        return client.get("/tasks", environ_base={"REMOTE_ADDR": address}).status_code

    assert [get("127.0.0.1"), get("127.0.0.1"), get("127.0.0.2")] == [200, 429, 200]


def test_only_wrong_keys_are_limited_by_address(keyed):
    """After ten wrong keys in a minute further ones get 429; right ones, also new, still pass."""
    client = keyed.app.test_client()

    def get(key, address="127.0.0.1"):
        headers = {"X-API-Key": key}
        return client.get("/tasks", headers=headers, environ_base={"REMOTE_ADDR": address})

    wrong = [get(f"wrong-key-number-{n:02}") for n in range(11)]
    assert [each.status_code for each in wrong] == [403] * 10 + [429]
    assert wrong[-1].json["error"] == "TOO_MANY_REQUESTS"
    assert 1 <= int(wrong[-1].headers["Retry-After"]) <= 60
    assert get(KEYS["read"]["key"]).status_code == 200
    assert get(KEYS["admin"]["key"]).status_code == 200
    assert get("wrong-key-number-99", "127.0.0.2").status_code == 403
    assert client.get("/tasks").status_code == 401


def test_keys_can_be_made_and_revoked_beside_somebody_who_guesses(keyed):
    """A new key passes, and one that leaked is revoked, from an address of many wrong keys."""
    client = keyed.app.test_client()
    made = {"name": "ci", "scopes": ["read"]}
    for number in range(12):
        client.get("/tasks", headers={"X-API-Key": f"wrong-key-number-{number:02}"})
    new = client.post("/keys", json=made, headers=header("admin")).json["key"]
    assert client.get("/tasks", headers={"X-API-Key": new}).status_code == 200
    assert client.delete("/keys/ci", headers=header("admin")).status_code == 204
    assert client.get("/tasks", headers={"X-API-Key": new}).status_code == 403
    assert client.get("/tasks", headers=header("read")).status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_wrong_keys_are_counted_by_the_network_of_an_address(keyed, first, second, is_same):
    """All addresses of one IPv6 network of 64 bits count as one; IPv4 in IPv6 as IPv4."""
    client = keyed.app.test_client()

    def wrong(number, address):
        headers = {"X-API-Key": f"wrong-key-number-{number:02}"}
        return client.get("/tasks", headers=headers, environ_base={"REMOTE_ADDR": address})

    for number in range(10):
        assert wrong(number, first).status_code == 403
    assert wrong(10, second).status_code == (429 if is_same else 403)


def test_an_address_and_everybody_are_limited_whoever_asks(session):
    """`address` counts all requests of one address, also with wrong keys; `global` counts all."""
    limits = {"address": "3/hour", "global": "5/hour"}
    api = FlaskAPI(session=session, api_keys=KEYS, rate_limit=limits)
    client = api.app.test_client()

    def get(name, address):
        base = {"REMOTE_ADDR": address}
        headers = header(name) if name else {"X-API-Key": "wrong-key-number-01"}
        return client.get("/tasks", headers=headers, environ_base=base)

    assert [get(name, "192.0.2.1").status_code for name in ("read", None, "admin")] == [
        200,
        403,
        200,
    ]
    refused = get("read", "192.0.2.1")
    assert (refused.status_code, refused.json["details"]["limit"]) == (429, "3 per 1 hour")
    assert "from this address" in refused.json["message"]
    assert get("read", "192.0.2.2").status_code == 200
    refused = get("read", "192.0.2.2")
    assert (refused.status_code, refused.json["details"]["limit"]) == (429, "5 per 1 hour")
    assert client.get("/health/live").status_code == 200


# -- one's own authentication


class Own(FlaskAPI):
    """Answers as a test says."""

    says = staticmethod(lambda: None)

    def authenticate(self):
        return self.says()


@pytest.fixture
def own(session):
    """An API with authentication of its own, and a key."""
    return Own(session=session, api_keys={"read": KEYS["read"]})


def test_a_principal_of_ones_own_needs_no_key(own, session):
    """Scopes and tasks are obeyed, and the name is in the journal."""
    own.says = lambda: Principal(name="ada@home", scopes=["write"], tasks="fetch")
    client = own.app.test_client()
    assert client.get("/tasks").json["error"] == "INSUFFICIENT_SCOPE"
    assert client.patch("/tasks/fetch", json={"priority": 3}).status_code == 200
    assert client.patch("/tasks/report", json={"priority": 3}).status_code == 404
    assert [entry["actor"] for entry in session.changes.entries] == ["ada@home"]


def test_without_an_answer_of_ones_own_the_key_is_asked_for(own):
    """None has no objection, and does not know who it is."""
    client = own.app.test_client()
    assert client.get("/tasks").status_code == 401
    assert client.get("/tasks", headers=header("read")).status_code == 200


def test_without_keys_none_lets_everything_pass(session):
    """As long as nobody made a key."""
    assert Own(session=session).app.test_client().delete("/tasks/fetch").status_code == 204


def refuse_by_error():
    raise Forbidden("not you")


def refuse_by_abort():
    flask.abort(401)


def refuse_by_unauthorized():
    raise Unauthorized("who are you")


@pytest.mark.parametrize(
    ("says", "status"),
    [
        (refuse_by_error, 403),
        (refuse_by_abort, 401),
        (refuse_by_unauthorized, 401),
        (lambda: ("no", 403), 403),
        (lambda: flask.Response("no", 401), 401),
        (lambda: ApiResponse({"no": True}, 403), 403),
    ],
)
def test_refusals_of_ones_own_are_answered_and_limited(own, says, status):
    """Raised or returned; callers who send credentials ten times in vain have to wait."""
    own.says = says
    client = own.app.test_client()
    assert {client.get("/tasks").status_code for _ in range(12)} == {status}
    headers = {"Authorization": "Basic eDp5"}
    seen = [client.get("/tasks", headers=headers).status_code for _ in range(12)]
    assert seen == [status] * 10 + [429] * 2


def test_credentials_that_passed_are_not_shut_out_by_guesses(own):
    """Guesses of passwords are refused unread after ten; who was let in before is let in."""

    def says():
        if flask.request.authorization.token != "ada":
            raise Forbidden("not you")
        return Principal(name="ada", scopes=["read"])

    own.says = says
    client = own.app.test_client()

    def get(token):
        return client.get("/tasks", headers={"Authorization": f"Bearer {token}"}).status_code

    assert get("ada") == 200
    assert [get(f"guess-{number}") for number in range(11)] == [403] * 10 + [429]
    assert get("ada") == 200


def test_an_error_of_ones_own_authentication_is_no_refusal(own):
    """A defect is a 500, and does not count as a wrong key."""
    own.says = lambda: 1 / 0
    client = own.app.test_client()
    headers = {"Authorization": "Basic eDp5"}
    assert {client.get("/tasks", headers=headers).status_code for _ in range(12)} == {500}


# -- headers


@pytest.mark.parametrize("path", ["/config", "/tasks", "/nowhere", "/tasks?$limit=x"])
def test_all_answers_have_the_headers_of_safety(client, path):
    """No sniffing, no frames, no referrer, nothing kept unasked."""
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Referrer-Policy"] == "no-referrer"
    has_tag = "ETag" in headers
    assert headers["Cache-Control"] == ("private, no-cache" if has_tag else "no-store")


def test_a_tagged_list_is_still_answered_with_304(keyed):
    """What may be kept by its reader is asked for again, and need not be sent."""
    client = keyed.app.test_client()
    first = client.get("/tasks", headers=header("read"))
    tag = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/tasks", headers={**header("read"), **tag})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, "private, no-cache")
    assert client.get("/tasks", headers=tag).status_code == 401


def test_pages_of_ones_own_keep_their_freedom(api):
    """A page may load what it wants, data of one's own is treated as ours is; both can differ."""

    @api.app.get("/page")
    def page():
        return "<p>hello"

    @api.app.get("/data")
    def data():
        return {"hello": 1}

    @api.app.after_request
    def later(response):
        if flask.request.path == "/config":
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    client = api.app.test_client()
    sent = client.get("/page").headers
    assert "Content-Security-Policy" not in sent
    assert "Cache-Control" not in sent
    assert (sent["X-Content-Type-Options"], sent["X-Frame-Options"]) == ("nosniff", "SAMEORIGIN")
    sent = client.get("/data").headers
    assert sent["Content-Security-Policy"].startswith("default-src 'none'")
    assert sent["Cache-Control"] == "no-store"
    assert client.get("/config").headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]


def test_the_request_knows_who_and_where_from(session, monkeypatch):
    """`actor`, `address`, `request_id` and `principal` are for resources and the journal."""
    seen = []

    class Mirror(Resource):
        """Keeps requests."""

        name = "Mirror"

        def get(self, request):
            seen.append(request)
            return ApiResponse()

    monkeypatch.setitem(RESOURCES, "Mirror", Mirror)
    monkeypatch.setitem(ROUTES, "Mirror", ("/mirror",))
    for options in ({}, {"api_keys": KEYS}):
        client = FlaskAPI(session=session, **options).app.test_client()
        client.get("/mirror", headers={**header("read"), "X-Request-Id": "mine"})
    opened, keyed = seen
    assert (opened.actor, opened.address, opened.principal) == ("127.0.0.1", "127.0.0.1", None)
    assert (keyed.actor, keyed.address, keyed.request_id) == ("read", "127.0.0.1", "mine")
    assert keyed.principal.scopes == {"read"}


def test_the_body_may_be_as_large_as_is_said(session):
    """`max_body` is the limit; the error tells it."""
    client = FlaskAPI(session=session, max_body=100).app.test_client()
    answer = client.patch("/tasks/fetch", data=b'{"description": "' + b"x" * 100 + b'"}')
    assert (answer.status_code, answer.json["details"]) == (413, {"limit_bytes": 100})
    assert client.patch("/tasks/fetch", json={"priority": 4}).status_code == 200
