"""One export: how it goes, what is in it, what could not be."""

from __future__ import annotations

from typing import Literal

from django.utils.html import format_html

from edu_csv.access import policy
from edu_csv.front.exports.form import DELIMITERS
from edu_csv.front.exports.lines import export_href, export_name, export_status, filter_text, has_file
from edu_csv.front.progress import done_of
from edu_csv.jobs.models import State, Status
from edu_csv.pages.contexts.exports import ExportPage
from edu_csv.pages.contexts.parts import Action, Fact, Note, Sentence
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted, noun, number, size
from exports import services
from exports.models import Export
from exports.omissions import FIELD, OBJECT
from imports.formats.exporting import sheets
from imports.formats.registry import formats

REASONS_SHOWN = 5


def export_page(request: PersonRequest, export: Export) -> ExportPage:
    name = export_name(export)
    facts: list[Fact] = [{"text": filter_text(export) or "everything"}]
    facts += [{"text": f"by {export.job.submitted_by}"}, {"text": "asked for", "at": export.job.created_at}]
    if has_file(export):
        facts.append({"text": "kept until", "at": export.expires_at})
    return {
        "title": f"Export: {name}",
        "section": "exports",
        "crumbs": [{"label": "Exports", "href": "/exports/"}, {"label": name, "href": ""}],
        "heading": name,
        "status": export_status(export),
        "facts": facts,
        "sentence": _sentence(export),
        "actions": _actions(request, export),
        "notes": _notes(export),
        "details": _details(export),
        "is_active": export.job.state != State.ENDED,
        "self_url": export_href(export, "part"),
    }


def _sentence(export: Export) -> Sentence:
    job = export.job
    if job.state == State.QUEUED:
        return {"lead": "It waits for its turn.", "rest": "You can leave this page: it begins by itself."}
    if job.state == State.RUNNING:
        return {"lead": done_of(job) or "It has begun.", "rest": "You can leave this page."}
    if job.status == Status.FAILED:
        return {"lead": str((job.problem or {}).get("detail", "No file was made.")), "rest": "Export again."}
    if job.status == Status.CANCELLED:
        return {"lead": "This export was cancelled.", "rest": "No file was made."}
    if not has_file(export):
        return {
            "lead": "The file was deleted by its retention.",
            "rest": "Export again for what is there now.",
        }
    rows = export.rows or 0
    return {
        "lead": format_html("<b>{} {} ready.</b>", counted(rows, "row"), "is" if rows == 1 else "are"),
        "rest": "Each download is a link of its own, which works for whoever holds it while it lasts.",
    }


def _actions(request: PersonRequest, export: Export) -> list[Action]:
    actions: list[Action] = []
    if has_file(export):
        label = f"Download {size(export.bytes)}" if export.bytes is not None else "Download"
        actions.append({"label": label, "href": export_href(export, "file"), "kind": "primary", "icon": "in"})
    fmt = formats().get(export.format_key)
    if fmt and has_file(export) and fmt.importable and policy.may_import(request.actor, fmt.target.name):
        action = "update" if "update" in fmt.actions else fmt.actions[0]
        # Rows of feeds say themselves what they do.
        said = "" if fmt.key in sheets() else f"&action={action}"
        actions.append({"label": "Edit and import again", "href": f"/imports/new/?format={fmt.key}{said}"})
    if export.job.state == State.ENDED and services.may_delete(request.actor, export):
        actions.append(
            {"label": "Delete", "href": export_href(export, "delete"), "method": "post", "kind": "ghost"}
        )
    return actions


def _notes(export: Export) -> list[Note]:
    """What was left out, then what got lost of what was written."""
    omitted = services.omitted_from(export)
    actions: list[Action] = []
    if has_file(export) and export.omitted_key:
        actions.append({"label": "List of them", "href": export_href(export, "omitted"), "icon": "in"})
    notes: list[Note] = []
    if left_out := [each for each in omitted if each.what == OBJECT]:
        count = sum(each.count for each in left_out)
        kinds = {each.object_type for each in left_out}
        called = noun(kinds.pop(), count) if len(kinds) == 1 else "objects"
        title = f"{number(count)} {called} {'has' if count == 1 else 'have'} no place in this format"
        notes.append(_note(title, left_out, "failed", actions))
    if lost := [each for each in omitted if each.what == FIELD]:
        fields = len({(each.object_type, each.column) for each in lost})
        family = export_name(export).split()[0]
        title = f"{counted(fields, 'field')} {'has' if fields == 1 else 'have'} no place in {family}"
        notes.append(_note(title, lost, "plain", [] if notes else actions))
    return notes


def _note(
    title: str, omitted: list[services.Omission], kind: Literal["failed", "plain"], actions: list[Action]
) -> Note:
    alike = len({each.object_type for each in omitted}) == 1
    reasons = [_reason(each, alike=alike) for each in omitted[:REASONS_SHOWN]]
    if len(omitted) > REASONS_SHOWN:
        reasons.append(f"{counted(len(omitted) - REASONS_SHOWN, 'more reason')} in the list.")
    return {"kind": kind, "icon": "warn", "title": title, "text": " ".join(reasons), "actions": actions}


def _reason(omission: services.Omission, *, alike: bool) -> str:
    """ "1,204: Email is blank …"; beside those of other kinds "1,204 people: …"."""
    count = number(omission.count) if alike else counted(omission.count, omission.object_type)
    return f"{count}: {omission.message}"


def _details(export: Export) -> list[tuple[str, str]]:
    details = [
        ("Format", export.format_key),
        ("Separator", DELIMITERS.get(export.delimiter, export.delimiter)),
    ]
    if export.rows is not None:
        details.append(("Rows", number(export.rows)))
    if services.is_package(export):
        details += [(each["name"], counted(each["rows"], "row")) for each in export.files if each["name"]]
    if export.bytes is not None:
        details.append(("Size", size(export.bytes)))
    if export.sha256:
        details.append(("SHA-256", export.sha256))
    switches = (
        (export.compression, "compressed with gzip"),
        (export.spreadsheet_safe, "formula signs made safe"),
        (export.byte_order_mark, "marked as UTF-8"),
    )
    said = [word for is_on, word in switches if is_on]
    if said:
        details.append(("Written", ", ".join(said)))
    return details
