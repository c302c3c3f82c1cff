"""The filter language of lists: `field=value`, `field$min=…`, `$sort=-created`, …; parsed, pure.

Query items become a `Query`, which filters mappings in memory (`Query.apply`) or is turned into
SQL by the store; both give the same answer. The rules:

* Different fields must all match. A field that is repeated matches any of its values;
  so does a repeated `$regex`. Of a repeated `$not` none may match; repeated `$min` and `$max`
  must all hold.
* `null` is the missing value. `$min`, `$max` and `$regex` never match a missing value;
  `$not` does, unless it says `null`. In a text field `null` matches the word as well.
* A date without a time is that whole day. Times without an offset are in the query's zone.
* Text compares by code point. A missing value sorts before all others.
* A list matches where any of its elements does; `name.part` looks into an object.
"""

from __future__ import annotations

from redengine.query.match import JsonOperand, Span, compile_pattern, json_matcher
from redengine.query.parse import Clause, Query, parse_query

__all__ = [
    "Clause",
    "JsonOperand",
    "Query",
    "Span",
    "compile_pattern",
    "json_matcher",
    "parse_query",
]
