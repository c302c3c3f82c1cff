"""Which task starts after which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from redengine.api.fields import DEPENDENCY_FIELDS
from redengine.api.lists import filtered
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.exceptions import InvalidInput, did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FORMATS = ("json", "mermaid", "dot")


class DependenciesResource(Resource):
    """The links between tasks, as JSON or as a diagram."""

    name = "Dependencies"
    query_keys = None

    def get(self, request: ApiRequest) -> ApiResponse:
        form = request.query_value("format") or "json"
        if form not in _FORMATS:
            hint = did_you_mean(form, _FORMATS)
            reason = f"expected json, mermaid or dot, got {shortened(form)}{hint}"
            raise InvalidInput({"format": reason})
        filters = replace(request, query=[each for each in request.query if each[0] != "format"])
        links = self.session.dependencies()
        response = filtered(links, filters, DEPENDENCY_FIELDS, self.session.zone)
        if form == "json":
            return response
        draw = as_mermaid if form == "mermaid" else as_dot
        return ApiResponse.text(draw(response.body))


def as_mermaid(links: Sequence[Mapping[str, Any]]) -> str:
    """The links as a Mermaid flowchart."""
    numbers = _numbered(links)
    lines = ["flowchart LR"]
    lines += [f'    t{number}["{_entities(name)}"]' for name, number in numbers.items()]
    lines += [
        f"    t{numbers[link['parent']]} -->|{_label(link)}| t{numbers[link['child']]}"
        for link in links
    ]
    return "\n".join(lines) + "\n"


def as_dot(links: Sequence[Mapping[str, Any]]) -> str:
    """The links as a Graphviz digraph."""
    lines = ["digraph tasks {", "    rankdir=LR;"]
    lines += [f"    {_quoted(name)};" for name in _numbered(links)]
    lines += [f"    {_edge(link)};" for link in links]
    return "\n".join([*lines, "}"]) + "\n"


def _edge(link: Mapping[str, Any]) -> str:
    ends = f"{_quoted(link['parent'])} -> {_quoted(link['child'])}"
    return f"{ends} [label={_quoted(_label(link))}]"


def _numbered(links: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    names = [name for link in links for name in (link["parent"], link["child"])]
    return {name: number for number, name in enumerate(dict.fromkeys(names))}


def _label(link: Mapping[str, Any]) -> str:
    word = str(link["relation"]).removeprefix("Depend").lower()
    return f"{word} ({str(link['type']).lower()})" if link.get("type") else word


def _entities(name: str) -> str:
    """A name in Mermaid's entity codes, which keep quotes and brackets from ending the label."""
    special = '"#&<>[]{}|`\\'
    return "".join(f"#{ord(char)};" if char in special else char for char in name)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
