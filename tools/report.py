"""Measure the package: lines, modules a folder, functions, and who imports whom.

`python tools/report.py [FOLDER]` prints one table. An import counts where its statement stands in
the package: one under `if TYPE_CHECKING` binds two modules as well, one inside a function less so,
and is told apart. Generated code is counted in a row of its own and left out of everything else.
"""

from __future__ import annotations

import ast
import io
import statistics
import sys
import tokenize
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

KINDS: Final = ("code", "docstring", "import", "comment", "blank")
GENERATED: Final = ("client/_generated",)
"""Folders, seen from the package's, that no hand has written."""
MOST_IN_FOLDER: Final = 12
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_DOCUMENTED: Final = (ast.Module, ast.ClassDef, *_FUNCTIONS)


@dataclass
class Module:
    """One file of the package.

    Attributes:
        name: as it is imported.
        path: where it stands.
        folder: seen from the package's folder; empty for the package itself.
        lines: how many are of each of `KINDS`.
        functions: by name, their lines without docstring.
        imports: the modules that it imports when it is imported, or for its types.
        late: those that it imports inside functions alone.
    """

    name: str
    path: Path
    folder: str
    lines: Counter[str] = field(default_factory=Counter)
    functions: dict[str, int] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)

    @property
    def is_generated(self) -> bool:
        """Whether no hand has written it."""
        return f"{self.folder}/".startswith(tuple(f"{each}/" for each in GENERATED))

    @property
    def package(self) -> str:
        """The part of the package that it belongs to."""
        return self.folder.partition("/")[0] or "(top)"


class Report:
    """What is known of a package.

    Args:
        folder: where its `__init__.py` is.
    """

    def __init__(self, folder: Path) -> None:
        found = [_module(path, folder) for path in sorted(folder.rglob("*.py"))]
        self.all = {module.name: module for module in found}
        for module in found:
            _read(module, self.all)
        self.modules = {each.name: each for each in found if not each.is_generated}

    @cached_property
    def graph(self) -> dict[str, set[str]]:
        """What each module imports at once or for its types."""
        return {name: each.imports & {*self.modules} for name, each in self.modules.items()}

    @cached_property
    def late_graph(self) -> dict[str, set[str]]:
        """The same, with the imports inside functions."""
        late = {name: each.late & {*self.modules} for name, each in self.modules.items()}
        return {name: imports | late[name] for name, imports in self.graph.items()}

    @cached_property
    def functions(self) -> dict[str, int]:
        """The lines of every function, by its whole name."""
        return {
            f"{name}.{function}": lines
            for name, module in self.modules.items()
            for function, lines in module.functions.items()
        }

    @cached_property
    def folders(self) -> Counter[str]:
        """How many modules each folder has, its `__init__.py` left out."""
        named = (each for each in self.modules.values() if each.path.name != "__init__.py")
        return Counter(each.folder for each in named)

    @cached_property
    def fan_in(self) -> Counter[str]:
        """How many modules import each."""
        return Counter(target for imports in self.graph.values() for target in imports)

    def lines(self) -> dict[str, Counter[str]]:
        """The lines of each part, and of what is generated, by kind; and how many files."""
        found: dict[str, Counter[str]] = {}
        for module in self.all.values():
            part = "(generated)" if module.is_generated else module.package
            counts = found.setdefault(part, Counter())
            counts.update(module.lines)
            counts["files"] += 1
        return dict(sorted(found.items(), key=lambda pair: (pair[0] == "(generated)", pair[0])))


def _module(path: Path, folder: Path) -> Module:
    parts = (folder.name, *path.relative_to(folder).with_suffix("").parts)
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    place = path.parent.relative_to(folder).as_posix()
    return Module(name, path, "" if place == "." else place)


def _read(module: Module, known: Mapping[str, Module]) -> None:
    text = module.path.read_text("utf-8")
    tree = ast.parse(text)
    module.lines = _lines(text, tree)
    module.functions = dict(_functions(tree))
    at_once = {id(node) for node in _outside_functions(tree)}
    for node in ast.walk(tree):
        targets = set(_targets(node, module, known))
        (module.imports if id(node) in at_once else module.late).update(targets)
    module.imports.discard(module.name)
    module.late -= {*module.imports, module.name}


def _lines(text: str, tree: ast.Module) -> Counter[str]:
    """How many lines are of each kind; one that is of two is of the first in `KINDS` but code."""
    kinds = {
        number: "blank" for number, line in enumerate(text.splitlines(), 1) if not line.strip()
    }
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and token.line.strip().startswith("#"):
            kinds[token.start[0]] = "comment"
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            kinds |= dict.fromkeys(_span(node), "import")
    for docstring in _docstrings(tree):
        kinds |= dict.fromkeys(_span(docstring), "docstring")
    counts = Counter(kinds.values())
    counts["code"] = len(text.splitlines()) - len(kinds)
    return counts


def _docstrings(tree: ast.Module) -> Iterator[ast.stmt]:
    """The docstrings of all that can have one, and those below the constants of a module."""
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED):
            statements = (
                node.body if isinstance(node, (ast.Module, ast.ClassDef)) else node.body[:1]
            )
            yield from filter(_is_text, statements)


