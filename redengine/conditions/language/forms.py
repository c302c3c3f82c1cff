"""The statements of the string language: their forms, with an example of each."""

from __future__ import annotations

from typing import Final, NamedTuple


class Form(NamedTuple):
    """A form of statement.

    Attributes:
        keyword: its first keyword.
        form: how it is written; optional parts are in brackets.
        example: one that can be read.
    """

    keyword: str
    form: str
    example: str


_WINDOW: Final = "[between <a> and <b> | before <t> | after <t> | starting <t> | at <t> | on <t>]"
_OUTCOME: Final = "[succeeded | failed | finished | terminated | crashed]"

FORMS: Final = (
    Form("always", "always true | always false", "always true"),
    Form("true", "true", "true"),
    Form("false", "false", "false"),
    Form("every", "every <duration>", "every 10 seconds"),
    Form("secondly", f"secondly {_WINDOW}", "secondly"),
    Form("minutely", f"minutely {_WINDOW}", "minutely before 30"),
    Form("hourly", f"hourly {_WINDOW}", "hourly at 30:00"),
    Form("daily", f"daily {_WINDOW}", "daily between 22:00 and 03:00"),
    Form("weekly", f"weekly {_WINDOW}", "weekly on Monday"),
    Form("monthly", f"monthly {_WINDOW}", "monthly at last 10:00"),
    Form(
        "time",
        "time of minute|hour|day|week|month "
        "[between <a> and <b> | before <t> | after <t> | at <t> | on <t>]",
        "time of week between Monday and Friday",
    ),
    Form("cron", "cron <5 or 6 fields>", "cron 0 7 * * mon-fri"),
    Form("after", f"after task '<name>' {_OUTCOME}", "after task 'fetch' failed"),
    Form("after", f"after tasks '<a>', '<b>' … {_OUTCOME}", "after tasks 'fetch', 'clean'"),
    Form("after", f"after any tasks '<a>', '<b>' … {_OUTCOME}", "after any tasks 'a', 'b' failed"),
    Form(
        "has",
        "[task '<name>'] has succeeded|failed|finished|started|terminated|inacted|crashed "
        "[today | this minute|hour|day|week|month] [between … | before … | after … | on …] "
        "[>= <n>]",
        "task 'fetch' has failed today >= 3",
    ),
    Form(
        "has",
        "[task '<name>'] has <succeeded …> past <duration> [>= <n>]",
        "has succeeded past 2 hours",
    ),
    Form(
        "is",
        "[task '<name>'] is running [for more than <duration>]",
        "task 'fetch' is running for more than 10 minutes",
    ),
    Form("param", "param '<name>' is '<value>'", "param 'mode' is 'fast'"),
    Form("param", "param '<name>' exists", "param 'mode' exists"),
    Form("env", "env '<name>'", "env 'prod'"),
    Form("scheduler", "scheduler has run over <duration>", "scheduler has run over 1 hour"),
    Form("scheduler", "scheduler started <duration> ago", "scheduler started 10 minutes ago"),
    Form("retry", "retry <n> [times]", "retry 3 times"),
)

STARTS: Final = (*dict.fromkeys(form.keyword for form in FORMS), "task")
"""The words with which a statement begins."""


def form_of(keyword: str) -> str | None:
    """The first form that begins with a keyword."""
    keyword = "has" if keyword == "task" else keyword
    return next((form.form for form in FORMS if form.keyword == keyword), None)
