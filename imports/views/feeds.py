"""New import, second step, for feeds: the files of a package in the order of reading, or the one layout that came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.http import urlencode

from edu_csv import storage
from edu_csv.pages.contexts.imports import CheckedFile, ColumnMatch, Seen
from edu_csv.pages.contexts.parts import Note, Option
from edu_csv.pages.words import counted, listed, number
from edu_csv.tabular import TableRefused
from imports.formats.base import Format
from imports.formats.registry import find as find_format
from imports.problems import FileRejected
from imports.steps.packages import Member, Opened, look_into
from imports.steps.recognition import Asked, recognise_file
from imports.views import names
from imports.views.causes import plain
from imports.views.looking import LOOKED_AT_ROWS, shortened

# So many refused files are named; the table below the note has all of them.
NAMED = 3
SAMPLE_ROWS = 20


@dataclass(slots=True)
class CheckedMember:
    """The beginning of one file. rows: of the first ones, those that cannot be read too. problem: why it is refused."""

    member: Member
    rows: int = 0
    bad_rows: int = 0
    is_whole: bool = True
    samples: list[list[str]] = field(default_factory=list)
    problem: str = ""

    @property
    def row_count(self) -> str:
        return counted(self.rows, "row") if self.is_whole else f"more than {number(LOOKED_AT_ROWS)} rows"


@dataclass(slots=True)
class FeedLook:
    """What a feed is taken for. refused: why nothing of it can be read; then there is no more.

    is_allowed: whether this person imports it.
    """

    fmt: type[Format]
    is_allowed: bool
    opened: Opened | None = None
    members: list[CheckedMember] = field(default_factory=list)
    refused: str = ""

    @property
    def good(self) -> list[CheckedMember]:
        return [member for member in self.members if not member.problem]

    @property
    def why_not(self) -> str:
        """What keeps it from being planned; blank: nothing."""
        if not self.is_allowed:
            return f"Your role does not import {names.format_name(self.fmt)}."
        if self.refused or not self.opened or (not self.good and not self.opened.is_package):
            return "This file cannot be read; send another one."
        return "" if self.good else "No file of this package can be read."


def look_at_feed(
    key: str, file_name: str, format_key: str, allowed: Sequence[type[Format]]
) -> FeedLook | None:
    """Look into an upload that is a feed, or that a person says is one; None when it is none."""
    fmt = find_format(format_key)
    if fmt is None:
        try:
            fmt = _recognised(key, file_name)
        except (FileRejected, TableRefused):
            return None
    if not names.is_feed(fmt):
        return None
    look = FeedLook(fmt, fmt in allowed)
    try:
        look.opened = look_into(key, file_name, fmt.key)
        look.members = [_looked_into(member) for member in look.opened]
    except FileRejected as refused:
        look.refused = refused.detail
    return look


def why_unknown(key: str, file_name: str) -> str:
    """What keeps a file from being taken for a format, where it is a zip of several, or nearly a feed; else blank."""
    try:
        _recognised(key, file_name)
    except FileRejected as unknown:
        candidates = unknown.params.get("candidates", ())
        if any(names.is_feed(find_format(candidate)) for candidate in candidates):
            return plain(unknown.detail)
    except TableRefused:
        pass
    return ""


def _recognised(key: str, file_name: str) -> type[Format]:
    """Raises FileRejected, TableRefused."""
    with storage.open_file(key) as stream:
        return recognise_file(stream, file_name, Asked())


def _looked_into(member: Member) -> CheckedMember:
    look = CheckedMember(member)
    if member.problem:
        look.problem = member.problem.detail
        return look
    try:
        for chunk in member.chunks(LOOKED_AT_ROWS):
            if look.rows:
                look.is_whole = False
                break
            look.rows = len(chunk.rows) + len(chunk.faults)
            look.bad_rows = len(chunk.faults)
            look.samples = chunk.rows[:SAMPLE_ROWS]
    except FileRejected as refused:
        look.problem = refused.detail
    return look


def file_lines(look: FeedLook) -> list[CheckedFile]:
    """The files of a package, a line each; none for a CSV that came alone."""
    if look.opened is None or not look.opened.is_package:
        return []
    return [_line(each) for each in look.members]


def _line(look: CheckedMember) -> CheckedFile:
    member = look.member
    said = [plain(str(note)) for note in member.notes]
    if look.bad_rows:
        said.append(f"{counted(look.bad_rows, 'row')} cannot be read and will stand in the plan as failed.")
    return {
        "name": member.name,
        "what": names.format_name(member.layout) if member.layout else "format not recognised",
        "version": member.version or "",
        "rows": look.row_count,
        "columns": counted(sum(not name.startswith("_") for name in member.header), "column"),
        "notes": said,
        "problem": plain(look.problem),
    }


def seen_facts(
    look: FeedLook, allowed: Sequence[type[Format]], page_url: str, query: Sequence[tuple[str, str]]
) -> list[Seen]:
    """Format, version and text, each with its evidence; no action, for the rows say it."""
    opened = look.opened
    facts = [_format_fact(look, allowed, page_url, query)]
    if opened is not None and opened.version:
        manifest = opened.contents.manifest
        where = f"as {manifest} says" if manifest else "by the header of the file"
        if opened.is_package and not manifest:
            where = "as is meant without a manifest"
        facts.append(_fact("version", "Version", opened.version, where))
    if look.good:
        facts.append(_fact("action", "Action", "Row by row", "each row says what it does"))
    if look.good:
        facts.append(_fact("encoding", "Text", "UTF-8, commas", "read to the letter, as this format asks"))
    return facts


def _fact(name: str, label: str, value: str, evidence: str) -> Seen:
    return {"name": name, "label": label, "value": value, "evidence": evidence, "options": []}


def _format_fact(
    look: FeedLook, allowed: Sequence[type[Format]], page_url: str, query: Sequence[tuple[str, str]]
) -> Seen:
    if look.opened is None or look.refused:
        evidence = "as chosen" if dict(query).get("format") else "by what is in it"
    elif look.opened.is_package:
        count = counted(len(look.members), "file")
        evidence = f"{count} of its kinds" if look.good else f"none of {count} can be read"
    else:
        evidence = "its header, letter for letter"
    if not look.is_allowed:
        evidence = "your role does not import it"
    options: list[Option] = [
        {
            "label": names.format_name(each),
            "value": each.key,
            "href": f"{page_url}?{urlencode(_without(query, each.key))}",
            "is_on": each is look.fmt,
        }
        for each in allowed
    ]
    return {
        "name": "format", "label": "Format", "value": names.format_name(look.fmt), "evidence": evidence,
        "options": options,
    }  # fmt: skip


def _without(query: Sequence[tuple[str, str]], key: str) -> list[tuple[str, str]]:
    return [pair for pair in query if pair[0] not in ("format", "action")] + [("format", key)]


def column_lines(look: FeedLook) -> list[ColumnMatch]:
    """One line per header of a CSV that came alone."""
    if look.opened is None or look.opened.is_package or not look.good:
        return []
    (checked,) = look.good
    member = checked.member
    filled = {place: column for column, place in member.places.items()}
    secret = set(member.layout.secret) if member.layout else set()
    lines: list[ColumnMatch] = []
    for place, header in enumerate(member.header):
        column = filled.get(place)
        is_secret = column is not None and column.name in secret
        values = list(dict.fromkeys(row[place] for row in checked.samples if row[place]))[:3]
        because = "same name" if column else "added by us to a result, read past"
        lines.append(
            {
                "name": f"column-{place}",
                "header": header or f"column {place + 1}, without a name",
                "values": [shortened(value) for value in values],
                "fills": column.header if column and not is_secret else "",
                "because": "never kept: people are no log-ins" if is_secret else because,
                "state": "matched" if column and not is_secret else "left_out",
                "options": [],
            }
        )
    return lines


def notes(look: FeedLook) -> list[Note]:
    """What the person should know before the plan is made; the first two are shown."""
    if not look.is_allowed:
        text = "Feeds reach the whole institution. An administrator of all of it can import them."
        return [_note("failed", f"Your role does not import {names.format_name(look.fmt)}", text)]
    if look.refused:
        return [_note("failed", "This file was not read", look.refused)]
    found = []
    if refused := [each for each in look.members if each.problem]:
        found.append(_refused_note(look, refused))
    for note in look.opened.notes if look.opened else ():
        found.append(_note("turn", "About the manifest", str(note)))
    if look.opened and not look.opened.is_package:
        for checked in look.good:
            found += [_note("turn", "About this file", str(note)) for note in checked.member.notes]
            if checked.bad_rows:
                rows = counted(checked.bad_rows, "row")
                text = (
                    f"{rows} of the first {number(checked.rows)} cannot be read as a row."
                    " They will stand in the plan as failed, with the reason."
                )
                found.append(_note("plain", f"{rows} cannot be read", text))
    return found


def _refused_note(look: FeedLook, refused: Sequence[CheckedMember]) -> Note:
    named = [each.member.name for each in refused[:NAMED]]
    if len(refused) > NAMED:
        named.append(f"{len(refused) - NAMED} more")
    title = f"{counted(len(refused), 'file')} cannot be read: {listed(named)}"
    one = len(refused) == 1
    if look.opened and not look.opened.is_package:
        return _note("failed", title, refused[0].problem)
    text = f"{'The reason stands' if one else 'The reasons stand'} beside {'it' if one else 'them'} below."
    if look.good:
        without = "it" if one else "them"
        text += f" The other files go on without {without}, unless nothing is to be applied when something is bad."
    return _note("failed", title, text)


def _note(kind: str, title: str, text: str) -> Note:
    icon = "info" if kind == "turn" else "warn"
    return {"kind": kind, "icon": icon, "title": title, "text": plain(text), "actions": []}  # type: ignore[typeddict-item]  # one of its words


def facts(look: FeedLook) -> list[str]:
    """What stands beside the file's name: files and rows of a package, rows and columns of one CSV."""
    if look.opened is None or look.refused:
        return []
    rows = sum(each.rows for each in look.good)
    is_whole = all(each.is_whole for each in look.good)
    total = counted(rows, "row") if is_whole else f"more than {number(rows)} rows"
    if look.opened.is_package:
        return [counted(len(look.members), "file"), total]
    return [total, counted(len(look.members[0].member.header), "column")]


def what_is_next(look: FeedLook) -> str:
    if look.opened is None or not look.opened.is_package:
        return f"Next we compare {look.good[0].row_count} with the roster. Nothing changes yet."
    return f"Next we compare {counted(len(look.good), 'file')} with the roster, as one. Nothing changes yet."
