"""Configuration of the documentation; `make docs` builds it, offline."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

from redengine import __version__

project = "redengine"
author = "the redengine authors"
version = release = __version__

extensions = ["myst_parser", "redengine_reference"]
exclude_patterns = ["_build", "_ext", "snippets"]
root_doc = "index"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"redengine {release}"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
