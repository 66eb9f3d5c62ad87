"""Import templates: the list, the beginning of a new one, the editor, versions beside each other."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NotRequired, TypedDict

from edu_csv.pages.contexts.parts import Action, Choice, Empty, Fact, Field, Note, Sentence, Status
from edu_csv.pages.contexts.shell import Page


class TemplateLine(TypedDict):
    """One template of the list. kind: what its rows make, in words. used: how many imports went through it."""

    name: str
    href: str
    kind: str
    state: Status
    version: int
    used: int
    by: str
    at: datetime
    import_href: str


class TemplatesPage(Page):
    """import_templates/list.html. archived: in a fold of their own. empty: in place of the table."""

    sentence: Sentence
    actions: list[Action]
    lines: list[TemplateLine]
    archived: list[TemplateLine]
    empty: Empty | None


class ReadyLine(TypedDict):
    """One template of the gallery. columns: the header of its example."""

    key: str
    name: str
    text: str
    columns: list[str]
    use_href: str
    example_href: str


class NewTemplatePage(Page):
    """import_templates/new.html. chosen: what is begun with; None: a file of one's own. ready: the gallery."""

    heading: str
    errors: list[tuple[str, str]]
    fields: list[Field]
    chosen: ReadyLine | None
    ready: list[ReadyLine]
    takes_file: bool
    file_error: str
    max_size: str
    button: str


class ColumnLine(TypedDict):
    """A column of the example. insert: what a click puts into the text. cell: of the row that is shown."""

    name: str
    insert: str
    cell: str
    is_used: bool
    is_optional: bool


class InsertLine(TypedDict):
    """Something else that a click puts into the text: a variable, a value that is always there, a function."""

    name: str
    insert: str
    says: str


class InsertGroup(TypedDict):
    title: str
    lines: list[InsertLine]


class FaultLine(TypedDict):
    """place: "Line 12, column 9", "Variable base", "Example"; line, column: 0 when it is at no place of the text."""

    place: str
    line: int
    column: int
    message: str


class MadeSection(TypedDict):
    """What the row makes of one section. sentences: one for each object; json: all of them, indented."""

    title: str
    sentences: list[str]
    json: str


class ResultPart(TypedDict):
    """import_templates/_result.html: what one row of the example becomes, and what stands in the way.

    row: its number; None: there is no example. failed: why the row makes nothing. before, after: rows beside it. rows: how
    many there are. checked: what was found when all rows were tried; blank: nobody asked.
    """

    row: int | None
    rows: int
    before: int | None
    after: int | None
    made: list[MadeSection]
    failed: str
    nothing: str
    faults: list[FaultLine]
    warnings: list[FaultLine]
    columns: list[ColumnLine]
    example_name: str
    checked: str
    failing: list[FaultLine]
    try_url: str
    may_change: bool


class VariableLine(TypedDict):
    """One row of the variables; both blank in those that are to be filled."""

    number: int
    name: str
    expression: str


class EditorPage(Page):
    """import_templates/editor.html. based_on: the version that is edited, so that nothing newer is overwritten."""

    heading: str
    status: Status
    facts: list[Fact]
    actions: list[Action]
    sentence: Sentence
    notes: list[Note]
    url: str
    name_field: Field
    errors: list[tuple[str, str]]
    body: str
    based_on: int
    variables: list[VariableLine]
    settings: list[Field]
    group_mode: Choice | None
    inserts: list[InsertGroup]
    example_href: str
    example_error: str
    accept: str
    result: ResultPart
    may_change: bool
    versions_href: str
    help_href: str
    delete: NotRequired[Action]


class VersionLine(TypedDict):
    """beside_href: lays the version that is shown beside this one; blank for those two themselves."""

    number: int
    beside_href: str
    href: str
    is_on: bool
    state: Status
    by: str
    at: datetime
    used: int


class DiffLine(TypedDict):
    """sign: what became of the line; number: where it stands in the newer text, in the older for what was taken out."""

    sign: Literal["same", "added", "removed", "gap"]
    number: int | None
    text: str


class DiffPart(TypedDict):
    title: str
    lines: list[DiffLine]


class VersionsPage(Page):
    """import_templates/versions.html. parts: what differs; empty when nothing does, or there is nothing before it."""

    heading: str
    lines: list[VersionLine]
    shown: int
    compared: int | None
    parts: list[DiffPart]
    say: str
    edit: Action | None
    url: str
