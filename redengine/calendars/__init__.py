"""Making calendars: of the holidays of a country, listed days, an iCalendar text or a function."""

from redengine.calendars.definition import FIELDS, CalendarDefinition

__all__ = ["FIELDS", "CalendarDefinition"]
