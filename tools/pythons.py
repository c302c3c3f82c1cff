"""Prints the path of each CPython that the package claims and this machine has, oldest first.

`--others` leaves out the version that runs this.
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

SETUP = Path(__file__).parents[1] / "setup.cfg"


def versions() -> list[str]:
    """The versions that setup.cfg claims, such as 3.11."""
    parser = configparser.ConfigParser()
    parser.read(SETUP, encoding="utf-8")
    claimed = re.findall(r"Python :: (3\.\d+)$", parser["metadata"]["classifiers"], re.MULTILINE)
    return sorted(claimed, key=lambda version: int(version.split(".")[1]))


def candidates(version: str) -> list[str]:
    """Where an interpreter of a version may be: on the path, or among pyenv's."""
    name = f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = shutil.which(name)
    kept = sorted(pyenv.glob(f"{version}.*/bin/{name}"), reverse=True)
    return ([found] if found else []) + [str(path) for path in kept]


def runs(python: str, version: str) -> bool:
    """Whether it is there and is of the version: pyenv leaves programs that only say it is not."""
    code = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == version


def main() -> None:
    """Print the first that runs, of each version; say on stderr which are missing."""
    own = "{}.{}".format(*sys.version_info) if "--others" in sys.argv else None
    for version in versions():
        if version == own:
            continue
        python = next((each for each in candidates(version) if runs(each, version)), None)
        if python is None:
            print(f"there is no Python {version} here", file=sys.stderr)
        else:
            print(python)


if __name__ == "__main__":
    main()
