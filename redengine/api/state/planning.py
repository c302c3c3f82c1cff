"""Planning what a document of state would change, and carrying it out."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from redengine.api.changes.writing import Write, ownership_of
from redengine.api.core.encoding import to_json
from redengine.api.core.masking import is_secret, kept, shown
from redengine.api.errors import ApplyFailed, PreconditionFailed
from redengine.api.state.comparing import Differences
from redengine.exceptions import Conflict, InvalidInput
from redengine.parameters import MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from redengine.api.core.ports import SessionPort
    from redengine.api.state.comparing import Step
    from redengine.api.state.document import StateDocument
    from redengine.parameters import Parameters
    from redengine.simulation.changes import DryRun

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

    def to_dict(self, parameters: Parameters) -> dict[str, Any]:
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

    def _shown(self, step: Step, parameters: Parameters) -> dict[str, Any]:
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


def _shown_fields(step: Step, fields: Mapping[str, Any], parameters: Parameters) -> dict[str, Any]:
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
    tried = session.dry_run(differences.steps, 0)
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
    return _with_starts(plan, session.dry_run(steps, starts)) if starts and steps else plan


def _reasons(steps: Sequence[Step], tried: DryRun) -> dict[str, str]:
    """Why the document cannot be applied, by the path of the field."""
    return {
        f"{steps[place].path}.{name}" if name else steps[place].path: reason
        for place, name, reason in tried.errors
    }


def _with_starts(plan: Plan, tried: DryRun) -> Plan:
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


def apply(
    session: SessionPort,
    document: StateDocument,
    plan: Plan,
    make: Callable[[Write], object],
    *,
    expect: str | None = None,
) -> None:
    """Carry a plan out, if it still stands; other writes are kept away by the caller.

    Args:
        session: the session.
        document: what it is to be.
        plan: what was planned for it.
        make: makes one write.
        expect: the digest of the plan that the caller has seen.

    Raises:
        PreconditionFailed: the plan is not the one that was expected.
        Conflict: the state has changed while it was being planned; or a write cannot be made.
        RedengineError: a write failed; the caller takes back those before it.
    """
    current = make_plan(session, document, prune=plan.prune, starts=0)
    if expect is not None and current.digest != expect:
        message = "the state or the document is not what was planned for: plan again"
        raise PreconditionFailed(message, digest=current.digest, expected=expect)
    if current.digest != plan.digest:
        raise Conflict("something was changed while this was being planned; try again")
    for write in writes_of(current.steps):
        _make(write, make)


def _make(write: Write, make: Callable[[Write], object]) -> None:
    told = f"{write.method} {write.resource} {write.data.get('name', '')}".strip()
    tail = "; what had been applied before it was taken back"
    try:
        make(write)
    except (Conflict, InvalidInput) as error:
        facts = error.facts if isinstance(error, Conflict) else {"fields": error.fields}
        raise Conflict(f"{told}: {error}{tail}", **{**facts, "failed": told}) from error
    except Exception as error:
        raise ApplyFailed(f"{told} failed: {error}{tail}", failed=told) from error


def writes_of(steps: Sequence[Step]) -> Iterable[Write]:
    """The writes that carry steps out, in order; keys and parameters are set in one write each."""
    settings = _values(steps, "config")
    parameters = _values(steps, "parameter")
    for step in steps:
        if step.resource == "config":
            if settings:
                yield Write("Config", "patch", settings)
                settings = {}
        elif step.resource == "parameter" and step.action != "delete":
            if parameters:
                yield Write("Parameters", "patch", parameters)
                parameters = {}
        else:
            yield _write_of(step)


def _values(steps: Sequence[Step], resource: str) -> dict[str, Any]:
    return {
        step.name: step.values["value"]
        for step in steps
        if step.resource == resource and step.action != "delete"
    }


def _write_of(step: Step) -> Write:
    name = {"name": step.name}
    if step.action == "delete":
        resources = {
            "task": "Task",
            "parameter": "Parameter",
            "calendar": "Calendar",
            "channel": "Channel",
            "runtime": "DeclaredRuntime",
        }
        return Write(resources[step.resource], "delete", name)
    if step.resource == "calendar":
        return Write("Calendar", "put", {**step.values, **name})
    if step.resource == "channel":
        if step.action == "create":
            return Write("Channels", "post", {**step.values, **name})
        return Write("Channel", "patch", {**step.values, **name})
    if step.resource == "runtime":
        return Write("DeclaredRuntime", "put", {**step.values, **name})
    methods = {"create": "post", "replace": "put", "change": "patch"}
    return Write("Task", methods[step.action], {**step.values, **name})
