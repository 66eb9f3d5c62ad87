"""Exports: form of one line, list, one."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from edu_csv.pages.contexts.parts import Action, Check, Empty, Fact, Field, Note, Pager, Sentence, Status
from edu_csv.pages.contexts.shell import Page


class ExportLine(TypedDict):
    """rows, size: None and blank until it is made. download: None while there is nothing to fetch."""

    status: Status
    name: str
    href: str
    filter: str
    by: str
    rows: int | None
    size: str
    at: datetime
    until: datetime | None
    download: Action | None


class ExportForm(TypedDict):
    """exports/_form.html. estimate: "about 66,109 rows", blank when it cannot be told cheaply.

    omitted: what the format cannot express, before anything is made.
    """

    action_url: str
    estimate_url: str
    format: Field
    filters: list[Field]
    delimiter: Field
    checks: list[Check]
    estimate: str
    omitted: list[Note]
    button: str


class ExportsPage(Page):
    """exports/list.html; the fragment exports/_lines.html takes exports, pager and empty."""

    sentence: Sentence
    form: ExportForm | None
    lines_url: str
    is_active: bool
    exports: list[ExportLine]
    pager: Pager
    empty: Empty | None


class ExportPage(Page):
    """exports/one.html. The download is a fresh link each time the page is made."""

    heading: str
    status: Status
    facts: list[Fact]
    sentence: Sentence
    actions: list[Action]
    notes: list[Note]
    details: list[tuple[str, str]]
    is_active: bool
    self_url: str
