"""`redengine calendars` against a running session."""


def test_calendars_are_set_shown_listed_and_removed(call, read, live, tmp_path):
    """Each command does what it says, and the session has it."""
    result = call("calendars", "set", "bank", "--date", "2026-12-24", "--weekend", "sun")
    assert (result.exit_code, "'bank' is set" in result.stderr) == (0, True), result.output
    assert live.session.calendars["bank"].weekend == {6}
    shown = call("calendars", "show", "bank", "--from", "2026-12-20", "--to", "2026-12-26")
    assert shown.stdout.split() == ["DAY", "REASON", "2026-12-20", "Sunday", "2026-12-24", "closed"]
    assert read("calendars", "show", "bank")["name"] == "bank"
    path = tmp_path / "days.ics"
    path.write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261224\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    result = call(
        *("calendars", "set", "shop", "--country", "DE", "--subdivision", "BY"),
        *("--category", "public", "--ics", path, "--timezone", "Europe/Berlin"),
    )
    assert result.exit_code == 0, result.output
    listed = call("calendars").stdout
    assert "1 date" in listed
    assert "DE-BY; ics" in listed
    assert [each["name"] for each in read("calendars", "list")] == ["bank", "shop"]
    result = call("calendars", "delete", "bank", "shop")
    assert result.exit_code == 0
    assert list(live.session.calendars) == []


def test_what_does_not_fit_is_told(call, live):
    """With the exit code of its kind."""
    live.session.calendar("bank", dates=["2026-12-24"])
    live.session.task("daily on business days of 'bank'", func=print, name="pay")
    refused = call("calendars", "delete", "bank")
    assert (refused.exit_code, "'pay' name calendar 'bank'" in refused.stderr) == (4, True)
    wrong = call("calendars", "set", "bank", "--country", "XX")
    assert (wrong.exit_code != 0, "ISO 3166" in wrong.stderr) == (True, True)
    assert call("calendars", "show", "bnak").exit_code != 0
