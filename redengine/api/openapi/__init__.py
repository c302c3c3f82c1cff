"""The OpenAPI description of the API (https://spec.openapis.org/oas/v3.1.0), and pages for it."""

from redengine.api.openapi.document import build_document
from redengine.api.openapi.operation import Answer, Operation, Parameter

__all__ = ["Answer", "Operation", "Parameter", "build_document"]
