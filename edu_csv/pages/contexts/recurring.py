"""Recurring reports: the list, one with its results, notices and settings, a new one; webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from edu_csv.pages.contexts.parts import (
    Action,
    Check,
    Empty,
    Fact,
    Field,
    Note,
    Pager,
    Sentence,
    Status,
)
from edu_csv.pages.contexts.reports import RequestLine
from edu_csv.pages.contexts.roster import Tab
from edu_csv.pages.contexts.shell import Page


class ScheduleLine(TypedDict):
    """rhythm: "each day at 06:00". next, days: when it is asked for next and of which days; blank while it rests."""

    href: str
    name: str
    report: str
    rhythm: str
    status: Status
    next: datetime | None
    days: str
    last: str
    last_at: datetime | None
    by: str


class SchedulesPage(Page):
    """reports/schedules/list.html."""

    sentence: Sentence
    lines: list[ScheduleLine]
    actions: list[Action]
    pager: Pager
    empty: Empty | None


class ScheduleForm(TypedDict):
    """reports/schedules/_form.html. week_starts is of weekly ones alone."""

    url: str
    button: str
    fields: list[Field]
    safe: Check
    webhooks_href: str


class NewSchedulePage(Page):
    """reports/schedules/new.html."""

    errors: list[tuple[str, str]]
    form: ScheduleForm


class TryLine(TypedDict):
    at: datetime
    said: str


class NoticeLine(TypedDict):
    """What went to one address. about: the days; detail: the next try, or how long it took; again: a small button."""

    status: Status
    address: str
    kind: str
    about: str
    about_href: str
    detail: str
    at: datetime
    next_at: datetime | None
    tries: list[TryLine]
    again: Action | None


class RunLine(TypedDict):
    """One window with its requests. note: "16 windows before this were left out"."""

    days: str
    at: datetime
    note: str
    requests: list[RequestLine]


class SchedulePage(Page):
    """reports/schedules/one.html. tab: "results", "notices" or "settings"."""

    heading: str
    kind: str
    status: Status
    facts: list[Fact]
    actions: list[Action]
    sentence: Sentence
    note: Note | None
    tabs: list[Tab]
    tab: str
    runs: list[RunLine]
    notices: list[NoticeLine]
    pager: Pager | None
    errors: list[tuple[str, str]]
    form: ScheduleForm | None
    end: Action | None


class WebhookLine(TypedDict):
    url: str
    by: str
    at: datetime
    used: str
    actions: list[Action]


class NewSecret(TypedDict):
    url: str
    secret: str


class WebhooksPage(Page):
    """reports/schedules/webhooks.html. made: a secret to be shown this once."""

    lines: list[WebhookLine]
    errors: list[tuple[str, str]]
    field: Field
    made: NewSecret | None
