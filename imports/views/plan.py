"""A plan that waits for approval: the sentence, its rows, what to look at first, the approve bar."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from edu_csv.pages import sentences
from edu_csv.pages.contexts.imports import PlanPage
from edu_csv.pages.contexts.parts import Action, Fact, FootBar, Note, RailItem
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.statuses import status_of
from edu_csv.pages.words import counted, listed, noun, number
from imports import plans
from imports.files import files_of
from imports.models import Import
from imports.views import names
from imports.views.approval import foot_bar
from imports.views.captures import with_captures
from imports.views.causes import failed_item
from imports.views.files import file_lines, note_about_files, refused_note
from imports.views.finding import may_decide
from imports.views.rows import CAUSES_ASKED, Filters, rows_of
from imports.views.stakes import losses_said

# A row may take several kinds of objects along; so many lines hold the three rows that take most.
LARGEST_ASKED, LARGEST_SHOWN = 12, 3


def show_plan(
    request: PersonRequest,
    upload: Import,
    *,
    notes: list[Note] | None = None,
    typed: str = "",
    wrong: str = "",
) -> HttpResponse:
    """The page of a waiting import. typed, wrong: after a number that was not the plan's."""
    foot = (
        foot_bar(request.actor, upload, typed=typed, wrong=wrong)
        if may_decide(request.actor, upload)
        else None
    )
    context = plan_page(request, upload, foot, notes or [])
    return render(request, "imports/plan.html", context, status=400 if wrong else 200)


def plan_page(request: PersonRequest, upload: Import, foot: FootBar | None, notes: list[Note]) -> PlanPage:
    facets, causes = plans.facets(upload), plans.counts_by_cause(upload, limit=CAUSES_ASKED)
    knock_on = plans.biggest_deletes(upload, limit=LARGEST_ASKED) if upload.counts.get("deleted") else None
    title = names.heading(upload)
    kind, files = names.kind(upload), files_of(upload)
    rail = [_deletes(upload, knock_on), _along(upload), failed_item(upload, causes), _warnings(upload)]
    return {
        "title": f"Plan: {title}",
        "section": "imports",
        "crumbs": [{"label": "Imports", "href": "/imports/"}, {"label": title, "href": ""}],
        "heading": title,
        "status": status_of(
            "awaiting_approval", is_yours=foot is not None or may_decide(request.actor, upload)
        ),
        "facts": facts(request, upload),
        "actions": _actions(upload),
        "sentence": with_captures(
            sentences.plan(
                upload.counts, kind, names.effects(upload), names.kinds(upload), len(files), len(files.unread)
            ),
            upload.review.get("captures", {}),
        ),
        "files": file_lines(upload, Filters.read(request.GET).file),
        "rows": rows_of(upload, request.GET, request.actor, facets, causes),
        "notes": [*notes, *_notes(request, upload)][:3],
        "rail": [item for item in rail if item is not None],
        "foot": foot,
    }


def facts(request: PersonRequest, upload: Import) -> list[Fact]:
    """File, format, rows, and whether the roster has moved since the plan was made."""
    same = request.institution.roster_version == upload.roster_version
    after = (
        "; nothing has changed since" if same else "; the roster has changed since, it will be planned again"
    )
    return [
        {"text": upload.file_name, "href": names.address(upload, "file")},
        {"text": names.what(upload)},
        {"text": counted(upload.counts.get("rows", 0), "row")},
        {"text": "planned", "at": upload.planned_at, "after": after},
        {"text": f"sent by {upload.job.submitted_by}"},
        {"text": f"Import {upload.number}"},
        *filter(None, [names.same_file(upload)]),
    ]


def _actions(upload: Import) -> list[Action]:
    return [
        {"label": "Download plan", "href": names.address(upload, "results.csv").rstrip("/"), "icon": "in"},
        {
            "label": "Plan again",
            "href": names.address(upload, "plan-again"),
            "icon": "redo",
            "method": "post",
        },
        {
            "label": "Cancel import",
            "href": names.address(upload, "cancel"),
            "kind": "ghost",
            "method": "post",
        },
    ]


def _notes(request: PersonRequest, upload: Import) -> list[Note]:
    notes: list[Note] = []
    if upload.plan_changed:
        notes.append(
            {
                "kind": "turn",
                "icon": "redo",
                "title": "The roster has moved since this was approved",
                "text": "Everything was planned again, and some rows come out otherwise than you approved. "
                "Nothing was applied. Look at them, then approve once more.",
                "actions": [
                    {"label": "Show these rows", "href": f"{names.address(upload)}?plan_changed=true"}
                ],
            }
        )
    notes += filter(None, [refused_note(upload), note_about_files(upload)])
    notes += filter(None, [_clears(upload), _removes(upload)])
    if not may_decide(request.actor, upload):
        notes.append(
            {
                "kind": "plain",
                "icon": "lock",
                "title": "Your role cannot approve this",
                "text": f"Your role does not import {noun(names.kind(upload), 2)}. An administrator can.",
                "actions": [],
            }
        )
    return notes


