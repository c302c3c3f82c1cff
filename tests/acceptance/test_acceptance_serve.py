"""`redengine serve` and `python -m redengine`: an empty session, configured by the environment."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request

import pytest

FAR_S = 60.0
KEY = "serving-key-of-enough-length"


def environment(**values):
    """The variables of this process without ours, and those of a test."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("REDENGINE_")}
    return {**kept, **{f"REDENGINE_{name}": text for name, text in values.items()}}


def ask(url, path, **options):
    """What an API answers to the key."""
    request = urllib.request.Request(f"{url}{path}", headers={"X-API-Key": KEY}, **options)
    with urllib.request.urlopen(request, timeout=FAR_S) as answer:
        return json.load(answer)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to catch")
@pytest.mark.parametrize("words", [["-m", "redengine"], ["-m", "redengine", "serve"]])
def test_an_empty_session_is_served_as_the_environment_says(tmp_path, words):
    """The port, the key and the store are those of the environment; SIGTERM stops it in order."""
    store = tmp_path / "jobs.db"
    process = subprocess.Popen(
        [sys.executable, *words],
        env=environment(API_PORT="0", API_KEY=KEY, STORE=f"sqlite:///{store}"),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        told = ""
        while not (found := re.search(r"listening on (http://\S+)", told)):
            line = process.stderr.readline()
            assert line, told
            told += line
        assert ask(found[1], "/health")["auth_required"] is True
        body = json.dumps({"code": "print(1)"}).encode()
        assert ask(found[1], "/tasks/made", data=body, method="POST")["class"] == "CodeTask"
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=FAR_S)
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()
    assert store.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("API_PORT", "abc"), ("API_KEY", "short"), ("STORE", "nonsense")]
)
def test_a_bad_value_ends_it_with_words(name, value):
    """The variable or its value is named, without a traceback."""
    ended = subprocess.run(
        [sys.executable, "-m", "redengine", "serve"],
        env=environment(**{"API_PORT": "0", name: value}),
        capture_output=True,
        text=True,
        timeout=FAR_S,
        check=False,
    )
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert f"REDENGINE_{name}" in ended.stderr or value in ended.stderr
