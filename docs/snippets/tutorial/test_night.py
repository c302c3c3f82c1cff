def test_the_nightly_task_survives_a_night_with_23_hours(manual_session):
    """02:30 does not exist on 8 March 2026 in New York: the task runs at 03:00, once."""
    manual_session.config.timezone = "America/New_York"

    @manual_session.task("daily at 02:30")
    def nightly(): ...

    manual_session.advance_to("2026-03-10T00:00")
    march = [at for at in manual_session.runs(nightly) if at.month == 3]
    assert [f"{at:%d %H:%M}" for at in march][6:9] == ["07 02:30", "08 03:00", "09 02:30"]
