"""`python -m redengine`: an empty session with its API, or any command of the command line."""

import sys

from redengine.cli.main import redengine

if __name__ == "__main__":
    redengine.main(sys.argv[1:] or ["serve"], prog_name="redengine")
