"""The state of the session as one document: exported, planned for, applied.

What reads and writes documents is imported with the first of them: it takes YAML and models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from redengine.api.auth.principal import ADMIN
from redengine.api.core.messages import ApiRequest, ApiResponse, flag
from redengine.api.endpoints.resource import Resource
from redengine.exceptions import InvalidInput, UnknownName, did_you_mean, shortened

if TYPE_CHECKING:
    from redengine.api.changes.writing import Batch
    from redengine.api.state import Plan, StateDocument

YAML: Final = "application/yaml"
_FORMATS: Final = ("yaml", "json")
_YAML_TYPES: Final = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")


class ExportResource(Resource):
    """What the session is, as YAML or JSON."""

    name = "Export"
    query_keys = frozenset(("format", "all"))

    def get(self, request: ApiRequest) -> ApiResponse:
        from redengine.api.state.exporting import export, export_yaml

        everything = flag(request, "all")
        if _format_of(request) == "json":
            return ApiResponse(export(self.session, everything=everything))
        text = export_yaml(self.session, everything=everything)
        return ApiResponse(text.encode("utf-8", "backslashreplace"), content_type=YAML)


def _format_of(request: ApiRequest) -> str:
    """The form of the answer: as the query says, else as `Accept` does, else yaml."""
    given = request.query_value("format")
    if given is None:
        accept = request.accept
        wants_yaml = any(each in accept for each in _YAML_TYPES)
        return "json" if "application/json" in accept and not wants_yaml else "yaml"
    if given not in _FORMATS:
        reason = f"expected yaml or json, got {shortened(given)}{did_you_mean(given, _FORMATS)}"
        raise InvalidInput({"format": reason})
    return given


class _OfDocument(Resource):
    """Reads a document: as text over HTTP, as an object elsewhere."""

    reads_text = True
    scopes: ClassVar = {"post": ADMIN}

    def _read(self, request: ApiRequest) -> tuple[StateDocument, dict[str, Any]]:
        """The document, and what else was asked for with it."""
        from redengine.api.state import parse_document, read_document

        options: dict[str, Any] = {"prune": flag(request, "prune")}
        options["expect"] = request.query_value("expect")
        if request.content:
            return read_document(request.content), options
        if "document" not in request.data:
            return parse_document(dict(request.data) or None), options
        known = ("document", *(self.query_keys or ()))
        for key in request.data:
            if key not in known:
                raise UnknownName("field", key, known)
        given = request.data["document"]
        document = (
            read_document(given.encode()) if isinstance(given, str) else parse_document(given)
        )
        return document, {**options, **_options_in(request.data)}

    def _plan(self, document: StateDocument, options: dict[str, Any]) -> Plan:
        from redengine.api.state import make_plan

        return make_plan(self.session, document, prune=options["prune"])


def _options_in(data: Any) -> dict[str, Any]:
    """The options that stand beside a document."""
    kinds = {"prune": bool, "expect": str}
    given = {key: data[key] for key in kinds if data.get(key) is not None}
    for key, value in given.items():
        if not isinstance(value, kinds[key]):
            word = "true or false" if key == "prune" else "a digest"
            raise InvalidInput({key: f"expected {word}, got {shortened(value)}"})
    return given


class PlanResource(_OfDocument):
    """What applying a document would change, and when tasks would start then; changes nothing."""

    name = "Plan"
    query_keys = frozenset(("prune",))
    changes_nothing = True

    def post(self, request: ApiRequest) -> ApiResponse:
        document, options = self._read(request)
        return ApiResponse(self._plan(document, options).to_dict(self.session.parameters))


class ApplyResource(_OfDocument):
    """Makes the session what a document says, all of it or nothing."""

    name = "Apply"
    query_keys = frozenset(("prune", "expect"))
    is_made_of_others = True

    def post(self, request: ApiRequest) -> ApiResponse:
        document, options = self._read(request)
        plan = self._plan(document, options)

        def make(batch: Batch) -> ApiResponse:
            from redengine.api.state import apply

            expect = options["expect"]
            apply(self.session, document, plan, batch.carry_out, expect=expect)
            return ApiResponse({**plan.to_dict(self.session.parameters), "applied": True})

        response = self.writer.together(request, make)
        if not plan.steps:
            self.writer.tell(self, "post", request, response)
        return response
