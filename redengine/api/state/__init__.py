"""Declarative state: what a session is told to be, as one document.

It can be exported, compared with what the session is, and applied. Nothing here knows HTTP.
"""

from redengine.api.state.comparing import Step
from redengine.api.state.document import VERSION, StateDocument, parse_document, read_document
from redengine.api.state.exporting import export
from redengine.api.state.planning import Plan, apply, make_plan
from redengine.api.state.yaml_text import parse_yaml, to_yaml

__all__ = [
    "VERSION",
    "Plan",
    "StateDocument",
    "Step",
    "apply",
    "export",
    "make_plan",
    "parse_document",
    "parse_yaml",
    "read_document",
    "to_yaml",
]
