"""Reports: the gallery with its form, what is drawn of one, requests, and the column dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from edu_csv.pages.charts import Chart
from edu_csv.pages.contexts.parts import (
    Action,
    Check,
    Empty,
    Fact,
    Field,
    Filter,
    Note,
    Pager,
    Sentence,
    Status,
)
from edu_csv.pages.contexts.shell import Page

if TYPE_CHECKING:
    # Lines of requests stand on pages of recurring reports, lines of notices on those of requests.
    from edu_csv.pages.contexts.recurring import NoticeLine


class GalleryLine(TypedDict):
    """One of the reports at the left. brief: what a row of it is, in a few words."""

    title: str
    brief: str
    href: str
    is_on: bool


class DayField(TypedDict):
    """A day of UTC that can be asked for: none before ``least``, which may be blank, nor after ``most``."""

    name: str
    label: str
    value: str
    least: str
    most: str
    error: str


class ReportForm(TypedDict):
    """reports/_form.html. days: the presets, empty for a report of all time; first, last: shown with "Other…".

    part_url: what hangs on the days, for others (reports/_part.html). range: the days in words; in_flight: how many
    requests are. problem: why nothing was asked for, on top.
    """

    action_url: str
    part_url: str
    days: list[Check]
    is_other: bool
    first: DayField
    last: DayField
    compression: Field
    delimiter: Field
    when: Field
    safe: Check
    range: str
    in_flight: str
    hint: str
    estimate_url: str
    problem: Note | None


class RequestLine(TypedDict):
    """One request of reports/_requests_table.html. until: what the last column says, with its time."""

    status: Status
    name: str
    href: str
    detail: str
    by: str
    rows: int | None
    size: str
    until: Fact
    action: Action | None


class RequestsPart(TypedDict):
    """reports/_requests.html, which asks for itself while one is being made."""

    requests: list[RequestLine]
    requests_url: str
    is_active: bool


class ReportPage(Page, RequestsPart):
    """reports/report.html. charts_url, preview_url: blank while the days cannot be asked for.

    whole_url: the same page with both in it, for browsers without script. complete: "15 August"; grows: which of the
    days may still get rows.
    """

    gallery: list[GalleryLine]
    name: str
    heading: str
    row_is: str
    note: str
    complete: str
    grows: str
    columns_href: str
    columns_label: str
    actions: list[Action]
    form: ReportForm
    whole_url: str
    charts_url: str
    preview_url: str
    kept: str


class ChartsPart(TypedDict):
    """reports/_charts.html. charts: with which partial draws each; late: what could not be drawn in time."""

    charts: list[tuple[str, Chart]]
    late: Note | None


class Cell(TypedDict):
    """kind: class of a cell: "num"; "long", drawn in some lines; "none", whose quotes alone are there; or blank."""

    text: str
    kind: str


class PreviewPart(TypedDict):
    """reports/_preview.html. headers: with whether the column has numbers. rows: cells as in the file."""

    headers: list[tuple[str, bool]]
    rows: list[list[Cell]]
    said: str
    rows_late: Note | None


class RequestsPage(Page):
    """reports/requests.html; the fragment reports/_list.html takes all but what the frame shows."""

    sentence: Sentence
    filters: list[Filter]
    requests: list[RequestLine]
    list_url: str
    is_active: bool
    pager: Pager
    empty: Empty | None


class RequestPage(Page):
    """reports/request.html; the fragment reports/_request.html asks for itself while it is being made."""

    heading: str
    kind: str
    status: Status
    facts: list[Fact]
    sentence: Sentence
    actions: list[Action]
    details: list[tuple[str, str]]
    notices: list[NoticeLine]
    is_active: bool
    self_url: str


class DictionaryColumn(TypedDict):
    """One column of a report. type: in a word; looks: how its cells stand in the file."""

    place: int
    header: str
    type: str
    unit: str
    meaning: str
    source: str


class DictionaryPage(Page):
    """reports/columns.html."""

    heading: str
    name: str
    row_is: str
    note: str
    columns: list[DictionaryColumn]
    types: list[tuple[str, str]]
    actions: list[Action]
    others: list[GalleryLine]
