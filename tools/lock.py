"""Writes requirements/*.txt: the releases, with hashes, that the Makefile installs.

One file for each set of packages that a make target needs, all of the same releases, for Python
3.11 and newer on every platform. `make lock` runs this and takes the newest releases that
setup.cfg allows; `--keep` leaves those that are locked, and adds or removes what setup.cfg says.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "requirements"
OLDEST_PYTHON = "3.11"
EXTRAS = ("test", "lint", "docs", "lock")
SOURCES = ("setup.cfg", "-")
HEAD = "# Written by `make lock`, from setup.cfg and pyproject.toml.\n"


def write(name: str, *arguments: str) -> None:
    """Write one lock file; releases that stand in it already are kept."""
    path = FOLDER / f"{name}.txt"
    options = ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes"]
    options += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    options += ["--output-file", str(path)]
    subprocess.run(
        [sys.executable, "-m", "uv", "--quiet", "pip", "compile", *options, *arguments, *SOURCES],
        cwd=ROOT,
        check=True,
        input="\n".join(build_requirements()),
        encoding="utf-8",
        stdout=subprocess.DEVNULL,
    )
    path.write_text(HEAD + path.read_text(encoding="utf-8"), encoding="utf-8")


def build_requirements() -> list[str]:
    """What builds the package: it is installed without a network, after its dependencies."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    requires: list[str] = project["build-system"]["requires"]
    return requires


def main() -> None:
    """Lock everything together, then each set by that."""
    FOLDER.mkdir(exist_ok=True)
    write("all", "--all-extras", *(() if "--keep" in sys.argv else ("--upgrade",)))
    by_all = ("--constraint", str(FOLDER / "all.txt"), "--upgrade")
    write("run", *by_all)
    for extra in EXTRAS:
        write(extra, "--extra", extra, *by_all)


if __name__ == "__main__":
    main()
