"""Jobs are listed as they were submitted, whatever happens to the clock and to them."""

from datetime import timedelta

import pytest

from redengine.query import parse_query
from redengine.store import JOB_FIELDS
from redengine.testing import ManualSession


@pytest.fixture(params=["memory", "file"])
def app(request, tmp_path):
    """A session over virtual time with one place for jobs, in memory and on a file."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}" if request.param == "file" else None
    config = {"max_threads": 1}
    with ManualSession(store=url, config=config, durations={"slow": "1 hour"}) as app:
        for name in ("slow", "quick"):
            app.task(name=name, max_instances=9)(lambda: None)
        app.task("every 10 minutes", name="each", execution="async")(lambda: None)
        app.advance("1 s")
        yield app


def listed(app, *filters):
    """The ids that a list gives, and its total."""
    query = parse_query(list(filters), JOB_FIELDS, zone=app.zone)
    page = app.jobs.query(query)
    return [item["job_id"] for item in page.items], page.total


def test_a_clock_that_is_put_back_turns_no_list_round(app):
    """The job that was submitted last stands first: in all lists, and page by page."""
    first = app.submit("quick")
    app.advance("1 minute")
    app.step_clock(timedelta(hours=-3))
    second = app.submit("quick")
    app.advance("1 s")
    assert second.submitted_at < first.submitted_at
    expected = [second.id, first.id]
    assert [job.id for job in app.tasks["quick"].jobs()] == expected
    assert listed(app, ("task", "quick")) == (expected, 2)
    assert listed(app, ("status", "success"), ("trigger", "run")) == (expected, 2)
    since = ("submitted_at$min", "2000-01-01")
    assert listed(app, since, ("trigger", "run")) == (expected, 2)
    assert listed(app, since, ("trigger", "run"), ("$limit", "1")) == ([second.id], 2)
    assert listed(app, ("trigger", "run"), ("$limit", "1")) == ([second.id], 2)
    assert listed(app, ("trigger", "run"), ("$limit", "1"), ("$offset", "1")) == ([first.id], 2)


@pytest.mark.parametrize("is_looked_at", [False, True])
def test_what_ends_first_is_not_taken_for_what_came_first(app, is_looked_at):
    """A job's place in lists is that of its submission, whenever it begins, ends or is shown."""
    slow = app.submit("slow")
    app.advance("1 s")
    waiting = app.submit("quick")
    urgent = app.submit_task(app.tasks["quick"], {}, options={"priority": 5})
    if is_looked_at:
        listed(app)
    app.advance("30 minutes")
    last = app.submit("quick")
    app.advance("2 hours")
    mine = [waiting.id, urgent.id, last.id, slow.id]
    ids, total = listed(app)
    assert [each for each in ids if each in mine] == [last.id, urgent.id, waiting.id, slow.id]
    assert total == len(ids)
    each = [job.due_at or job.submitted_at for job in app.tasks["each"].jobs()]
    assert each == sorted(each, reverse=True)
    assert len(each) > 12
