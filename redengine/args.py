"""`redengine.parameters`, under the name that Rocketry has for it."""

from redengine.parameters import *  # noqa: F403 - all of it
from redengine.parameters import __all__  # noqa: F401 - the same
