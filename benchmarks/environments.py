"""The peers' virtual environments: made once under benchmarks/.peers/."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PEERS = ROOT / "benchmarks" / ".peers"
_PACKAGES = {
    "apscheduler": ("apscheduler>=3.11,<3.12", "flask-apscheduler==1.13.1", "waitress>=3.0.1"),
    "rocketry": ("rocketry==2.5.1", "pydantic<2"),
}


def python_of(environment: str) -> str:
    """The interpreter of an environment, which is made if it does not exist; "own" is ours.

    Raises:
        subprocess.CalledProcessError: pip cannot install the peer.
    """
    if environment == "own":
        return sys.executable
    folder = _PEERS / environment
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    stamp = folder / "installed"
    wanted = "\n".join(_PACKAGES[environment])
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"making the environment of {environment} …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(python), "-I", "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run([*pip, "install", *_PACKAGES[environment]], check=True)
        stamp.write_text(wanted)
    return str(python)
