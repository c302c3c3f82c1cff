"""Statements about channels: that one has ticked, and what its latest record has in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from redengine.conditions.condition import OWN, Condition
from redengine.conditions.explanation import Change, Effect, Event, literal, quote, say_instant
from redengine.exceptions import InvalidInput, shortened
from redengine.query.attributes import (
    ABSENT,
    OPERATORS,
    ORDERED,
    compares,
    instant_in,
    kind_of,
    value_at,
)

if TYPE_CHECKING:
    from redengine.conditions.context import ChannelFacts, EvaluationContext, Moment

CHANNEL: Final = "channel:"
"""What stands before a channel's name in its topic."""
TICKED: Final = "ticked"
_PLAIN_FIELD: Final = re.compile(r"[A-Za-z_][\w\-]*(\.[\w\-]+)*")
_LONGEST_FIELD: Final = 256


def _checked_channel(channel: object) -> str:
    """The name of a channel that is given as its name or itself.

    Raises:
        InvalidInput: it is neither.
    """
    name = channel if isinstance(channel, str) else getattr(channel, "name", None)
    if not isinstance(name, str) or not name:
        raise InvalidInput({"channel": f"expected a channel or its name, got {shortened(channel)}"})
    return name


class _OfChannel(Condition):
    """Base of statements about one channel."""

    __slots__ = ()

    channel: str

    def facts(self, context: EvaluationContext) -> ChannelFacts | None:
        """What is known of the channel."""
        return context.channel(self.channel)

    def _missing(self) -> str:
        return f"there is no channel {quote(self.channel)}"


@dataclass(frozen=True, slots=True, repr=False)
class ChannelTicked(_OfChannel):
    """Holds while the task has not started since the latest record of a channel.

    Attributes:
        channel: the channel's name.
    """

    channel: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "channel", _checked_channel(self.channel))

    def _new(self, context: EvaluationContext) -> Moment | None:
        """When the latest record came, if the task has not started since."""
        facts = self.facts(context)
        tick = None if facts is None else facts.ticked
        own = context.history(None).last("run")
        # A start that is on record at that time came before the record.
        return tick if tick is not None and (own is None or own.order <= tick.order) else None

    def holds(self, context: EvaluationContext) -> bool:
        return self._new(context) is not None

    def until(self, context: EvaluationContext) -> None:  # noqa: ARG002 - as the base has it
        return None

    def due(self, context: EvaluationContext) -> datetime | None:
        tick = self._new(context)
        return None if tick is None else min(tick.at, context.now)

    def reads(self) -> frozenset[str]:
        return OWN.union((f"{CHANNEL}{self.channel}",))

    def evidence(self, context: EvaluationContext) -> str:
        facts = self.facts(context)
        if facts is None:
            return self._missing()
        told = "it has not ticked"
        if facts.ticked is not None:
            told = f"it last ticked at {say_instant(facts.ticked.at, context.zone)}"
        own = context.history(None).last("run")
        if own is None:
            return f"{told}; this task never ran"
        return f"{told}; this task last started {say_instant(own.at, context.zone)}"

    def change(self, context: EvaluationContext) -> Change:
        if self.holds(context):
            return Change((Event.of("the task must start", Effect("task:", "run")),))
        effect = Effect(f"{CHANNEL}{self.channel}", "tick")
        return Change((Event.of(f"channel {quote(self.channel)} must tick", effect),))

    def __str__(self) -> str:
        return f"channel {quote(self.channel)} {TICKED}"


@dataclass(frozen=True, slots=True, repr=False)
class ChannelField(_OfChannel):
    """Holds while the latest record of a channel has a value that compares so.

    A record that lacks the field, or has a value of another type there, does not.

    Attributes:
        channel: the channel's name.
        field: the field, dotted for those of objects.
        sign: ==, !=, <, <=, > or >=.
        value: a text, number, boolean or None.
    """

    channel: str
    field: str
    sign: str
    value: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "channel", _checked_channel(self.channel))
        field = self.field
        if not isinstance(field, str) or not all(field.split(".")) or len(field) > _LONGEST_FIELD:
            reason = f"expected a field such as 'x' or 'bid.price', got {shortened(field)}"
            raise InvalidInput({"field": reason})
        if not isinstance(self.sign, str) or self.sign not in OPERATORS:
            reason = f"expected one of {' '.join(OPERATORS)}, got {shortened(self.sign)}"
            raise InvalidInput({"sign": reason})
        if literal(self.value) is None:
            reason = f"expected a text, number, boolean or None, got {shortened(self.value)}"
            raise InvalidInput({"value": reason})
        if self.sign not in {"==", "!="} and kind_of(self.value) not in ORDERED:
            reason = f"{self.sign} needs a number or a text, got {shortened(self.value)}"
            raise InvalidInput({"value": reason})

    def _actual(self, context: EvaluationContext) -> Any:
        facts = self.facts(context)
        record = None if facts is None else facts.latest(context.now)
        return ABSENT if record is None else value_at(record, self.field.split("."))

    def holds(self, context: EvaluationContext) -> bool:
        actual, wanted = self._actual(context), self.value
        if isinstance(actual, datetime):
            wanted = instant_in(wanted, context.zone)
        return compares(self.sign, actual, wanted)

    def until(self, context: EvaluationContext) -> datetime | None:
        facts = self.facts(context)
        return None if facts is None else facts.expires(context.now)

    def reads(self) -> frozenset[str]:
        return frozenset((f"{CHANNEL}{self.channel}",))

    def evidence(self, context: EvaluationContext) -> str:
        facts = self.facts(context)
        if facts is None:
            return self._missing()
        if facts.latest(context.now) is None:
            return "it has no record"
        actual = self._actual(context)
        if actual is ABSENT:
            return f"its latest record has no {self.field}"
        told = say_instant(actual, context.zone) if isinstance(actual, datetime) else actual
        return f"it is {shortened(told)}"

    def change(self, context: EvaluationContext) -> Change:
        told = f"{self.field} {self.sign} {literal(self.value)}"
        if self.holds(context):
            told = f"another {self.field}"
        text = f"a record with {told} must be sent to channel {quote(self.channel)}"
        return Change((Event.of(text),))

    def __str__(self) -> str:
        is_plain = _PLAIN_FIELD.fullmatch(self.field) and self.field.lower() != TICKED
        field = self.field if is_plain else quote(self.field)
        return f"channel {quote(self.channel)} {field} {self.sign} {literal(self.value)}"
