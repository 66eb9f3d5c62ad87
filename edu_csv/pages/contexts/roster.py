"""The roster browser: lists of objects, and one object with the origin of each value."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict

from edu_csv.pages.contexts.parts import Action, Empty, Fact, Filter, HistoryDay, Link, Note, Pager
from edu_csv.pages.contexts.shell import Page


class RosterCell(TypedDict):
    """label: head of the column, said again on narrow screens. sub: a second, quieter line."""

    label: str
    text: str
    href: NotRequired[str]
    is_id: NotRequired[bool]
    sub: NotRequired[str]


class RosterLine(TypedDict):
    """One object: its name with its id below, then the cells that its kind shows."""

    name: str
    id: str
    href: str
    is_gone: bool
    cells: list[RosterCell]


class RosterPage(Page):
    """roster/list.html; the fragment roster/_lines.html takes the same.

    kind: "people". one, many: its words. heads: of the cells after the first column.
    """

    kind: str
    one: str
    many: str
    total: int | None
    q: str
    keeps: list[tuple[str, str]]
    filters: list[Filter]
    heads: list[str]
    lines: list[RosterLine]
    pager: Pager
    empty: Empty | None
    page_url: str
    rows_url: str
    actions: list[Action]


class Tab(TypedDict):
    label: str
    href: str
    count: int | None
    is_on: bool


class FieldOrigin(TypedDict):
    """One field now, and who set it. as_created: dimmed, so that exceptions stand out.

    set_by: an import with its row, a person by hand, or an undo. references: when the value is an object.
    """

    label: str
    value: str
    id: NotRequired[str]
    href: NotRequired[str]
    as_created: bool
    by: Link
    by_detail: str
    by_hand: bool
    at: datetime | None


class NamedRow(TypedDict):
    """One row of an import that named this object, also a failed or held one."""

    at: datetime
    from_import: str
    row: int
    outcome: str
    says: str
    href: str


class ObjectPage(Page):
    """roster/object.html. kind: "Section". tabs: fields, people, schedule, rows that named it.

    Which tab is shown follows from what is given: fields, related or named_rows.
    as_of: set when the page shows an earlier state.
    """

    kind: str
    heading: str
    facts: list[Fact]
    actions: list[Action]
    tabs: list[Tab]
    notes: list[Note]
    created: Fact
    fields: list[FieldOrigin]
    related_heads: list[str]
    related: list[RosterLine]
    related_title: str
    named_rows: list[NamedRow]
    history: list[HistoryDay]
    history_total: int
    history_href: str
    pager: Pager | None
    empty: Empty | None
    as_of: datetime | None
    as_of_url: str
