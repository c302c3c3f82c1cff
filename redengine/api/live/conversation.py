"""What is said on a WebSocket: each message has exactly one reply."""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from http import HTTPStatus
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from websockets.frames import CloseCode

from redengine.api.auth.principal import READ, WRITE
from redengine.api.core.encoding import to_json
from redengine.api.core.messages import error_response
from redengine.api.errors import STATUS_BY_CODE, TooManyRequests
from redengine.api.live import feed as feeds
from redengine.api.live.connection import TURN
from redengine.api.live.feed import Feed
from redengine.api.live.messages import (
    Auth,
    Command,
    Message,
    Send,
    Subscribe,
    Unsubscribe,
    message_of,
    parsed,
)
from redengine.api.live.socket import Socket
from redengine.exceptions import Forbidden, NotFound, PositionGone, RedengineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from websockets.server import ServerProtocol

    from redengine.api.live.connection import Visitor
    from redengine.api.live.door import Porch
    from redengine.api.live.hub import Hub

MOST_SUBSCRIPTIONS: Final = 1_000
"""So many things one connection may follow."""
AUTH_S: Final = 3.0
"""How long a caller without a key may take to say who they are."""
HEARTBEAT: Final = "heartbeat"
_TEMPORARY: Final = frozenset((429, 503, 504))
_KNOWN_AS: Final = {
    "TOO_MANY_WAITING": "TOO_MANY_REQUESTS",
    "POSITION_GONE": "CURSOR_TOO_OLD",
    "UNAUTHORIZED": "FORBIDDEN",
}
"""Codes of errors that are called otherwise on a WebSocket."""


