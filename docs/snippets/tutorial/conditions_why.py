from redengine.testing import ManualSession

app = ManualSession(start="2026-06-01T06:00", timezone="Europe/Helsinki")


@app.task("daily after 07:00 & param 'mode' is 'live'")
def fetch(): ...


app.advance("1 minute")
print(app.why("fetch"))
# checked by the tests
EXPECTED = """\
fetch: its condition does not hold
  smallest change: wait until 2026-06-01 07:00 EEST and parameter 'mode' must be 'live'
  condition:
    ✗ daily after 07:00 & param 'mode' is 'live': 0 of 2 hold
      ✗ daily after 07:00: it opens at 2026-06-01 07:00 EEST (until 2026-06-01 07:00 EEST)
      ✗ param 'mode' is 'live': there is no parameter 'mode'
    → wait until 2026-06-01 07:00 EEST and parameter 'mode' must be 'live'"""
assert str(app.why("fetch")) == EXPECTED, app.why("fetch")
