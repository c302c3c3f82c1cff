"""What users see is what it was: names, signatures, HTTP, command line, database, words.

`make golden` writes the files in `tests/house/golden` again; the commit shows what has changed.
"""

import re
from pathlib import Path

import pytest
from golden_signatures import PROMISED, names_of
from golden_texts import DIALECTS, GOLDEN, ROOT, plain_statement
from sqlalchemy import event
from sqlalchemy.engine import Engine
from store_servers import server_for_test

from redengine.store import Store

FOLDER = Path(__file__).with_name("golden")


@pytest.mark.parametrize("name", GOLDEN)
def test_what_users_see_is_what_it_was(name, request, monkeypatch):
    """Each golden file says what the code says; a wanted change is written by `make golden`."""
    for variable in ("NO_COLOR", "REDENGINE_JSON", "REDENGINE_QUIET"):
        monkeypatch.delenv(variable, raising=False)
    text, path = GOLDEN[name](), FOLDER / name
    if request.config.getoption("--rewrite-golden"):
        path.write_text(text, "utf-8", newline="\n")
    assert text.splitlines() == path.read_text("utf-8").splitlines(), "see `make golden`"


def test_no_golden_file_is_of_nothing():
    """A file whose text is no longer made is removed."""
    assert {path.name for path in FOLDER.iterdir()} == {*GOLDEN}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_new_database_is_made_by_the_golden_statements(dialect, tmp_path):
    """What a store runs to make its tables is what the file says."""
    if dialect == "sqlite":
        made = statements_of(f"sqlite:///{tmp_path / 'new.db'}")
    else:
        with server_for_test(dialect) as server:
            made = statements_of(server.url)
    golden = (FOLDER / f"ddl_{dialect}.sql").read_text("utf-8")
    assert "".join(f"{each};\n\n" for each in sorted(made)) == golden.partition("\n\n")[2]


def statements_of(url):
    """The statements that change the form of a database while a new store is opened."""
    made = []

    def note(_connection, _cursor, sql, *_rest):
        if re.match(r"\s*(CREATE|ALTER|DROP|COMMENT)\b", sql):
            made.append(plain_statement(sql))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        Store.open(url).close()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return made


def test_what_the_documentation_imports_is_promised():
    """Each name that a page or snippet imports is in the golden list of exports."""
    folders = [ROOT / "docs" / name for name in ("tutorial", "howto", "reference", "snippets")]
    pages = [ROOT / "README.md", *(path for folder in folders for path in folder.rglob("*.*"))]
    told = "\n".join(page.read_text("utf-8") for page in pages if page.suffix in {".md", ".py"})
    statement = re.compile(r"^ *from (redengine[\w.]*) import (\([^)]+\)|[^\n#]+)", re.MULTILINE)
    named = {
        (module, name)
        for module, names in statement.findall(told)
        for name in re.findall(r"\w+", names)
    }
    assert ("redengine", "Session") in named
    assert {(module, name) for module, name in named if not is_promised(module, name)} == set()


def is_promised(module, name):
    """Whether a name is one that the golden files hold to a module."""
    return module in PROMISED and (name in names_of(module) or f"{module}.{name}" in PROMISED)