class Conversation(Socket):
    """A WebSocket on which things are followed, sent and called.

    Args:
        hub: looks after it.
        porch: knows who is let in, and carries out what is asked for.
        visitor: who is at the other end.
        protocol: see `Socket`.
        rest: see `Socket`.
        is_known: whether they have said who they are.
        refused: why they are sent away, if they are.
        monitors: what is followed from the start: `job_id` or `flow_id`, or nothing.
        style: how it is told of.
    """

    def __init__(
        self,
        hub: Hub,
        porch: Porch,
        visitor: Visitor,
        protocol: ServerProtocol,
        rest: bytes,
        *,
        is_known: bool = True,
        refused: str | None = None,
        monitors: Mapping[str, str] = MappingProxyType({}),
        style: str = feeds.EVENTS,
    ) -> None:
        super().__init__(hub, visitor, protocol, rest)
        self._porch = porch
        self._is_known = is_known
        self._refused = refused
        self._monitors = monitors
        self._style = style
        self._feeds: dict[str, Feed] = {}
        self._by_target: dict[str, str] = {}
        self._heartbeat: str | None = None
        self._number = 0
        self._began = monotonic()
        self._waiting: deque[bytes] = deque()
        self._is_busy = False

    # -- what comes

    def begin(self) -> None:
        if self._refused is not None:
            self.close(CloseCode.POLICY_VIOLATION, self._refused)
        elif self._is_known:
            self._begin_to_monitor()

    def heard(self, text: bytes) -> None:
        """Answer a message, after those before it."""
        if self._is_busy:
            self._waiting.append(text)
            self.transport.pause_reading()
            return
        self._answer(text)

    def _answer(self, text: bytes) -> None:
        said: dict[str, Any] = {}
        try:
            said = parsed(text)
            message, has_type = message_of(said)
            if not self._is_known and not isinstance(message, Auth):
                first = 'say who you are first: {"action": "auth", "api_key": "…"}'
                self._reply_error(said.get("id"), Forbidden(first))
                self.close(CloseCode.POLICY_VIOLATION, "no key was given")
                return
            self._carry_out(message, has_type=has_type)
        except Exception as error:  # noqa: BLE001 - every message has a reply
            self._reply_error(said.get("id"), error)

    def _carry_out(self, message: Message, *, has_type: bool) -> None:
        if isinstance(message, Subscribe):
            self._subscribe(message, feeds.MONITOR if has_type else feeds.EVENTS)
        elif isinstance(message, Unsubscribe):
            self._unsubscribe(message)
        elif isinstance(message, Auth):
            self._auth(message)
        elif isinstance(message, Send):
            self._check_rate(WRITE)
            self._in_turn(message, partial(self._porch.send, self.visitor, message))
        elif isinstance(message, Command):
            self._check_rate(WRITE)
            self._beside(message, partial(self._porch.call, self.visitor, message))
        else:
            self._reply("pong", message.id)

    def _check_rate(self, bucket: str) -> None:
        self._porch.take(bucket, self.visitor)

    # -- replies

    def _reply(self, kind: str, message_id: Any, **fields: Any) -> None:
        self.send(to_json({"type": kind, "id": message_id, **fields}))

    def _reply_error(self, message_id: Any, error: Exception) -> None:
        if not isinstance(message_id, str | int | float) or isinstance(message_id, bool):
            message_id = None
        told = self._porch.hidden(error_response(error, self.visitor.request_id)).body
        code = _KNOWN_AS.get(told["error"], told["error"])
        if told["details"].get("reason") == "read_only":
            code = "READ_ONLY"
        status = STATUS_BY_CODE.get(told["error"], HTTPStatus.BAD_REQUEST)
        retry_after = None
        if status in _TEMPORARY:
            retry_after = error.retry_after_s if isinstance(error, TooManyRequests) else 1
        self._reply(
            "error",
            message_id,
            code=code,
            message=told["message"],
            temporary=status in _TEMPORARY,
            retry_after=retry_after,
            details=told["details"],
        )

    # -- who it is

    def _auth(self, message: Auth) -> None:
        if not self._porch.asks_for_keys:
            self._reply("ack", message.id)
            return
        try:
            visitor = self._porch.admit(message.api_key, self.visitor)
        except RedengineError as error:
            self._reply_error(message.id, error)
            self.close(CloseCode.POLICY_VIOLATION, "the API key is not valid")
            return
        if self._is_known and visitor.principal != self.visitor.principal:
            self._reply_error(
                message.id, Forbidden("somebody else is known here; open another connection")
            )
            return
        self.visitor, was_known, self._is_known = visitor, self._is_known, True
        self._reply("ack", message.id)
        if not was_known:
            self._begin_to_monitor()

    def _is_shut_out(self) -> bool:
        """Whether the caller's key is no longer valid; then the connection is closed."""
        try:
            self.visitor.check()
        except RedengineError as error:
            self.close(CloseCode.POLICY_VIOLATION, str(error))
            return True
        return False

    # -- following

    def _begin_to_monitor(self) -> None:
        if not self._monitors:
            return
        message = Subscribe.model_validate({"action": "subscribe", **self._monitors})
        kind, name = message.chosen
        try:
            self._porch.check_scope(self.visitor, READ)
            if kind == "flow_id":
                raise NotFound("flow", name)
        except RedengineError as error:
            self._reply_error(None, error)
            self.close(CloseCode.POLICY_VIOLATION, str(error))
            return
        self._follow_job(message, name, self._style, closes=True)

    def _subscribe(self, message: Subscribe, style: str) -> None:
        kind, name = message.chosen
        self._porch.check_scope(self.visitor, READ)
        self._check_rate(READ)
        if kind == "flow_id":
            raise NotFound("flow", name)
        if kind == "job_id":
            self._follow_job(message, name, style)
        elif kind == "channel" and name == HEARTBEAT:
            self._follow_heartbeat(message)
        else:
            target = feeds.CHANNEL + name if kind == "channel" else name
            self._follow(message, target, feeds.EVENTS)

    def _follow_job(
        self, message: Subscribe, job_id: str, style: str, *, closes: bool = False
    ) -> None:
        """Follow a job once it is known that there is one, which the store may have to tell."""

        def begin() -> None:
            self._follow(message, f"job:{job_id}", style)

        def fail(error: Exception) -> None:
            self._reply_error(message.id, error)
            if closes:
                self.close(CloseCode.POLICY_VIOLATION, f"there is no job {job_id}")

        look = partial(self._porch.find_job, self.visitor, job_id)
        self._work(look, lambda _found: begin(), fail, in_turn=True)

    def _follow(self, message: Subscribe, target: str, style: str) -> None:
        takes = self._porch.taker(target, message.key) if message.key is not None else None
        before = self._by_target.get(target)
        if before is None and len(self._feeds) >= MOST_SUBSCRIPTIONS:
            raise TooManyRequests("subscriptions", f"{MOST_SUBSCRIPTIONS} on one connection", 60)
        after, lost = message.after, None
        if after is None and before is not None:
            after = self._feeds[before].position
        try:
            subscription = self._porch.follow(self.visitor, target, after)
        except PositionGone as gone:
            if gone.position.partition(":")[0] == gone.latest.partition(":")[0]:
                raise
            lost = gone.position
            beginning = f"{gone.latest.partition(':')[0]}:0"  # all of this run is new to the caller
            subscription = self._porch.follow(self.visitor, target, beginning)
        self._number += 1
        feed = Feed(
            str(self._number),
            target,
            subscription,
            mode=message.mode,
            style=style,
            closes=message.overflow == "close",
            takes=takes,
            record_key=self._porch.record_key(target) if message.mode == feeds.LATEST else None,
        )
        position = subscription.position
        if lost is not None:
            feed.tell_of_restart(lost)
        recovered = feed.catch_up() and lost is None
        if before is not None:
            self._drop(before)
        self._feeds[feed.sub], self._by_target[target] = feed, feed.sub
        self._reply("subscribed", message.id, sub=feed.sub, position=position, recovered=recovered)
        self.hub.wake_later()

    def _follow_heartbeat(self, message: Subscribe) -> None:
        self._number += 1
        self._heartbeat = str(self._number)
        position = self._porch.position()
        self._reply(
            "subscribed", message.id, sub=self._heartbeat, position=position, recovered=True
        )

    def _unsubscribe(self, message: Unsubscribe) -> None:
        if message.sub is not None:
            if message.sub == self._heartbeat:
                self._stop_heartbeat(message)
                return
            if message.sub not in self._feeds:
                raise NotFound("subscription", message.sub, self._feeds)
            sub = message.sub
        else:
            kind, name = message.chosen
            if kind == "channel" and name == HEARTBEAT and self._heartbeat is not None:
                self._stop_heartbeat(message)
                return
            target = {"channel": feeds.CHANNEL, "job_id": "job:", "flow_id": "flow:"}.get(kind, "")
            found = self._by_target.get(target + name)
            if found is None:
                raise NotFound("subscription", name, self._by_target)
            sub = found
        self._drop(sub)
        self._reply("unsubscribed", message.id, sub=sub)

    def _stop_heartbeat(self, message: Unsubscribe) -> None:
        sub, self._heartbeat = self._heartbeat, None
        self._reply("unsubscribed", message.id, sub=sub)

    def _drop(self, sub: str) -> None:
        feed = self._feeds.pop(sub)
        if self._by_target.get(feed.target) == sub:
            del self._by_target[feed.target]
        feed.close()

    # -- what takes longer

    def _in_turn(self, message: Message, work: Callable[[], dict[str, Any]]) -> None:
        """Do something before the next message is heard."""
        self._work(
            work,
            lambda fields: self._reply("ack", message.id, **fields),
            partial(self._reply_error, message.id),
            in_turn=True,
        )

    def _beside(self, message: Message, work: Callable[[], dict[str, Any]]) -> None:
        """Do something while further messages are heard."""
        self._work(
            work,
            lambda fields: self._reply("ack", message.id, **fields),
            partial(self._reply_error, message.id),
            in_turn=False,
        )

    def _work(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], object],
        fail: Callable[[Exception], object],
        *,
        in_turn: bool,
    ) -> None:
        """Do something in another thread, and go on here."""
        waiting = self.hub.work(work)
        self._is_busy = self._is_busy or in_turn

        def go_on(done: asyncio.Future[Any]) -> None:
            try:
                then(done.result())
            except asyncio.CancelledError:
                return
            except Exception as error:  # noqa: BLE001 - every message has a reply
                fail(error)
            finally:
                if in_turn:
                    self._go_on()

        waiting.add_done_callback(go_on)

    def _go_on(self) -> None:
        """Hear what came meanwhile."""
        self._is_busy = False
        while self._waiting and not self._is_busy:
            self._answer(self._waiting.popleft())
        if not self._is_busy and self.is_writable and not self.transport.is_closing():
            self.transport.resume_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._is_busy and self._waiting:
            self.transport.pause_reading()

    # -- what goes out by itself

    def push(self) -> bool:
        if not self._feeds or not self.is_open:
            return False
        if not self.is_writable:
            for feed in self._feeds.values():
                feed.fold()
            return False
        if self._is_shut_out():
            return False
        frames: list[bytes] = []
        share = max(1, TURN // len(self._feeds))
        has_more = False
        for feed in tuple(self._feeds.values()):
            frames += feed.frames(self.hub, share)
            has_more = has_more or feed.has_more
            if feed.is_over:
                self._drop(feed.sub)
            if feed.is_overrun:
                self.give_up_slow()
                return False
        if frames:
            self.send_all(frames)
        return has_more and self.is_writable

    def tick(self, now: float) -> None:
        super().tick(now)
        if not self._is_known and self._refused is None and now - self._began > AUTH_S:
            self.close(CloseCode.POLICY_VIOLATION, "no key was given")
        if self._is_known and self.is_open and not self._is_shut_out():
            beat = self._heartbeat
            if beat is not None and self.is_writable:
                self.send(to_json({"channel": HEARTBEAT, "data": ["PING"], "sub": beat}))

    def closed(self) -> None:
        super().closed()
        for sub in tuple(self._feeds):
            self._drop(sub)
