"""The jobs of a task that have not ended."""

from redengine.tasks.history import ActiveJobs


def test_jobs_keep_their_order_and_the_oldest_is_the_first_made():
    """Jobs are listed in the order in which they were made."""
    active = ActiveJobs()
    for job in ("a", "b", "c"):
        active.add(job)
    active.remove("a")
    assert list(active) == ["b", "c"]
    assert active.oldest == "b"
    assert len(active) == 2


def test_running_jobs_are_counted_by_the_start_of_their_attempt():
    """The one that runs longest is the one that began first, not the one that was made first."""
    active = ActiveJobs()
    for job in ("a", "b"):
        active.add(job)
    assert active.longest_running is None
    active.begin("b")
    active.begin("a")
    assert (active.running, active.longest_running) == (2, "b")
    active.pause("b")
    assert (active.running, active.longest_running, len(active)) == (1, "a", 2)


def test_jobs_may_end_while_they_are_gone_through():
    """Going through the jobs sees those of the moment at which it began."""
    active = ActiveJobs()
    for job in ("a", "b"):
        active.add(job)
    for job in active:
        active.remove(job)
    assert not len(active)
