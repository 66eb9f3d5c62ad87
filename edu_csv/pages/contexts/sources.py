"""Sources: the list, one source with its tabs, a new one; and feeds as lanes on Today."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from edu_csv.pages.contexts.parts import (
    Action,
    Check,
    Choice,
    Empty,
    Fact,
    Field,
    Note,
    Segment,
    Sentence,
    Status,
)
from edu_csv.pages.contexts.roster import Tab
from edu_csv.pages.contexts.shell import Page
from edu_csv.pages.lanes import Axis, Lane


class FeedLane(TypedDict):
    """One row of sources/_lanes.html: a feed's day. The lane is hidden from assistive technology: said says the same.

    said: "04:06 · 140,459 rows". status: in place of it, when something is amiss or nothing came yet; else None.
    """

    name: str
    href: str
    sub: str
    lane: Lane
    status: Status | None
    said: str
    segments: list[Segment]


class Lanes(TypedDict):
    """sources/_lanes.html. axis: the hours, once above all. label: what the list is."""

    axis: Axis
    rows: list[FeedLane]
    label: str


class SourceLine(TypedDict):
    """expected, last, next: in words, blank where there is none."""

    name: str
    href: str
    family: str
    doors: str
    expected: str
    last: str
    next: str
    health: Status
    segments: list[Segment]


class SourcesPage(Page):
    """sources/list.html. may_change: whether new ones can be made. empty: in place of the table."""

    sentence: Sentence
    lines: list[SourceLine]
    actions: list[Action]
    empty: Empty | None


class LimitLine(TypedDict):
    """One limit beside what the last file would have tripped. is_tripped: it did."""

    name: str
    limit: str
    last: str
    is_tripped: bool


class EventLine(TypedDict):
    """One thing that the watch noticed. ended: None while it goes on."""

    words: str
    day: str
    began: datetime
    ended: datetime | None


class AnswerLink(TypedDict):
    """What lies beside a file: "log" or "failed rows"."""

    label: str
    href: str
    size: str


class FileLine(TypedDict):
    """A file in a folder. note: why it was not taken, or refused. answers: what lies beside it."""

    name: str
    href: str
    size: str
    at: datetime
    state: Status
    note: str
    answers: list[AnswerLink]
    upload_href: str
    remove: Action | None


class FolderPart(TypedDict):
    """One of the three folders; left_out: how many more there are than shown."""

    name: str
    text: str
    files: list[FileLine]
    left_out: int


class KeyLine(TypedDict):
    name: str
    kind: str
    fingerprint: str
    added: str
    remove: Action


class Form(TypedDict):
    """One section of settings, saved for itself. section: names it to the server. text: what it is about."""

    section: str
    title: str
    text: str
    fields: list[Field]
    choices: list[Choice]
    checks: list[Check]
    checks_label: str
    button: str


class Secret(TypedDict):
    """Shown once: only its hash is kept."""

    login: str
    password: str


class SourcePage(Page):
    """sources/one.html. tab: which part is shown; of the others nothing is asked. read_only: no tab beside the first."""

    heading: str
    status: Status
    facts: list[Fact]
    actions: list[Action]
    sentence: Sentence
    notes: list[Note]
    tabs: list[Tab]
    tab: str
    url: str
    errors: list[tuple[str, str]]
    # how
    lanes: Lanes | None
    limits: list[LimitLine]
    events: list[EventLine]
    pause: Form | None
    # files
    folders: list[FolderPart]
    used: str
    max_size: str
    # settings
    forms: list[Form]
    # doors
    address: str
    rest_address: str
    # Blank: this host has none.
    host_key: str
    port: int
    login: str
    has_password: bool
    keys: list[KeyLine]
    key_field: Field | None
    secret: Secret | None


class NewSourcePage(Page):
    """sources/new.html."""

    errors: list[tuple[str, str]]
    fields: list[Field]
    days: Choice
