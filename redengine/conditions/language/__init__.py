"""The string language of conditions: text in, conditions out."""

from redengine.conditions.language.parser import FORMS, LONGEST_TEXT, parse

__all__ = ["FORMS", "LONGEST_TEXT", "parse"]
