"""Streams: what following comes to, whatever carries it; nothing here sends or waits."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from redengine.client.answers import problem
from redengine.exceptions import InvalidInput, RedengineError, RemoteError, shortened

if TYPE_CHECKING:
    from redengine.exceptions import PositionGone

Topics = str | Iterable[str]
"""A topic, or several."""

COMES_BACK: Final = frozenset((1000, 1001, 1006, 1011, 1012, 1013))
"""The close codes of a WebSocket after which it is worth coming back."""
QUIET_S: Final = 40.0
"""A stream that tells nothing for so long, not even that it is there, has broken."""
POLL_S: Final = 20.0
"""How long one answer of a long poll may be held back."""
POLLED: Final = 1_000
"""How many events one answer of a long poll has at most."""
NOT_HERE: Final = frozenset((404, 405, 406, 426, 501))
"""The statuses that say that a way of following does not exist there."""
_LASTING_S: Final = 10.0


class Lost(Exception):
    """The connection is gone; coming back may help.

    Args:
        cause: why, as it is raised where nobody comes back.
        asked_s: the time after which to come back, if the server told.
    """

    def __init__(self, cause: RedengineError, asked_s: float | None = None) -> None:
        self.cause = cause
        self.asked_s = asked_s
        super().__init__(str(cause))


class Silent(Lost):
    """Nothing has come for too long, not even a word that there is nothing."""


class Unusable(Exception):
    """This way of following does not exist here; another one may.

    Args:
        cause: why, as it is raised where there is no other way.
    """

    def __init__(self, cause: RedengineError) -> None:
        self.cause = cause
        super().__init__(str(cause))


class Backoff:
    """The waits before coming back: at random up to a bound that doubles, so that a crowd spreads.

    Args:
        first_s: the first bound.
        longest_s: the last bound.
    """

    def __init__(self, first_s: float = 0.5, longest_s: float = 30.0) -> None:
        self.first_s = first_s
        self.longest_s = longest_s
        self.failures = 0
        self._opened_s = 0.0

    def opened(self) -> None:
        """Note that a connection stands; one that lasts makes good what came before."""
        self._opened_s = time.monotonic()

    def reset(self) -> None:
        """Begin with short waits again: something has been told."""
        self.failures = 0

    def wait_s(self, asked_s: float | None = None) -> float:
        """Seconds until the next attempt.

        Args:
            asked_s: what the server asked for, which is the least.
        """
        if self._opened_s and time.monotonic() - self._opened_s > _LASTING_S:
            self.failures = 0
        self._opened_s = 0.0
        bound_s = min(self.longest_s, self.first_s * 2.0 ** min(self.failures, 16))
        self.failures += 1
        return (asked_s or 0.0) + random.uniform(0.0, bound_s)  # noqa: S311 - spreads load


@dataclass(frozen=True, slots=True)
class Block:
    """One block of Server-Sent Events.

    Attributes:
        id: the position that it stands for; None if it has none.
        data: what it tells; None for nothing.
    """

    id: str | None
    data: str | None


class BlockParser:
    """Reads Server-Sent Events (HTML standard, section 9.2) from bytes as they come."""

    _END = re.compile(rb"\r\n|\n|\r(?!\Z)")

    def __init__(self) -> None:
        self._rest = b""
        self._id: str | None = None
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[Block]:
        """The blocks that are whole now."""
        *lines, self._rest = self._END.split(self._rest + chunk)
        for line in lines:
            if line:
                self._read(line.decode("utf-8", "replace"))
            elif self._id is not None or self._data:
                yield Block(self._id, "\n".join(self._data) if self._data else None)
                self._id, self._data = None, []

    def _read(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "id":
            self._id = value


def checked_topics(topics: Topics | None) -> tuple[str, ...] | None:
    """The topics; None for all that the key may see.

    Raises:
        InvalidInput: they are not texts, or there are none.
    """
    if topics is None:
        return None
    chosen = (topics,) if isinstance(topics, str) else tuple(topics)
    form = "expected topics such as 'jobs' and 'task:fetch'"
    for each in chosen:
        if not isinstance(each, str) or not each:
            raise InvalidInput({"topics": f"{form}, got {shortened(each)}"})
    if not chosen:
        raise InvalidInput({"topics": f"{form}, got none; leave it out to follow all"})
    return chosen


def checked_position(after: object) -> str | None:
    """A position, as far as it can be told without the session.

    Raises:
        InvalidInput: it is none.
    """
    if after is None:
        return None
    if not isinstance(after, str) or not re.fullmatch(r"[^:\s]+:\d+", after):
        reason = f"expected a position such as '5f0c3a91:17', got {shortened(after)}"
        raise InvalidInput({"after": reason})
    return after


def is_behind(position: str, known: str | None) -> bool:
    """Whether what stands at a position has been told by the time of another one."""
    if known is None:
        return False
    epoch, _, seq = position.rpartition(":")
    known_epoch, _, known_seq = known.rpartition(":")
    return epoch == known_epoch and int(seq) <= int(known_seq)


def gap_of(gone: PositionGone, known: str) -> dict[str, Any]:
    """The event that stands for what a position that is gone has cost.

    Args:
        gone: what the session said.
        known: the position.

    Raises:
        PositionGone: it has cost nothing, because nothing has ever been at that position.
    """
    epoch, _, seq = gone.oldest.rpartition(":")
    if is_behind(gone.oldest, known):  # nothing is missing: it is a position of the future
        raise gone
    reason = "evicted" if known.rpartition(":")[0] == epoch else "restart"
    return {
        "type": "gap",
        "position": gone.oldest,
        "seq": int(seq),
        "timestamp": None,
        "topic": None,
        "from": known,
        "to": gone.oldest,
        "reason": reason,
    }


def message(**fields: Any) -> str:
    """A message to the session, as JSON; what is None is left out."""
    return json.dumps({name: value for name, value in fields.items() if value is not None})


def frame(text: str | bytes) -> dict[str, Any]:
    """A frame of the session.

    Raises:
        RemoteError: it is not a JSON object, so that it is no session that speaks.
    """
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise RemoteError(f"expected a JSON object in the stream, got {shortened(text)}")
    return read


def refusal(told: Mapping[str, Any]) -> RedengineError:
    """The error that an error frame tells of."""
    envelope = {"error": told.get("code", "ERROR"), "message": told.get("message", "")}
    return problem(0, {**envelope, "details": told.get("details")}, told.get("retry_after"))


def closing(code: int, reason: str) -> RemoteError:
    """The error that stands for a connection that the session has closed."""
    why = f": {reason}" if reason else ""
    return RemoteError(f"the session closed the stream with {code}{why}", code="STREAM_CLOSED")


def events_of(told: Mapping[str, Any], epoch: str) -> Iterator[Mapping[str, Any]]:
    """The events in a frame: one, or one for each record of a channel.

    Args:
        told: the frame.
        epoch: the first part of positions.
    """
    if "data" not in told or "channel" not in told:
        yield told
        return
    for record in told["data"]:
        yield {
            "type": "channel_record",
            "position": f"{epoch}:{record['seq']}",
            "seq": record["seq"],
            "timestamp": record["timestamp"],
            "channel": told["channel"],
            "record": record,
        }
