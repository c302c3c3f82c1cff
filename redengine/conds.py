"""`redengine.conditions`, under the name that Rocketry has for it."""

from redengine.conditions import *  # noqa: F403 - all of it
from redengine.conditions import __all__, __getattr__  # noqa: F401 - the same
