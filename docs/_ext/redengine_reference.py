"""Sphinx: tables from the code, and conditions that the build has read.

```` ```{from-code} options ```` puts the table of that name.
```` ```{conditions} ```` shows condition strings, a line each, and `{cond}` one in a sentence:
the build fails where one cannot be read, or does not print as something equal.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from docutils import nodes
from redengine_tables import TABLES, markdown, read, statement_of
from sphinx.util.docutils import SphinxDirective, SphinxRole

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class FromCode(SphinxDirective):
    """A table made from the code."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        for module in ("redengine.tasks.options", "redengine.scheduler.config"):
            self.env.note_dependency(str(sys.modules[module].__file__))
        return self.parse_text_to_nodes(markdown(TABLES[self.arguments[0]]()))


class Conditions(SphinxDirective):
    """Condition strings, a line each; what stands behind two spaces and a `#` is a remark."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        for number, line in enumerate(self.content):
            text = statement_of(line)
            if text:
                try:
                    read(text)
                except ValueError as error:
                    raise self.error(f"line {number + 1}: {error}") from None
        text = "\n".join(self.content)
        return [nodes.literal_block(text, text, language="text")]


class Cond(SphinxRole):
    """One condition string."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            read(self.text)
        except ValueError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [], [message]
        return [nodes.literal(self.text, self.text, classes=["condition"])], []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives and the role."""
    app.add_directive("from-code", FromCode)
    app.add_directive("conditions", Conditions)
    app.add_role("cond", Cond())
    return {"version": "1", "parallel_read_safe": True}
