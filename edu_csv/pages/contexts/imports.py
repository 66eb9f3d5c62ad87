"""The way of a file: list, new import, plan, running, result, row, undo."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NotRequired, TypedDict

from edu_csv.pages.contexts.parts import (
    Action,
    Change,
    Choice,
    Counts,
    Empty,
    Fact,
    Field,
    Filter,
    FootBar,
    Link,
    LogLine,
    Note,
    Option,
    OutcomeName,
    Pager,
    Problem,
    RailItem,
    Segment,
    Sentence,
    Station,
    Status,
)
from edu_csv.pages.contexts.shell import Page


class ImportLine(TypedDict):
    """One row of a list of imports. sub: "EchoVideo sections · update". rows: None when refused.

    number: what the CSV Data Import API calls it; stands before the sub.
    note: stands in place of the bar ("Nothing was read further."). is_child: made from its parent's rows.
    """

    status: Status
    number: int
    name: str
    href: str
    sub: str
    by: str
    rows: int | None
    segments: list[Segment]
    note: str
    at: datetime
    is_child: bool


class ImportsPage(Page):
    """imports/list.html; the fragment imports/_lines.html takes the same.

    waiting: how many wait for this person. empty: set when nothing matches, or nothing is there yet.
    """

    sentence: Sentence
    filters: list[Filter]
    q: str
    keeps: list[tuple[str, str]]
    imports: list[ImportLine]
    pager: Pager
    empty: Empty | None


class ColumnHelp(TypedDict):
    """One column of a format. required_for: actions, in words. aliases: other headers it answers to."""

    name: str
    required_for: list[str]
    type: str
    allowed: list[str]
    max_length: int | None
    help: str
    aliases: list[str]


class FormatHelp(TypedDict):
    """imports/_format.html: what one format takes for one action.

    actions: each with the address of this fragment for it. summary: "9 columns, 4 required". layouts: of a
    package, the formats of its files. guide_href: a page about all files of the family; blank where there is none.
    """

    key: str
    title: str
    family: str
    guide_href: str
    action: str
    actions: list[Option]
    layouts: list[Option]
    columns: list[ColumnHelp]
    summary: str
    sample_href: str
    help_href: str


class FormatGroup(TypedDict):
    """The formats of one family, in the order in which their files should be loaded."""

    family: str
    formats: list[Option]


class Intake(TypedDict):
    """Where upload.js sends a file; without script the form posts to ``action_url``.

    begin_url: POST {"name", "bytes"} answers {"id", "parts": [{"number", "url"}], "part_bytes"}.
    complete_url and next_url hold the text "{id}" where the upload's id goes. accept: file endings.
    fields: hidden values that go along without script: the chosen format and action.
    """

    action_url: str
    begin_url: str
    complete_url: str
    next_url: str
    max_bytes: int
    max_size: str
    accept: str
    fields: dict[str, str]


class NewImportPage(Page):
    """imports/new.html, first step. chosen: None while the format is left to the header.

    error: why the last file was refused. samples: link to the sample files.
    """

    intake: Intake
    groups: list[FormatGroup]
    format_url: str
    chosen: FormatHelp | None
    error: Note | None


class Seen(TypedDict):
    """One fact about the file with its evidence. options: what Change offers; empty: nothing else fits."""

    name: str
    label: str
    value: str
    evidence: str
    options: list[Option]


class ColumnMatch(TypedDict):
    """One header of the file. values: up to three different ones. fills: blank when left out.

    state: "ask" needs an answer. options: empty when the matching cannot be changed here.
    """

    name: str
    header: str
    values: list[str]
    fills: str
    because: str
    state: Literal["matched", "ask", "left_out"]
    options: list[Option]


class UploadedFile(TypedDict):
    """kind: what the icon says, "CSV". facts: "3,643 rows", "412 KB", "received whole at 09:40"."""

    name: str
    kind: str
    facts: list[str]
    sha256: str


class CheckedFile(TypedDict):
    """One file of a package, in the order of reading. rows: "2 rows", "more than 1,000 rows".

    version: blank where the family has none. problem: why it cannot be read; blank when it can.
    """

    name: str
    what: str
    version: str
    rows: str
    columns: str
    notes: list[str]
    problem: str


class TriedRow(TypedDict):
    """One row of a file as its template makes it: a sentence and JSON for each thing, or why it fails."""

    row: int
    made: list[MadeThing]
    failed: str


class TriedRows(TypedDict):
    """What the first rows of a file become. sentence: "998 of the first 1,000 rows come out, with 998 statements." """

    sentence: str
    good: list[TriedRow]
    failed: list[TriedRow]
    left_out: int


class CheckFilePage(Page):
    """imports/check.html, second step: what we see in the file, and how to run it.

    columns_sentence: "1 needs an answer, 6 are matched, 1 is left out." all_known: one line, openable.
    absent: the question about optional columns that the file lacks. change_url: where a Change posts.
    files: of a package, which has no columns of its own. tried: of a file that goes through a template.
    """

    upload: UploadedFile
    seen: list[Seen]
    files: list[CheckedFile]
    columns: list[ColumnMatch]
    columns_sentence: str
    all_known: bool
    absent: Choice | None
    absent_rule: str
    name_field: Field
    choices: list[Choice]
    chosen: FormatHelp | None
    problems: list[Note]
    change_url: str
    foot: FootBar
    tried: NotRequired[TriedRows | None]


class ImportFrame(Page):
    """What plan, running, result and refused share: the frame of one import, one address for life."""

    heading: str
    status: Status
    facts: list[Fact]
    actions: list[Action]
    sentence: Sentence


class RowObject(TypedDict):
    """key: how the file names it. name: what people call it. href: blank when it is not in the roster."""

    key: str
    name: str
    href: str


class PlanRow(TypedDict):
    """One row of a plan or result. row: as a spreadsheet numbers it. file: blank but in packages.

    says: a sentence for what has no fields to show (created, deleted, held, superseded); consequence:
    the part of it that must not be missed, bold, before it. href: the row's own address; open_url: the
    fragment that opens below it.
    """

    id: str
    row: int
    file: str
    outcome: OutcomeName
    object: RowObject
    consequence: str
    says: str
    changes: list[Change]
    problems: list[Problem]
    effects: list[str]
    href: str
    open_url: str


class Rows(TypedDict):
    """imports/_rows.html, the part that filters swap: pills, tally, table, pager.

    caption: tells filter and count to those who do not see the pills. object_word: head of the
    column, "offering". keeps: the other parameters, which a search must not lose. page_url
    and rows_url: without query. is_one_file: of a package, the tally counts one of its files.
    """

    segments: list[Segment]
    filters: list[Filter]
    q: str
    keeps: list[tuple[str, str]]
    caption: str
    object_word: str
    rows: list[PlanRow]
    pager: Pager
    empty: Empty | None
    page_url: str
    rows_url: str
    is_one_file: bool
    download: Action | None


class FileLine(TypedDict):
    """imports/_files.html, one file of a package. what: "D2L Org units · 3.0". problem: why it was refused.

    notes: warnings about it as a whole. href: its rows; blank when it has none. is_on: the rows shown are those of this file.
    """

    name: str
    what: str
    rows: int
    segments: list[Segment]
    problem: str
    notes: list[str]
    href: str
    is_on: bool


class PlanPage(ImportFrame):
    """imports/plan.html. rail: "Before you approve", worst first. foot: None when nothing can be approved.

    files: of a package, in the order in which they are read.
    """

    files: list[FileLine]
    rows: Rows
    notes: list[Note]
    rail: list[RailItem]
    foot: FootBar | None


class Cell(TypedDict):
    column: str
    value: str
    is_bad: bool


class MadeThing(TypedDict):
    """Something that a row of a template makes: in a sentence, and as it is stored or was asked for.

    says: blank where the sentence stands above it already. id: of a statement. label: "The statement as JSON".
    """

    says: str
    id: str
    label: str
    json: str


class RowDetail(TypedDict):
    """imports/_row_detail.html, below an open row and on the row's own page: its cells as uploaded.

    made: of a row that went through a template, what it makes.
    """

    id: str
    row: int
    file: str
    cells: list[Cell]
    problems: list[Problem]
    changes: list[Change]
    effects: list[str]
    made: list[MadeThing]
    href: str


class RowPage(Page):
    """imports/row.html."""

    heading: str
    outcome: OutcomeName
    object: RowObject
    detail: RowDetail
    says: str
    facts: list[Fact]
    previous_href: str
    next_href: str


class FileProgress(TypedDict):
    """One file of a package while it is planned."""

    name: str
    what: str
    status: Status
    rows: int
    rows_total: int | None
    segments: list[Segment]
    counts: Counts


class Figure(TypedDict):
    """One large number. value: "90,412", unit: "of 140,459 rows"."""

    label: str
    value: str
    unit: str


class Progress(TypedDict):
    """imports/_progress.html, swapped while the job runs. It asks for itself while ``is_active``.

    live: what is read aloud, changed at phases and every 10 % only. percent: None while unknown.
    When the job has come to a plan or an end, the view answers with HX-Redirect to the import instead.
    """

    is_active: bool
    progress_url: str
    events_url: str
    status: Status
    sentence: Sentence
    live: str
    figures: list[Figure]
    percent: int | None
    phase: str
    stations: list[Station]
    files: list[FileProgress]
    log: list[LogLine]
    rail: list[RailItem]


class RunningPage(ImportFrame):
    """imports/running.html."""

    progress: Progress


class ResultTab(TypedDict):
    label: str
    href: str
    count: int | None
    is_on: bool


class ResultPage(ImportFrame):
    """imports/result.html: done, refused, cancelled or undone, by its status.

    total: rows in the file, for the sum that proves the count identity; None when nothing was read.
    children: imports made from this one's rows. files: of a package, in the order in which they are read.
    """

    notes: list[Note]
    files: list[FileLine]
    total: int | None
    tabs: list[ResultTab]
    rows: Rows | None
    downloads: list[Action]
    children: list[ImportLine]
    rail: list[RailItem]


class Conflict(TypedDict):
    """Something changed after the import, so undo leaves it. field: "(whole)" for the object itself."""

    object: RowObject
    field: str
    before: str | None
    ours: str | None
    now: str | None
    by: Link
    by_detail: str
    at: NotRequired[datetime | None]
    reason: str


class UndoPage(Page):
    """imports/undo.html: a preview; nothing is undone yet. scopes: None when only the whole can be undone."""

    heading: str
    status: Status
    facts: list[Fact]
    actions: list[Action]
    sentence: Sentence
    segments: list[Segment]
    scopes: Choice | None
    object_word: str
    conflicts_title: str
    conflicts: list[Conflict]
    pager: Pager
    rail: list[RailItem]
    notes: list[Note]
    foot: FootBar | None