def _removes(upload: Import) -> Note | None:
    """Memberships that would end, when they are many (csv data import 2.4)."""
    if "removes_many" not in upload.review.get("reasons", []):
        return None
    removed, removable = upload.review["removed"], upload.review["removable"]
    return {
        "kind": "turn",
        "icon": "people",
        "title": f"{counted(removed, 'membership')} of {removable:,} would end",
        "text": "The template replaces the groups of people who are in the file. That is more than a fifth of what it could"
        " end: check that the file is complete before you approve it.",
        "actions": [],
    }


def _clears(upload: Import) -> Note | None:
    """Sentence 18: which columns are not in the file, and how many values would go with them."""
    if "clears_columns" not in upload.review.get("reasons", []):
        return None
    # In the format's order; what the database keeps as JSON has none.
    numbers = upload.review.get("clears", {})
    absent = [header for header in upload.seen.get("absent", []) if header in numbers]
    losses = losses_said(names.kind(upload), {header: numbers[header] for header in absent})
    if losses:
        text = f"This format empties an optional column that an update leaves out: {listed(losses)}."
    else:
        text = (
            "This format empties an optional column that an update leaves out. No object has a value to lose."
        )
    return {
        "kind": "turn",
        "icon": "columns",
        "title": f"{listed(absent)} {'is' if len(absent) == 1 else 'are'} not in your file",
        "text": text,
        "actions": [
            {
                "label": "Keep what is stored",
                "href": names.address(upload, "plan-again"),
                "method": "post",
                "fields": {"keep_absent": "yes"},
            }
        ],
    }


def _deletes(upload: Import, knock_on: plans.KnockOn | None) -> RailItem | None:
    """Deletes with what they take along; the largest first."""
    deletes = upload.counts.get("deleted", 0)
    if not deletes or knock_on is None:
        return None
    lost = [counted(count, kind) for kind, count in sorted(knock_on.lost.items(), key=lambda of: of[1])]
    # One line a row, with what it takes most of.
    by_row = {big.row: big for big in reversed(knock_on.largest)}
    largest = sorted(by_row.values(), key=lambda big: -big.count)[:LARGEST_SHOWN]
    text = "Nothing hangs on them."
    if lost:
        of = f" of {counted(knock_on.people, 'person')}" if knock_on.people else ""
        text = f"{listed(lost)}{of} {'ends' if sum(knock_on.lost.values()) == 1 else 'end'} with {'it' if deletes == 1 else 'them'}."
    if len(largest) > 1:
        text += f" The {len(largest)} largest:" if deletes > len(largest) else " The largest first:"
    kind = names.kind(upload)
    return {
        "outcome": "deleted",
        "icon": "",
        "title": f"{counted(deletes, kind)} {'goes' if deletes == 1 else 'go'}",
        "text": text,
        "points": [
            {
                "count": big.count,
                "text": big.key.partition(" · ")[2] or noun(big.object_type, big.count),
                "id": big.key.partition(" · ")[0],
                "href": names.object_href(big.kind, big.object_id),
            }
            for big in largest
        ],
        "actions": [
            {
                "label": "Show it" if deletes == 1 else f"Show all {number(deletes)}",
                "href": f"{names.address(upload)}?outcome=deleted",
            }
        ],
    }


def _along(upload: Import) -> RailItem | None:
    """Side effects nobody typed: what is made or changed beside the rows' own objects."""
    words = {"created": "made", "updated": "changed", "revived": "brought back"}
    points = [
        (count, f"{noun(kind, count)} {words[operation]} along")
        for kind, by in names.effects(upload).items()
        for operation, count in by.items()
        if operation in words and count
    ]
    if not points:
        return None
    return {
        "outcome": "updated",
        "icon": "",
        "title": "What happens beside the rows",
        "text": "The rows say so without naming these; each row lists its own.",
        "points": [{"count": count, "text": text} for count, text in points],
        "actions": [],
    }


def _warnings(upload: Import) -> RailItem | None:
    warnings = upload.counts.get("warnings", 0)
    if not warnings:
        return None
    return {
        "outcome": None,
        "icon": "info",
        "title": counted(warnings, "warning"),
        "text": "Rows that are applied all the same, with something to know about them.",
        "points": [],
        "actions": [],
    }
