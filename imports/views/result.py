"""An import that has ended: done, refused, cancelled or undone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.http import urlencode

from edu_csv.jobs.models import Status
from edu_csv.pages import sentences
from edu_csv.pages.contexts.imports import ImportLine, ResultPage, ResultTab
from edu_csv.pages.contexts.parts import Action, Fact, Note, RailItem, Sentence
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.statuses import status_of
from edu_csv.pages.words import counted, duration, listed, number
from imports import plans, services
from imports.files import files_of
from imports.formats.feed import Layout, Package
from imports.formats.registry import find as find_format
from imports.formats.registry import formats
from imports.kept import kept_said
from imports.models import Import
from imports.steps import report
from imports.views import names, void_words
from imports.views.causes import failed_item
from imports.views.conflicts import why_left
from imports.views.files import file_lines, note_about_files, refused_note
from imports.views.finding import may_be_undone, may_decide
from imports.views.lines import lines_of
from imports.views.rows import CAUSES_ASKED, Filters, counts_shown, rows_of

# Children of one import that its page lists; the list of imports has all.
CHILDREN_SHOWN = 20


def show_result(request: PersonRequest, upload: Import) -> HttpResponse:
    return render(request, "imports/result.html", result_page(request, upload))


def result_page(request: PersonRequest, upload: Import) -> ResultPage:
    title = names.heading(upload)
    was_read = bool(upload.counts.get("rows"))
    filters = Filters.read(request.GET)
    causes = plans.counts_by_cause(upload, limit=CAUSES_ASKED) if was_read else plans.Causes([], 0)
    failed = failed_item(upload, causes)
    status = status_of(upload.job.status, upload.counts, unread=len(files_of(upload).unread))
    return {
        "title": f"{status['label']}: {title}",
        "section": "imports",
        "crumbs": [{"label": "Imports", "href": "/imports/"}, {"label": title, "href": ""}],
        "heading": title,
        "status": status,
        "facts": _facts(upload),
        "actions": _actions(request, upload),
        "sentence": _sentence(upload),
        "notes": [*filter(None, [refused_note(upload), note_about_files(upload)]), *_notes(upload)],
        "files": file_lines(upload, filters.file),
        "total": counts_shown(upload, filters)["rows"] if was_read else None,
        "tabs": _tabs(request, upload) if was_read else [],
        "rows": rows_of(upload, request.GET, request.actor, plans.facets(upload), causes)
        if was_read
        else None,
        "downloads": _downloads(upload),
        "children": _children(request, upload),
        "rail": [item for item in (failed, _undone(upload)) if item is not None],
    }


def _sentence(upload: Import) -> Sentence:
    status, kind = upload.job.status, names.kind(upload)
    if status == Status.FAILED:
        return sentences.refused(
            str((upload.job.problem or {}).get("detail", "This import could not be carried out."))
        )
    if status == Status.CANCELLED:
        return sentences.cancelled()
    if status == Status.VOIDED:
        return undone_sentence(upload.void or {}, kind)
    files = files_of(upload)
    if upload.switches.get("validate_only"):
        return sentences.checked(upload.counts, len(files), len(files.unread))
    return sentences.result(
        upload.counts, kind, names.effects(upload), names.kinds(upload), len(files), len(files.unread)
    )


def undone_sentence(void: dict[str, Any], kind: str) -> Sentence:
    """ "Undone: 3 sections removed again, 4 put back, 2 brought back." """
    counts = [
        (void.get("removed", 0), "removed again"),
        (void.get("put_back", 0), "put back"),
        (void.get("brought_back", 0), "brought back"),
    ]
    parts = [f"{number(count)} {word}" for count, word in counts if count]
    left = void.get("conflicts_total", 0)
    if not parts and not left and void_words.voided(void):
        return void_words.done(void)
    if void_words.voided(void):
        parts.append(f"{counted(void_words.voided(void), 'statement')} voided")
    nothing = "Nothing was undone." if left else "Undone. There was nothing to take back."
    lead = format_html("<b>{}</b>", f"Undone: {listed(parts)}." if parts else nothing)
    why = why_left(void)
    return {
        "lead": lead,
        "rest": f"{counted(left, 'change')} {'was' if left == 1 else 'were'} left alone, {why.said(left)}.{why.first(left)}"
        if left
        else "The roster is as it was before this import.",
    }


def _facts(upload: Import) -> list[Fact]:
    job = upload.job
    facts: list[Fact] = [
        {"text": upload.file_name, "href": names.address(upload, "file")},
        {"text": names.what(upload) or "format not recognised"},
        {"text": f"sent by {job.submitted_by}", "at": job.created_at},
        {"text": f"Import {upload.number}"},
    ]
    if same := names.same_file(upload):
        facts.append(same)
    if upload.approved_by:
        facts.append({"text": f"approved by {upload.approved_by}", "at": upload.approved_at})
    if upload.applied_at:
        took = (upload.applied_at - (upload.approved_at or job.started_at or job.created_at)).total_seconds()
        facts.append({"text": "applied", "at": upload.applied_at, "after": f" in {duration(max(0.1, took))}"})
    elif job.finished_at:
        facts.append({"text": "ended", "at": job.finished_at})
    return facts


def _actions(request: PersonRequest, upload: Import) -> list[Action]:
    actions: list[Action] = []
    if upload.counts.get("failed"):
        actions.append(_download(upload, "failed"))
    if may_decide(request.actor, upload) and may_be_undone(upload):
        actions.append({"label": "Undo…", "href": names.address(upload, "undo"), "icon": "undo"})
    return actions


def _downloads(upload: Import) -> list[Action]:
    found: list[Action] = []
    if upload.counts.get("rows"):
        found.append(_download(upload, "results"))
    if upload.counts.get("failed"):
        found.append(_download(upload, "failed"))
    found.append({"label": "The upload", "href": names.address(upload, "file"), "icon": "file"})
    return found


def _download(upload: Import, kind: str) -> Action:
    href = names.address(upload, f"{kind}.csv").rstrip("/")
    return {"label": f"{kind}{report.ending(upload)}", "href": href, "icon": "in"}


def again_href(upload: Import) -> str:
    """A new import that continues this one: same format and action, listed under it."""
    asked = {"format": upload.format_key, "action": upload.action, "parent": str(upload.pk)}
    return f"/imports/new/?{urlencode({name: value for name, value in asked.items() if value})}"


def _notes(upload: Import) -> list[Note]:
    failed = upload.counts.get("failed", 0)
    if upload.job.status == Status.FAILED and not upload.counts.get("rows"):
        return [_what_to_do(upload)]
    if failed and upload.job.status not in (Status.VOIDED, Status.CANCELLED):
        they = "it" if failed == 1 else "them"
        return [
            {
                "kind": "failed",
                "icon": "warn",
                "title": f"{counted(failed, 'row')} {'waits' if failed == 1 else 'wait'} for correction",
                "text": f"Download failed{report.ending(upload)}, correct {they} there, and send that file as it is: the columns that "
                "begin with “_” are read past. Rows that went through need not be sent again.",
                "actions": [
                    _download(upload, "failed"),
                    {"label": "Send the corrected rows", "href": again_href(upload), "icon": "out"},
                ],
            }
        ]
    return []


def _what_to_do(upload: Import) -> Note:
    """The way on from a refused file: the formats it may be meant as, and another try."""
    candidates = [key for key in (upload.job.problem or {}).get("candidates", []) if key in formats()]
    actions: list[Action] = [
        {
            "label": f"Columns of {names.format_name(formats()[key])}",
            "href": f"/help/formats/{key}/",
        }
        for key in candidates[:3]
    ]
    return {
        "kind": "failed",
        "icon": "stop",
        "title": "Mend the file and send it again",
        "text": way_on(upload),
        "actions": [*actions, {"label": "New import", "href": again_href(upload), "icon": "plus"}],
    }


def way_on(upload: Import) -> str:
    """What a refused file needs, and what is kept of it."""
    kept = kept_said(upload)
    stored = f"The upload is kept {kept}." if kept else "The upload is kept as it came."
    fmt = find_format(upload.format_key)
    if fmt is not None and issubclass(fmt, Layout | Package):
        # Which it is, is plain; what is wrong with it, no other format would mend.
        return f"{stored} Correct what the sentence above names."
    return f"{stored} Correct what the sentence above names, or choose the format yourself."


def _tabs(request: PersonRequest, upload: Import) -> list[ResultTab]:
    filters = Filters.read(request.GET)
    counts = upload.counts
    tabs: list[tuple[str, str, int]] = []
    if counts.get("failed"):
        tabs.append(("Failed", "failed", counts["failed"]))
    if counts.get("held"):
        tabs.append(("Held", "held", counts["held"]))
    if changed := sentences.changes_in(counts):
        tabs.append(("What changed", "changed", changed))
    tabs.append(("All rows", "all", counts["rows"]))
    chosen = filters.outcomes or (_tab_shown(filters, counts),)
    return [
        {
            "label": label,
            "href": f"{names.address(upload)}?outcome={outcome}",
            "count": count,
            "is_on": chosen == (outcome,),
        }
        for label, outcome, count in tabs
    ]


def _tab_shown(filters: Filters, counts: dict[str, int]) -> str:
    """What the page shows unasked: failed rows alone, where nothing else is to be told, else all of them."""
    shown = [outcome.name.lower() for outcome in filters.wanted(counts)]
    there = [outcome for outcome in shown if counts.get(outcome)]
    if there and all(outcome in sentences.CHANGING for outcome in there):
        return "changed"
    return there[0] if there in (["failed"], ["held"]) else "all"


def _children(request: PersonRequest, upload: Import) -> list[ImportLine]:
    children = services.visible_imports(request.actor).filter(parent_id=upload.pk)
    return lines_of(request.actor, list(children[:CHILDREN_SHOWN]))


def _undone(upload: Import) -> RailItem | None:
    left = (upload.void or {}).get("conflicts_total", 0)
    if upload.job.status != Status.VOIDED or not left:
        return None
    return {
        "outcome": "held",
        "icon": "",
        "title": f"{counted(left, 'change')} left alone",
        "text": "Something later changed them or hangs on them; undo never overwrites later work. Once that is taken back,"
        " what was left can be undone again.",
        "points": [],
        "actions": [{"label": "Show them", "href": names.address(upload, "undo")}],
    }
