"""The agenda: instants, topics and touched items."""

from datetime import UTC, datetime, timedelta

from redengine.scheduler.engine.agenda import Agenda

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Item:
    wake = None


def later(seconds):
    return NOON + timedelta(seconds=seconds)


def test_items_come_due_in_the_order_of_their_instants():
    """The earliest instant is taken first, whatever the order of putting."""
    agenda, late, early = Agenda(), Item(), Item()
    agenda.put(late, later(20))
    agenda.put(early, later(10))

    assert agenda.pop_due(later(30)) == (later(10), early)
    assert agenda.pop_due(later(30)) == (later(20), late)
    assert agenda.pop_due(later(30)) is None


def test_equal_instants_come_due_in_the_order_of_putting():
    """Items of one instant are taken first in, first out."""
    agenda, items = Agenda(), [Item() for _ in range(5)]
    for item in items:
        agenda.put(item, later(1))

    assert [agenda.pop_due(later(1))[1] for _ in items] == items


def test_nothing_is_due_before_its_instant():
    """An instant in the future stays where it is."""
    agenda, item = Agenda(), Item()
    agenda.put(item, later(1))

    assert agenda.pop_due(NOON) is None
    assert agenda.next_instant() == later(1)


def test_a_new_instant_takes_the_place_of_the_old_one():
    """An item has one valid place, also after it was moved back and forth."""
    agenda, item = Agenda(), Item()
    for seconds in (10, 20, 10, 5, 30):
        agenda.put(item, later(seconds))

    assert agenda.next_instant() == later(30)
    assert agenda.pop_due(later(60)) == (later(30), item)
    assert agenda.pop_due(later(60)) is None


def test_stale_places_do_not_pile_up():
    """Moving one item a hundred thousand times keeps the heap small."""
    agenda, item = Agenda(), Item()
    for number in range(100_000):
        agenda.put(item, later(number + 1))

    assert len(agenda._heap) < 5_000
    assert agenda.next_instant() == later(100_000)


def test_publishing_a_topic_touches_its_readers_alone():
    """Who does not read the topic is not looked at."""
    agenda, reader, other = Agenda(), Item(), Item()
    agenda.subscribe(reader, ["task:fetch"])
    agenda.subscribe(other, ["task:report"])
    agenda.publish("task:fetch")

    assert agenda.pop_touched()[1] is reader
    assert agenda.pop_touched() is None


def test_an_item_that_is_touched_twice_is_looked_at_once():
    """Touching is idempotent until the item is taken."""
    agenda, item = Agenda(), Item()
    agenda.touch(item)
    agenda.touch(item)

    assert agenda.pop_touched()[1] is item
    assert agenda.pop_touched() is None


def test_unsubscribing_leaves_no_trace():
    """A topic without readers is forgotten."""
    agenda, item = Agenda(), Item()
    agenda.subscribe(item, ["parameter:env"])
    agenda.unsubscribe(item, ["parameter:env", "parameter:other"])
    agenda.publish("parameter:env")

    assert agenda.pop_touched() is None
    assert agenda.readers("parameter:env") == []


def test_a_forgotten_item_is_neither_touched_nor_due():
    """Forgetting takes an item off the heap and the list."""
    agenda, item = Agenda(), Item()
    agenda.put(item, later(1))
    agenda.touch(item)
    agenda.forget(item)

    assert agenda.pop_touched() is None
    assert agenda.next_instant() is None
