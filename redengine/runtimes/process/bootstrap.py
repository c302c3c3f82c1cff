"""The script that a worker process runs; it imports only what a worker needs.

Python would import `redengine` and `redengine.runtimes` as a whole before any
module in them. Here both are put in place as packages whose own code is run
when somebody first asks for a name of theirs.
"""

import os.path
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType
from typing import Any

# ruff: noqa: PTH100, PTH118, PTH120 # pathlib would double what this script takes


class DeferredPackage(ModuleType):
    """A package whose `__init__` is run when a name is first looked up in it."""

    def __getattr__(self, name: str) -> Any:
        """Load the package, then look again."""
        self.__class__ = ModuleType  # type: ignore[assignment] # from here on it is an ordinary module
        spec = self.__spec__
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module(self)
        return getattr(self, name)


def defer(name: str, folder: str) -> None:
    """Put a package in place whose own code is run when needed."""
    path = os.path.join(folder, "__init__.py")
    spec = ModuleSpec(name, SourceFileLoader(name, path), origin=path, is_package=True)
    spec.submodule_search_locations = [folder]
    spec.has_location = True
    package = DeferredPackage(name)
    facts = {"__path__": [folder], "__file__": path, "__spec__": spec, "__package__": name}
    package.__dict__.update(facts, __loader__=spec.loader)
    sys.modules[name] = package


def main() -> None:
    """Serve the session that started this process until it ends the conversation."""
    here = os.path.dirname(os.path.abspath(__file__))
    runtimes = os.path.dirname(here)
    defer("redengine", os.path.dirname(runtimes))
    defer("redengine.runtimes", runtimes)
    from redengine.runtimes.process.worker import serve

    serve(*(int(argument) for argument in sys.argv[1:4]))


if __name__ == "__main__":
    main()
