"""Random schedules over the wire: each follower has all, or one gap that names what is missing."""

import random

import pytest
from live_callers import Stream, Talk, ask, running

WAYS = ("socket", "stream", "poll")


class Follower:
    """Follows one channel over one way, comes and goes, and goes on behind its position."""

    def __init__(self, way, api, channel):
        self.way, self.api, self.channel = way, api, channel
        self.position = None
        self.seen = []
        self.gaps = []
        self.link = None

    def come(self):
        """Follow, from where it was."""
        after = self.position
        if self.way == "socket" and self.link is None:
            self.link = Talk(self.api)
            fields = {} if after is None else {"after": after}
            reply = self.link.say(action="subscribe", channel=self.channel, **fields)
            if after is None:
                self.position = reply["position"]
        elif self.way == "stream" and self.link is None:
            query = "" if after is None else f"&after={after}"
            self.link = Stream(self.api, f"/events?topics=channel:{self.channel}{query}")
            if after is None:
                self.position = self.link.position
        elif self.way == "poll" and after is None:
            path = f"/events?mode=poll&timeout=0&topics=channel:{self.channel}"
            self.position = ask(self.api, "GET", path)[2]["position"]

    def go(self):
        """Leave, without a word."""
        if self.link is not None:
            self.link.close()
            self.link = None

    def read_to(self, seq):
        """Read until everything up to a number has been told, or is in a gap."""
        while int(self.position.partition(":")[2]) < seq:
            if self.way == "poll":
                path = f"/events?mode=poll&timeout=0&topics=channel:{self.channel}&limit=7"
                told = ask(self.api, "GET", f"{path}&after={self.position}")[2]
                for event in told["events"]:
                    self.take(event)
                self.position = told["position"]
            elif self.way == "stream":
                self.take(self.link.event())
            else:
                self.take(self.link.next())

    def take(self, told):
        """Remember what was told."""
        epoch = self.position.partition(":")[0]
        if told.get("type") == "gap":
            first, last = (int(told[name].partition(":")[2]) for name in ("from", "to"))
            self.gaps.append((first, last))
            self.position = told["to"]
            return
        records = told["data"] if "data" in told else [told["record"]]
        self.seen += [record["seq"] for record in records]
        self.position = f"{epoch}:{self.seen[-1]}"

    def check(self, sent):
        """Everything that was sent is seen once, in order, or named by exactly one gap."""
        assert self.seen == sorted(set(self.seen))
        missing = sorted(set(sent) - set(self.seen))
        named = [seq for first, last in self.gaps for seq in sent if first <= seq <= last]
        assert named == missing
        assert all(last in missing for _, last in self.gaps)


@pytest.fixture(scope="module")
def served():
    """A session and its API."""
    with running() as pair:
        yield pair


def step(dice, app, channel, followers, sent):
    """One thing that happens: records are sent, or a follower comes, goes or reads."""
    what = dice.choice(("send", "send", "burst", "leave", "return", "read", "noise"))
    who = dice.choice(followers)
    if what in {"send", "burst"}:
        count = 1 if what == "send" else dice.randint(2, 60)
        sent += [each.seq for each in channel.send([{"n": number} for number in range(count)])]
    elif what == "leave":
        who.go()
    elif what == "noise":
        app.parameters["noise"] = len(sent)
    else:
        who.come()
        if what == "read" and sent:
            who.read_to(sent[-1])


def play(app, api, seed):
    """One schedule of sends, disconnections and readers that read late."""
    dice = random.Random(seed)
    name = f"schedule-{seed}"
    channel = app.channel(name, history=dice.choice((3, 10, 40)))
    followers = [Follower(way, api, name) for way in WAYS]
    sent = []
    try:
        for each in followers:
            each.come()
        for _ in range(dice.randint(10, 25)):
            step(dice, app, channel, followers, sent)
        sent.append(channel.send({"n": "last"}).pop().seq)
        for each in followers:
            each.come()
            each.read_to(sent[-1])
            each.check(sent)
    finally:
        for each in followers:
            each.go()
        del app.channels[name]


@pytest.mark.parametrize("seed", range(50))
def test_a_schedule_loses_nothing_silently(served, seed):
    """Over WebSocket, Server-Sent Events and long poll."""
    play(*served, seed)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_a_thousand_schedules_lose_nothing_silently(served, block):
    """The same, of other seeds."""
    for seed in range(1_000 + block * 50, 1_050 + block * 50):
        play(*served, seed)


@pytest.mark.parametrize("seed", range(3))
def test_a_restart_is_told_in_each_way(seed):
    """By a gap on a WebSocket, and by 410 over HTTP; then what is new is whole."""
    dice = random.Random(seed)
    with running() as (app, api):
        old = app.channel("c").send([{"n": n} for n in range(dice.randint(1, 5))])[-1].position
        assert api.port
    with running() as (app, api):
        before = app.events.position
        sent = [each.seq for each in app.channel("c").send([{"n": n} for n in range(5)])]
        with Talk(api) as talk:
            reply = talk.say(action="subscribe", channel="c", after=old)
            gap, data = talk.next(), talk.next()
        assert reply["recovered"] is False
        assert (gap["from"], gap["reason"]) == (old, "restart")
        assert [each["seq"] for each in data["data"]] == sent
        for path in ("/events?topics=channel:c", "/events?mode=poll&topics=channel:c"):
            status, _, told = ask(api, "GET", f"{path}&after={old}")
            assert (status, told["error"]) == (410, "CURSOR_TOO_OLD")
        follower = Follower("poll", api, "c")
        follower.position = before
        follower.read_to(sent[-1])
        follower.check(sent)
