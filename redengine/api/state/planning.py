"""Planning: the difference between a document and what a session is, and what would come of it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from redengine.api.encoding import to_json
from redengine.api.masking import is_secret, kept, shown
from redengine.api.ownership import ownership_of
from redengine.api.state.comparing import Differences
from redengine.exceptions import InvalidInput
from redengine.parameters import MASK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from redengine.api.ports import ParametersPort, RehearsalPort, SessionPort
    from redengine.api.state.document import StateDocument
    from redengine.api.state.steps import Step

STARTS: Final = 5
"""So many of the next starts of each task are told."""
_KEY: Final = secrets.token_bytes(16)
"""A digest tells nothing of the secrets in it to those who guess."""
_WORDS: Final = {"create": "create", "change": "change", "replace": "change", "delete": "delete"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """The next starts of a task.

    Attributes:
        before: as things are.
        after: after the changes.
        reason: why there are fewer than asked for.
    """

    before: Sequence[datetime] = ()
    after: Sequence[datetime] = ()
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        plain = {"before": list(self.before), "after": list(self.after)}
        return plain if self.reason is None else {**plain, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What applying a document would change.

    Attributes:
        steps: the changes, in the order in which they are made.
        prune: whether what the document does not have is removed.
        unchanged: how many things of the document are so already.
        warnings: what may not be meant: the resource, its name, a sentence.
        starts: the next starts of the tasks that are changed, by name.
        affected: the same of tasks that start otherwise because of these.
        digest: is the same for the same changes from the same state.
    """

    steps: Sequence[Step]
    prune: bool
    unchanged: int
    warnings: Sequence[tuple[str, str, str]] = ()
    starts: Mapping[str, Starts] = field(default_factory=dict)
    affected: Mapping[str, Starts] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        content = to_json(
            [
                [each.resource, each.action, each.name, kept(each.before), kept(each.after)]
                for each in self.steps
            ]
        )
        return hashlib.blake2b(content, digest_size=10, key=_KEY).hexdigest()

    def to_dict(self, parameters: ParametersPort) -> dict[str, Any]:
        """The plan as JSON-ready values, with secrets masked."""
        lists: dict[str, list[dict[str, Any]]] = {"create": [], "change": [], "delete": []}
        for step in self.steps:
            lists[_WORDS[step.action]].append(self._shown(step, parameters))
        counts = [f"{len(found)} to {word}" for word, found in lists.items()]
        return {
            "digest": self.digest,
            "summary": f"{', '.join(counts)}, {self.unchanged} unchanged",
            "prune": self.prune,
            **lists,
            "unchanged": self.unchanged,
            "affected": [
                {"resource": "task", "name": name, "starts": starts.to_dict()}
                for name, starts in self.affected.items()
            ],
            "warnings": [
                {"resource": resource, "name": name, "message": message}
                for resource, name, message in self.warnings
            ],
        }

    def _shown(self, step: Step, parameters: ParametersPort) -> dict[str, Any]:
        before, after = (
            _shown_fields(step, each, parameters) for each in (step.before, step.after)
        )
        fields = {
            name: {"before": before.get(name), "after": after.get(name)}
            for name in {**after, **before}
        }
        plain: dict[str, Any] = {"resource": step.resource, "name": step.name, "fields": fields}
        if step.action == "replace":
            plain["replaced"] = True
        if step.resource == "task" and step.name in self.starts:
            plain["starts"] = self.starts[step.name].to_dict()
        return plain


def _shown_fields(
    step: Step, fields: Mapping[str, Any], parameters: ParametersPort
) -> dict[str, Any]:
    if step.resource == "parameter" and is_secret(step.name, parameters):
        return dict.fromkeys(fields, MASK)
    plain: dict[str, Any] = shown(kept(fields), parameters)
    return plain


def make_plan(
    session: SessionPort, document: StateDocument, *, prune: bool = False, starts: int = STARTS
) -> Plan:
    """What applying a document would change; nothing is changed.

    Args:
        session: the session.
        document: what it is to be.
        prune: whether what was made over the API and is not in the document is to be removed.
        starts: how many of the next starts to tell; 0 spares the looking ahead.

    Raises:
        InvalidInput: the document cannot be applied; each field is named with the reason.
    """
    differences = Differences(session, document, ownership_of(session), prune=prune)
    tried = session.rehearse(differences.steps, 0)
    reasons = {**differences.reasons, **_reasons(differences.steps, tried)}
    if reasons:
        raise InvalidInput(reasons)
    steps = differences.real_steps(tried)
    plan = Plan(
        steps=steps,
        prune=prune,
        unchanged=differences.declared - sum(step.action != "delete" for step in steps),
        warnings=[
            *(("task", name, each) for name, found in tried.doubts.items() for each in found),
            *differences.warnings,
        ],
    )
    return _with_starts(plan, session.rehearse(steps, starts)) if starts and steps else plan


def _reasons(steps: Sequence[Step], tried: RehearsalPort) -> dict[str, str]:
    """Why the document cannot be applied, by the path of the field."""
    return {
        f"{steps[place].path}.{name}" if name else steps[place].path: reason
        for place, name, reason in tried.errors
    }


def _with_starts(plan: Plan, tried: RehearsalPort) -> Plan:
    names = {step.name for step in plan.steps if step.resource == "task"}
    found = {
        name: Starts(
            before=tried.before.get(name, ()),
            after=tried.after.get(name, ()),
            reason=tried.reasons.get(name),
        )
        for name in {**tried.before, **tried.after}
    }
    return replace(
        plan,
        starts={name: each for name, each in found.items() if name in names},
        affected={
            name: each
            for name, each in found.items()
            if name not in names and each.before != each.after
        },
    )
