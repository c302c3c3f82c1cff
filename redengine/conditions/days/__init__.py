"""Calendars of open and closed days, and the statements about them."""
