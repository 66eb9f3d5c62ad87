"""New import, second step: what we see in the file, what becomes of absent columns, how to run it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from edu_csv.access.policy import Ability
from edu_csv.errors import MissingFile
from edu_csv.pages.contexts.imports import CheckFilePage
from edu_csv.pages.contexts.parts import Choice, FootBar, Note
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted, listed, number, size
from imports import direct_uploads, services
from imports.formats.base import Format
from imports.models import DirectUpload, Mode, OnError
from imports.problems import FileRejected
from imports.requests import BadRequest, ImportRequest, NotAllowed
from imports.views import check_parts as parts
from imports.views import feeds, intake, templated
from imports.views.causes import plain
from imports.views.format_help import format_help
from imports.views.looking import LOOKED_AT_ROWS, Choices, Look, look_into
from imports.views.matching import Reading, column_matches, columns_sentence, read_as, seen_facts
from imports.views.new import FORMAT_URL, allowed_formats, parent_query
from imports.views.stakes import losses_said

ENDINGS = ("CSV", "TSV", "TXT", "PSV", "TAB", "XLSX", "ZIP", "GZ")
SAID = ("format", "action", "encoding", "delimiter")
WHICH = "Which format is it?"


@page(Ability.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def check_file(request: PersonRequest, upload_id: UUID) -> HttpResponse:
    """GET: look, by what the address says about the file. POST: make the plan."""
    upload = intake.find(request, upload_id)
    if upload.used_by_id is not None:
        # Sent twice, or come back to: the file has become an import.
        return HttpResponseRedirect(f"/imports/{upload.used_by_id}/")
    if request.method != "POST":
        return _show(request, upload, request.GET, [])
    return _make_plan(request, upload)


def _make_plan(request: PersonRequest, upload: DirectUpload) -> HttpResponse:
    given = request.POST
    parent = dict(parent_query(request)).get("parent")
    keeps = asked(given, "absent") != "empty"
    try:
        wanted = ImportRequest(
            format_key=asked(given, "format"),
            action=asked(given, "action"),
            mode=Mode.APPLY if asked(given, "mode") == Mode.APPLY else Mode.PREVIEW,
            on_error=asked(given, "on_error") or OnError.SKIP,
            encoding=asked(given, "encoding"),
            delimiter=given.get("delimiter", "")[:1],
            confirm_clear=not keeps,
            keep_absent=keeps,
            name=asked(given, "name", 200),
            parent=UUID(parent) if parent else None,
        )
        if not wanted.format_key:
            raise BadRequest("format", "required", "Choose the format: the header does not tell it.")
        with transaction.atomic():
            locked, kept = direct_uploads.finished(request.actor, upload.pk)
            made = services.receive_stored(request.actor, kept, upload.name, wanted)
            direct_uploads.give_to(locked, made)
    except (BadRequest, NotAllowed, FileRejected, MissingFile) as refusal:
        detail = getattr(refusal, "detail", "") or str(refusal)
        return _show(
            request, upload, given, [parts.refusal("The plan cannot be made yet", detail)], status=400
        )
    audit(
        request,
        "import.created",
        str(made.pk),
        name=wanted.name or upload.name,
        format=wanted.format_key,
        action=wanted.action,
        sha256=upload.sha256,
    )
    return HttpResponseRedirect(f"/imports/{made.pk}/")


def _show(
    request: PersonRequest, upload: DirectUpload, given: QueryDict, notes: list[Note], *, status: int = 200
) -> HttpResponse:
    delimiter = given.get("delimiter", "")[:1]  # a tab is no blank to be taken away
    choices = Choices(asked(given, "format"), asked(given, "action"), asked(given, "encoding", 20), delimiter)
    if choices.encoding not in ("", "utf-8", "windows-1252"):
        choices.encoding = ""
    if delimiter not in ("", ",", ";", "\t", "|"):
        choices.delimiter = ""
    allowed = list(allowed_formats(request).values())
    if templated.is_chosen(choices.format_key):
        shown = templated.template_page(request, upload, choices.format_key, allowed, given, notes)
        return render(request, "imports/check.html", shown, status=status)
    try:
        feed = feeds.look_at_feed(upload.key, upload.name, choices.format_key, allowed)
        if feed is not None:
            context = feed_page(request, upload, feed, allowed, given, notes)
            return render(request, "imports/check.html", context, status=status)
        look = look_into(upload.key, upload.name, choices)
        reading = None
        try:
            if told := templated.told_by(look, choices, allowed):
                shown = templated.template_page(request, upload, told, allowed, given, notes)
                return render(request, "imports/check.html", shown, status=status)
        except FileRejected as several:
            reading = Reading(look, None, None, choices.action, 0, None, {}, allowed)
            notes = [*notes, parts.refusal(WHICH, plain(several.detail))]
        reading = reading or read_as(look, choices, allowed, request.actor)
        if reading.fmt is None and (why := feeds.why_unknown(upload.key, upload.name)):
            # Nearly a feed, or a zip of several files that are none.
            if look.refused:
                look.refused = why
            else:
                notes = [*notes, parts.refusal(WHICH, why)]
    except MissingFile:
        raise Http404 from None
    context = check_page(request, upload, reading, choices, given, notes)
    return render(request, "imports/check.html", context, status=status)


def feed_page(
    request: PersonRequest,
    upload: DirectUpload,
    look: feeds.FeedLook,
    allowed: list[type[Format]],
    given: QueryDict,
    notes: list[Note],
) -> CheckFilePage:
    """A package or a layout of a feed: no action is asked for, and nothing of its text can be chosen."""
    url, parent = f"/imports/new/{upload.pk}/", parent_query(request)
    columns = feeds.column_lines(look)
    said = [("format", asked(given, "format")), *parent]
    return {
        "title": f"{'Files' if look.opened and look.opened.is_package else 'Columns'}: {upload.name}",
        "section": "imports",
        "crumbs": [{"label": "Imports", "href": "/imports/"}, {"label": "New import", "href": ""}],
        "upload": {
            "name": upload.name,
            "kind": "ZIP" if look.opened and look.opened.is_package else _kind(upload.name, Look()),
            "facts": [*feeds.facts(look), size(upload.bytes), "received whole"],
            "sha256": upload.sha256,
        },
        "seen": feeds.seen_facts(look, allowed, url, [pair for pair in said if pair[1]]),
        "files": feeds.file_lines(look),
        "columns": columns,
        "columns_sentence": columns_sentence(columns),
        "all_known": bool(columns) and all(column["state"] == "matched" for column in columns),
        "absent": None,
        "absent_rule": "",
        "name_field": parts.name_field(upload, given),
        "choices": parts.choices(given),
        "chosen": format_help(look.fmt, "", FORMAT_URL),
        "problems": [*notes, *feeds.notes(look)][:3],
        "change_url": url,
        "foot": parts.foot_bar(
            upload,
            why_not=look.why_not,
            sentence=look.why_not or feeds.what_is_next(look),
            fields={"format": look.fmt.key, **dict(parent)},
        ),
    }


def check_page(
    request: PersonRequest,
    upload: DirectUpload,
    reading: Reading,
    choices: Choices,
    given: QueryDict,
    notes: list[Note],
) -> CheckFilePage:
    look, url = reading.look, f"/imports/new/{upload.pk}/"
    said = [
        ("format", choices.format_key),
        ("action", choices.action),
        ("encoding", choices.encoding),
        ("delimiter", choices.delimiter),
        *parent_query(request),
    ]
    query = [(name, value) for name, value in said if value]
    columns = [] if look.refused else column_matches(reading)
    said_already = {note["title"] for note in notes}
    problems = [*notes, *(note for note in _problems(reading) if note["title"] not in said_already)][:2]
    return {
        "title": f"Columns: {upload.name}",
        "section": "imports",
        "crumbs": [{"label": "Imports", "href": "/imports/"}, {"label": "New import", "href": ""}],
        "upload": {
            "name": upload.name,
            "kind": _kind(upload.name, look),
            "facts": _facts(upload, look),
            "sha256": upload.sha256,
        },
        "seen": [] if look.refused else seen_facts(reading, url, query),
        "files": [],
        "columns": columns,
        "columns_sentence": columns_sentence(columns),
        "all_known": bool(columns) and all(column["state"] == "matched" for column in columns),
        "absent": _absent(reading, asked(given, "absent")),
        "absent_rule": "This format’s rule: an update without an optional column empties it in every row.",
        "name_field": parts.name_field(upload, given),
        "choices": parts.choices(given),
        "chosen": format_help(reading.fmt, reading.action, FORMAT_URL) if reading.fmt else None,
        "problems": problems,
        "change_url": url,
        "foot": _foot(upload, reading, choices, parent_query(request)),
    }


def _kind(name: str, look: Look) -> str:
    if look.packing:
        return "GZ" if look.packing == "gzip" else look.packing.upper()
    ending = name.rpartition(".")[2].upper()
    return "XLSX" if look.kind == "xlsx" else ending if ending in ENDINGS else "CSV"


def _facts(upload: DirectUpload, look: Look) -> list[str]:
    facts = [] if look.refused else [_row_count(look), counted(len(look.header), "column")]
    return [*facts, size(upload.bytes), "received whole"]


def _row_count(look: Look) -> str:
    return counted(look.row_count, "row") if look.is_whole else f"more than {number(LOOKED_AT_ROWS)} rows"


def _problems(reading: Reading) -> list[Note]:
    look = reading.look
    if look.refused:
        return [parts.refusal("This file was not read", look.refused)]
    found: list[Note] = []
    if reading.foreign is not None:
        kinds = list(dict.fromkeys(each.target.many for each in reading.allowed))
        many = reading.foreign.target.many
        text = f"Your role imports {listed(kinds)}. An administrator can import {many}."
        found.append(parts.refusal(f"This is a file of {many}", text))
    elif reading.fmt is None:
        text = (
            "Its header matches no format that you import, or more than one. Choose the format above; "
            "the header must have its required columns."
        )
        found.append(parts.refusal(WHICH, text))
    elif reading.fit and reading.fit.problem:
        found.append(parts.refusal("The header does not fit yet", plain(reading.fit.problem)))
    for note in look.notes:
        if note.code in (
            "looks_like_windows_1252",
            "may_be_windows_1252",
            "encoding_mark_wins",
            "header_repaired",
        ):
            found.append(
                {
                    "kind": "turn",
                    "icon": "info",
                    "title": "About the text of this file",
                    "text": note.message,
                    "actions": [],
                }
            )
    if look.bad_rows:
        rows = counted(look.bad_rows, "row")
        they = "It" if look.bad_rows == 1 else "They"
        text = (
            f"{rows} of the first {number(look.row_count)} cannot be read as a row. "
            f"{they} will stand in the plan as failed, with the reason."
        )
        found.append(
            {"kind": "plain", "icon": "warn", "title": f"{rows} cannot be read", "text": text, "actions": []}
        )
    return found


def _absent(reading: Reading, answer: str) -> Choice | None:
    """The question about optional columns that an update leaves out; None when there is none."""
    if not reading.at_stake or reading.fmt is None:
        return None
    headers = list(reading.at_stake)
    one = len(headers) == 1
    kind = reading.fmt.target.name
    within = "" if reading.look.is_whole else f" In the first {number(LOOKED_AT_ROWS)} rows:"
    losses = losses_said(kind, reading.at_stake)
    lost = f"{within} {listed(losses)}." if losses else f"{within} no object has a value to lose."
    return {
        "label": f"{listed(headers)} {'is' if one else 'are'} not in your file. What should happen to {'it' if one else 'them'}?",
        "options": [
            {
                "name": "absent",
                "value": "keep",
                "label": "Keep what is stored",
                "small": f"We fill {'the column' if one else 'these columns'} from the roster before planning. Nothing is lost.",
                "is_on": answer != "empty",
            },
            {
                "name": "absent",
                "value": "empty",
                "label": f"Empty {'it' if one else 'them'}",
                "small": lost.strip(),
                "is_on": answer == "empty",
            },
        ],
    }


def _foot(upload: DirectUpload, reading: Reading, choices: Choices, parent: list[tuple[str, str]]) -> FootBar:
    look = reading.look
    why_not = ""
    if look.refused:
        why_not = "This file cannot be read; send another one."
    elif reading.foreign is not None:
        why_not = f"Your role does not import {reading.foreign.target.many}."
    elif reading.fit is None or reading.fit.match is None:
        why_not = "The header does not fit a format yet."
    sentence = why_not or f"Next we compare {_row_count(look)} with the roster. Nothing changes yet."
    fields = {"format": reading.fmt.key if reading.fmt else "", "action": reading.action, **dict(parent)}
    fields |= {"encoding": choices.encoding, "delimiter": choices.delimiter}
    return parts.foot_bar(upload, why_not=why_not, sentence=sentence, fields=fields)