def _is_text(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _span(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _functions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.ClassDef, *_FUNCTIONS)):
            yield from _functions(child, prefix)
            continue
        name = f"{prefix}{child.name}"
        if isinstance(child, _FUNCTIONS):
            texts = child.body[:1] if _is_text(child.body[0]) else []
            yield name, len(_span(child)) - sum(len(_span(text)) for text in texts)
        yield from _functions(child, f"{name}.")


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _FUNCTIONS):
            yield child
            yield from _outside_functions(child)


def _targets(node: ast.AST, module: Module, known: Mapping[str, Module]) -> Iterator[str]:
    """The modules of the package that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in known)
    elif isinstance(node, ast.ImportFrom):
        source = _source(node, module)
        for alias in node.names:
            inner = f"{source}.{alias.name}"
            if inner in known or source in known:
                yield inner if inner in known else source


def _source(node: ast.ImportFrom, module: Module) -> str:
    if not node.level:
        return node.module or ""
    is_package = module.path.name == "__init__.py"
    parts = module.name.split(".")
    kept = parts[: len(parts) - node.level + is_package]
    return ".".join((*kept, *filter(None, [node.module])))


def circles(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """The sets of modules that import each other, over others or straight; the largest first."""
    reach = {name: _reachable(name, graph) for name in graph}
    found: dict[str, set[str]] = {}
    for name in graph:
        if name in reach[name] and name not in found:
            circle = {each for each in reach[name] if name in reach[each]}
            found |= dict.fromkeys(circle, circle)
    distinct = {id(circle): circle for circle in found.values()}
    return sorted(distinct.values(), key=lambda each: (-len(each), min(each)))


def _reachable(start: str, graph: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def longest_chain(graph: Mapping[str, set[str]]) -> list[str]:
    """The longest chain of imports, each circle taken as one module, from the top down."""
    stands_for = {name: name for name in graph}
    for circle in circles(graph):
        stands_for |= dict.fromkeys(circle, min(circle))
    merged: dict[str, set[str]] = {}
    for name, imports in graph.items():
        merged.setdefault(stands_for[name], set()).update(stands_for[each] for each in imports)
    chains: dict[str, list[str]] = {}
    for name in TopologicalSorter(
        {name: each - {name} for name, each in merged.items()}
    ).static_order():
        below = [chains[each] for each in sorted(merged[name] - {name})]
        chains[name] = [name, *max(below, key=len, default=[])]
    return max(chains.values(), key=len, default=[])


def rows_of(report: Report) -> list[tuple[str, ...]]:
    """The table: a row for the lines of each part, then one for each figure."""
    parts = report.lines()
    ours = [counts for part, counts in parts.items() if part != "(generated)"]
    parts["total, without generated"] = sum(ours, Counter())
    rows: list[tuple[str, ...]] = [("package", "files", *KINDS, "lines")]
    for part, counts in parts.items():
        amounts = [counts[kind] for kind in KINDS]
        rows.append((part, *(f"{each:,}" for each in (counts["files"], *amounts, sum(amounts)))))
    return rows + list(_figures(report))


def _figures(report: Report) -> Iterator[tuple[str, str]]:
    full = [
        f"{name or '(top)'} {n}" for name, n in report.folders.most_common() if n > MOST_IN_FOLDER
    ]
    yield "modules in the fullest folder", str(max(report.folders.values(), default=0))
    yield f"folders with more than {MOST_IN_FOLDER}", f"{len(full)}: {', '.join(full) or 'none'}"
    lengths = sorted(report.functions.values()) or [0]
    yield "functions", f"{len(report.functions):,}"
    yield "lines of a function, median", f"{statistics.median(lengths):g}"
    yield "lines of a function, p90", f"{lengths[int(len(lengths) * 0.9)]}"
    longest = max(report.functions, key=lambda name: report.functions[name], default="none")
    yield "lines of the longest function", f"{lengths[-1]}: {longest}"
    chain = longest_chain(report.graph)
    yield "import depth, circles as one", f"{len(chain)}: {' > '.join(_short(chain))}"
    yield "circles, type-only imports too", _told(circles(report.graph))
    yield "circles, imports in functions too", _told(circles(report.late_graph))
    for place, (name, amount) in enumerate(report.fan_in.most_common(10), 1):
        yield f"fan-in {place}", f"{amount}: {name}"


def _told(found: list[set[str]]) -> str:
    modules = sum(map(len, found))
    largest = f", {len(found[0])} in the largest ({min(found[0])} …)" if found else ""
    return f"{len(found)} of {modules} modules{largest}"


def _short(names: Iterable[str]) -> list[str]:
    return [name.partition(".")[2] or name for name in names]


def text_of(rows: list[tuple[str, ...]]) -> str:
    """Rows in columns; a figure's text takes the rest of its line."""
    first = max(len(row[0]) for row in rows)
    columns = [row for row in rows if len(row) == len(rows[0])]
    widths = [max(len(row[n]) for row in columns) for n in range(1, len(rows[0]))]
    lines = []
    for row in rows:
        pad = widths if row in columns else [0]
        cells = [cell.rjust(width) for cell, width in zip(row[1:], pad, strict=True)]
        lines.append("  ".join((row[0].ljust(first), *cells)))
    return "\n".join(lines)


def main() -> None:
    """Print the report of the package, or of a folder that is named."""
    given = sys.argv[1] if sys.argv[1:] else Path(__file__).parents[1] / "redengine"
    print(text_of(rows_of(Report(Path(given).resolve()))))


if __name__ == "__main__":
    main()
