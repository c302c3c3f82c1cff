from redengine.testing import ManualSession


def starts(condition: str, zone: str, start: str, until: str) -> list[str]:
    """When a task with the condition starts, in the zone's time."""
    app = ManualSession(start=start, timezone=zone)
    app.task(condition, name="task")(lambda: None)
    app.advance_to(until)
    return [f"{at:%d %H:%M%z}" for at in app.runs("task")]


# 8 March 2026: at 02:00 the clock goes to 03:00.
gap = ("America/New_York", "2026-03-08T00:00", "2026-03-08T04:00")
assert starts("cron 30 2 * * *", *gap) == ["08 03:00-0400"]
assert starts("daily at 02:30", *gap) == ["08 03:00-0400"]
assert starts("cron */15 2-3 * * *", *gap) == [
    "08 03:00-0400",
    "08 03:15-0400",
    "08 03:30-0400",
    "08 03:45-0400",
]

# 1 November 2026: at 02:00 the clock goes back to 01:00.
fold = ("America/New_York", "2026-11-01T00:00", "2026-11-01T02:30")
assert starts("cron 30 1 * * *", *fold) == ["01 01:30-0400"]
assert starts("daily at 01:30", *fold) == ["01 01:30-0400"]
assert starts("cron 30 * * * *", *fold) == [
    "01 00:30-0400",
    "01 01:30-0400",
    "01 01:30-0500",
    "01 02:30-0500",
]
assert starts("hourly at 30:00", *fold) == starts("cron 30 * * * *", *fold)

# 6 September 2026, Santiago: midnight does not exist, the day begins at 01:00.
midnight = ("America/Santiago", "2026-09-05T12:00", "2026-09-06T12:00")
assert starts("cron 0 0 * * *", *midnight) == ["06 01:00-0300"]
assert starts("daily", *midnight)[-1] == "06 01:00-0300"
