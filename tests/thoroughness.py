"""How many examples a property is tried with: a part in each run, all of them in a long one."""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, settings

FEWEST: Final = 10
PART: Final = 4

for name, number in (("quick", 25), ("long", 100)):
    settings.register_profile(
        name,
        settings.default,
        max_examples=number,
        deadline=None,  # how long anything takes is a matter of the machine
        suppress_health_check=[HealthCheck.too_slow],
    )


def choose(*, is_long: bool) -> None:
    """Say which kind of run this is, before any test is imported.

    Properties that name no number of examples get that of the kind; the others ask `examples`.
    """
    settings.load_profile("long" if is_long else "quick")


def examples(number: int) -> int:
    """So many examples where the long tests run too, a quarter elsewhere; ten at the least."""
    is_long = settings.get_current_profile_name() == "long"
    return number if is_long else max(FEWEST, number // PART)
