"""What the component partials of ``templates/components/`` take."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NotRequired, TypedDict

from django.utils.safestring import SafeString

OutcomeName = Literal["created", "updated", "deleted", "held", "failed", "superseded", "unchanged"]
# The order of every bar, tally and sentence.
OUTCOMES: tuple[OutcomeName, ...] = (
    "created",
    "updated",
    "deleted",
    "held",
    "failed",
    "superseded",
    "unchanged",
)


class Counts(TypedDict):
    """Rows by outcome; ``rows`` is their sum, always (the count identity)."""

    rows: int
    created: int
    updated: int
    deleted: int
    held: int
    failed: int
    superseded: int
    unchanged: int


class Sentence(TypedDict):
    """_sentence.html: the consequence, counts bold, and the reassuring half in a quieter ink."""

    lead: SafeString | str
    rest: SafeString | str


class Segment(TypedDict):
    """One part of _bar.html and one link of _tally.html.

    outcome: chooses colour, glyph and texture; "rest" is work still to do, "ready" rows that are fixed.
    word: "created", or what an undo calls it: "removed again". href: the rows behind the number, if any.
    """

    outcome: OutcomeName | Literal["rest", "ready"]
    count: int
    word: str
    href: str
    is_on: bool


class Link(TypedDict):
    label: str
    href: str


class Crumb(TypedDict):
    """href: blank for the page one is on."""

    label: str
    href: str


StatusKind = Literal["turn", "plain", "wait", "run", "ok", "part", "bad", "undone", "cancelled"]


class Status(TypedDict):
    """_status.html. "turn" is yellow, for what waits for a person; "wait" has a clock, "run" the pulsing dot."""

    kind: StatusKind
    label: str


class Fact(TypedDict):
    """One item of the line of facts below a title: text, or a link, or a time between two texts."""

    text: str
    href: NotRequired[str]
    is_id: NotRequired[bool]
    at: NotRequired[datetime | None]
    after: NotRequired[str]


class Change(TypedDict):
    """_diff.html inside a line: a field, its value before and after; None and "" are blank.

    note: why, when nobody typed it ("blank in the file means 1"). is_secret: values are not shown.
    """

    field: str
    before: str | list[str] | None
    after: str | list[str] | None
    note: NotRequired[str]
    is_secret: NotRequired[bool]


class Problem(TypedDict):
    """_problem.html: what is wrong with one cell, in the words of the one place that words problems.

    value: as uploaded; where the message quotes it, it is marked. alike: rows with the same cause.
    see: where more of it is seen than a sentence tells.
    """

    severity: Literal["error", "warning"]
    code: str
    column: str
    value: str
    message: str
    alike: NotRequired[int]
    see: NotRequired[Link | None]


class Option(TypedDict):
    """One choice of a filter or select. count: rows it would show; None where counting is dear."""

    label: str
    value: str
    href: NotRequired[str]
    count: NotRequired[int | None]
    is_on: bool


class Filter(TypedDict):
    """_filter.html: a pill; dashed while off, solid with its value when on.

    value: blank while off. clear_href: the same page without this filter. left_out: says that there are more
    options than are offered, and how to reach them.
    """

    name: str
    label: str
    value: str
    clear_href: str
    options: list[Option]
    left_out: NotRequired[str]


class Pager(TypedDict):
    """_pager.html: keyset paging. hrefs blank where there is no such page.

    total: None where counting would scan a large table. what: "rows", "people"; note: "shown by this filter".
    """

    first: int
    last: int
    total: int | None
    what: str
    note: str
    first_href: str
    next_href: str
    page_size: int


class Action(TypedDict):
    """_action.html: a button or link. method "post" makes a small form with a CSRF token.

    label: verb, object and count. why_not: then it cannot be used yet, and says so on focus.
    fields: hidden values of the form. popup: id of a dialog to open instead.
    """

    label: str
    href: str
    kind: NotRequired[Literal["plain", "primary", "ghost", "danger"]]
    method: NotRequired[Literal["get", "post", "dialog"]]
    icon: NotRequired[str]
    is_small: NotRequired[bool]
    why_not: NotRequired[str]
    fields: NotRequired[dict[str, str]]
    is_download: NotRequired[bool]


class Note(TypedDict):
    """_note.html: heading, sentence, what to do. At most two on a page."""

    kind: Literal["plain", "turn", "failed", "deleted"]
    icon: str
    title: str
    text: str
    actions: list[Action]


class RailPoint(TypedDict):
    count: int | None
    text: str
    dim: NotRequired[str]
    id: NotRequired[str]
    href: NotRequired[str]
    action: NotRequired[Action]
    see: NotRequired[Link | None]


class RailItem(TypedDict):
    """_rail_item.html: one short section. Either an outcome or an icon stands before the title."""

    outcome: OutcomeName | None
    icon: str
    title: str
    text: str
    points: list[RailPoint]
    actions: list[Action]


class Station(TypedDict):
    """_stations.html. is_gate: a person decides here."""

    state: Literal["done", "at", "ahead"]
    is_gate: bool
    label: str
    detail: str


class Confirm(TypedDict):
    """_confirm.html: the number to type; ``purpose`` ends "Type 31 to confirm …".

    typed: what was typed before, when it was wrong.
    """

    number: int
    purpose: str
    wrong: str
    typed: NotRequired[str]


class FootBar(TypedDict):
    """_foot_bar.html: the bar that repeats the consequence and carries the one primary button.

    action_url: where the form posts. fields: hidden values. stale: the sentence that replaces
    the consequence when the roster has moved; then the button plans again.
    """

    title: str
    sentence: str
    small: str
    action_url: str
    button: Action
    others: list[Action]
    confirm: Confirm | None
    fields: dict[str, str]
    is_stale: bool


class Field(TypedDict):
    """_field.html: label above, hint below, error below in words. Errors also stand on top."""

    name: str
    label: str
    value: str
    type: Literal["text", "email", "password", "number", "search", "textarea", "select", "datetime-local"]
    hint: str
    error: str
    is_required: bool
    autocomplete: str
    options: NotRequired[list[Option]]
    takes_several: NotRequired[bool]
    why_disabled: NotRequired[str]


class Check(TypedDict):
    """_check.html: one checkbox or radio button with its second line."""

    name: str
    value: str
    label: str
    small: str
    is_on: bool


class Choice(TypedDict):
    """_choice.html: radio buttons under one question, or checkboxes."""

    label: str
    options: list[Check]
    type: NotRequired[Literal["radio", "checkbox"]]


class HistoryEvent(TypedDict):
    """kind: circle for an import, diamond for an edit by hand, dashed for what was not applied."""

    kind: Literal["import", "by_hand", "not_applied", "undone"]
    verb: str
    by: str
    by_href: str
    detail: str
    at: datetime
    changes: list[Change]


class HistoryDay(TypedDict):
    """_history.html: newest first, grouped by day."""

    day: str
    events: list[HistoryEvent]


class Empty(TypedDict):
    """_empty.html: what will be here, the first step, a sample; or that no row matches the filters."""

    title: str
    text: str
    actions: list[Action]


class LogLine(TypedDict):
    at: datetime
    text: str


class DayOfRows(TypedDict):
    """One day of the chart of applied rows. label: "Wed 5" or "Today"."""

    label: str
    created: int
    updated: int
    deleted: int


class Cause(TypedDict):
    """One line of _causes.html. share: percent of the largest."""

    label: str
    count: int
    share: int
    href: str
