"""Undo: first what it would do, then, when its number was typed, the deed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from edu_csv.access import policy
from edu_csv.access.policy import Ability
from edu_csv.jobs.models import Status
from edu_csv.pages import sentences
from edu_csv.pages.contexts.imports import UndoPage
from edu_csv.pages.contexts.parts import (
    Action,
    Confirm,
    FootBar,
    Note,
    OutcomeName,
    Pager,
    RailItem,
    Segment,
    Sentence,
)
from edu_csv.pages.contexts.parts import Status as Pill
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.paging import PAGE_SIZE
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.statuses import status_of
from edu_csv.pages.tallies import UNDO_WORDS, segments
from edu_csv.pages.words import counted, listed, noun, number
from imports import services, undo, undone
from imports.models import Import
from imports.requests import NotAllowed, UndoRequest, WrongState
from imports.views import names, void_words
from imports.views.approval import CONFIRM_FROM, typed_number, wrong_number
from imports.views.conflicts import conflicts_of, why_left
from imports.views.finding import find_import, may_be_undone, may_decide

BY_TYPE_WORDS: dict[str, tuple[OutcomeName, str]] = {
    "removed": ("deleted", "removed again"),
    "put_back": ("updated", "put back"),
    "brought_back": ("created", "brought back"),
}


@page(Ability.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def undo_import(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """GET: the preview, computed now; nothing is changed. POST: the undo is queued.

    Of an import that is undone: what that did. With ``again``, the preview of undoing what it left.
    """
    upload = find_import(request, import_id)
    again = undone.has_left(upload) and (request.method == "POST" or bool(asked(request.GET, "again")))
    if upload.job.status == Status.VOIDED and not again:
        return _show(request, upload, upload.void or {}, is_done=True)
    if not (again or may_be_undone(upload)):
        return HttpResponseRedirect(names.address(upload))
    try:
        # Whoever only looks on may see what an undo would do, as they see all of the import.
        if may_decide(request.actor, upload):
            services.check_undo(request.actor, upload)
    except NotAllowed as refusal:
        messages.info(request, str(refusal))
        return HttpResponseRedirect(names.address(upload))
    found = undo.preview(upload)
    if request.method != "POST":
        return _show(request, upload, found)
    return _undo(request, upload, found)


def _undo(request: PersonRequest, upload: Import, found: dict[str, Any]) -> HttpResponse:
    if not may_decide(request.actor, upload):
        return _show(request, upload, found)
    wanted = number_to_type(found)
    typed = request.POST.get("confirm", "")[:60]
    if wanted is not None and typed_number(typed) != wanted:
        wrong = wrong_number(typed, wanted, "undoing removes")
        return _show(request, upload, found, typed=typed, wrong=wrong)
    try:
        services.void(request.actor, upload, UndoRequest())
    except (WrongState, NotAllowed):
        # Somebody else was quicker: the import's page says how it stands.
        return HttpResponseRedirect(names.address(upload))
    audit(request, "import.undone", str(upload.pk), name=names.heading(upload), **_totals(found))
    return HttpResponseRedirect(names.address(upload))


def number_to_type(found: dict[str, Any]) -> int | None:
    """The number of objects removed and statements voided, when they are so many that it must be typed."""
    gone = int(found.get("removed", 0)) + void_words.voided(found)
    return gone if gone >= CONFIRM_FROM else None


def _totals(found: dict[str, Any]) -> dict[str, int]:
    return {name: found.get(name, 0) for name in ("removed", "put_back", "brought_back", "conflicts_total")}


def _show(
    request: PersonRequest,
    upload: Import,
    found: dict[str, Any],
    *,
    typed: str = "",
    wrong: str = "",
    is_done: bool = False,
) -> HttpResponse:
    context = undo_page(request, upload, found, typed=typed, wrong=wrong, is_done=is_done)
    return render(request, "imports/undo.html", context, status=400 if wrong else 200)


def undo_page(
    request: PersonRequest,
    upload: Import,
    found: dict[str, Any],
    *,
    typed: str,
    wrong: str,
    is_done: bool,
) -> UndoPage:
    totals, kind, title = _totals(found), _kind(upload, found), names.heading(upload)
    first = _first_shown(asked(request.GET, "from"), found)
    conflicts = found.get("conflicts", [])[first : first + PAGE_SIZE]
    counts: dict[str, int] = {
        "deleted": totals["removed"],
        "updated": totals["put_back"],
        "created": totals["brought_back"],
        "held": totals["conflicts_total"],
    }
    more = " more" if undone.has_left(upload) else ""
    status: Pill = {"kind": "plain", "label": f"A preview: nothing{more} is undone yet"}
    left = totals["conflicts_total"]
    return {
        "title": f"{'Undone' if is_done else 'Undo'}: {title}",
        "section": "imports",
        "crumbs": [
            {"label": "Imports", "href": "/imports/"},
            {"label": title, "href": names.address(upload)},
            {"label": "Undo", "href": ""},
        ],
        "heading": f"{'Undone' if is_done else 'Undo'}: {title}",
        "status": status_of(Status.VOIDED) if is_done else status,
        "facts": [
            {"text": names.what(upload)},
            {"text": "applied", "at": upload.applied_at, "after": f", sent by {upload.job.submitted_by}"},
            {"text": counted(sentences.changes_in(upload.counts), "change")},
        ],
        "actions": _actions(request, upload, is_done=is_done),
        "sentence": _sentence(found, totals, kind, is_done=is_done),
        "segments": _segments(found, counts),
        "scopes": None,
        "object_word": noun(kind, 1),
        "conflicts_title": f"{number(left)} left alone" if left else "Nothing stands in the way",
        "conflicts": conflicts_of(upload, conflicts, policy.read_reach(request.actor)),
        "pager": _pager(
            upload, first, len(conflicts), left, len(found.get("conflicts", [])), is_done=is_done
        ),
        "rail": _rail(found),
        "notes": [*_notes(request, upload, is_done=is_done), *([] if is_done else void_words.notes(found))],
        "foot": None if is_done else _foot(request, upload, found, typed, wrong),
    }


def _actions(request: PersonRequest, upload: Import, *, is_done: bool) -> list[Action]:
    back: Action = {"label": "Back to the import", "href": names.address(upload), "kind": "ghost"}
    if not (is_done and undone.has_left(upload) and may_decide(request.actor, upload)):
        return [back]
    more: Action = {
        "label": "Undo what was left…",
        "href": f"{names.address(upload, 'undo')}?again=1",
        "icon": "undo",
    }
    return [back, more]


def _sentence(found: dict[str, Any], totals: dict[str, int], kind: str, *, is_done: bool) -> Sentence:
    said = sentences.undo(
        totals["removed"],
        totals["put_back"],
        totals["brought_back"],
        totals["conflicts_total"],
        kind,
        why_left(found),
    )
    has_roster = any(totals.values())
    if is_done and void_words.voided(found) and not has_roster:
        return void_words.done(found)
    return void_words.before(found, said, changes_roster=has_roster)


def _segments(found: dict[str, Any], counts: dict[str, int]) -> list[Segment]:
    """What becomes of statements, then of the roster; the roster's noughts are left out beside statements."""
    roster = segments(counts, words=UNDO_WORDS)
    if not found.get("statements") or (any(counts.values()) and not void_words.voided(found)):
        return roster
    statements: Segment = {
        "outcome": "deleted",
        "count": void_words.voided(found),
        "word": f"{noun('statement', void_words.voided(found))} voided",
        "href": "",
        "is_on": False,
    }
    return [statements, *roster] if any(counts.values()) else [statements]


def _kind(upload: Import, found: dict[str, Any]) -> str:
    """What the changes are about: the import's own kind, or "object" when others come along."""
    kinds = list(found.get("by_type", {}))
    return kinds[0] if len(kinds) == 1 else names.kind(upload) if not kinds else "object"


def _first_shown(text: str, found: dict[str, Any]) -> int:
    first = int(text) if text.isdecimal() and len(text) < 6 else 0
    return first if first < len(found.get("conflicts", [])) else 0


def _pager(upload: Import, first: int, shown: int, total: int, at_hand: int, *, is_done: bool) -> Pager:
    url = names.address(upload, "undo")
    again = undone.has_left(upload) and not is_done
    following = first + shown
    return {
        "first": first + 1 if shown else 0,
        "last": following,
        "total": total,
        "what": "conflicts",
        "note": "" if at_hand == total else f"; the first {number(at_hand)} are listed",
        "first_href": (f"{url}?again=1" if again else url) if first else "",
        "next_href": f"{url}?from={following}{'&again=1' if again else ''}" if following < at_hand else "",
        "page_size": PAGE_SIZE,
    }


def _rail(found: dict[str, Any]) -> list[RailItem]:
    """By kind of object: what goes, what is put back, what comes back with it."""
    items: list[RailItem] = []
    for operation, (outcome, word) in BY_TYPE_WORDS.items():
        kinds = {kind: by[operation] for kind, by in found.get("by_type", {}).items() if by.get(operation)}
        if kinds:
            items.append(
                {
                    "outcome": outcome,
                    "icon": "",
                    "title": word.capitalize(),
                    "text": "",
                    "points": [{"count": count, "text": noun(kind, count)} for kind, count in kinds.items()],
                    "actions": [],
                }
            )
    return items


def _notes(request: PersonRequest, upload: Import, *, is_done: bool) -> list[Note]:
    if is_done or may_decide(request.actor, upload):
        return []
    text = f"Your role does not import {noun(names.kind(upload), 2)}. An administrator can."
    return [
        {"kind": "plain", "icon": "lock", "title": "Your role cannot undo this", "text": text, "actions": []}
    ]


def _foot(
    request: PersonRequest, upload: Import, found: dict[str, Any], typed: str, wrong: str
) -> FootBar | None:
    totals = _totals(found)
    voided = void_words.voided(found)
    objects = totals["removed"] + totals["put_back"] + totals["brought_back"]
    changes = objects + voided
    if not changes or not may_decide(request.actor, upload):
        return None
    verbs = {"removed": "removes", "put_back": "puts back", "brought_back": "brings back"}
    said = [f"{verb} {number(totals[name])}" for name, verb in verbs.items() if totals[name]]
    what = f"{listed(said)} {noun('object', objects)}" if said else ""
    voids = f"voids {counted(voided, 'statement')}" if voided else ""
    left = totals["conflicts_total"]
    stay = (
        f"{counted(left, 'change')} {'stays' if left == 1 else 'stay'} as {'it is' if left == 1 else 'they are'}. "
        if left
        else ""
    )
    wanted = number_to_type(found)
    confirm: Confirm | None = None
    if wanted is not None:
        confirm = {"number": wanted, "purpose": "to confirm the removals", "wrong": wrong, "typed": typed}
    button: Action = {
        "label": f"Undo {counted(changes, 'change')}",
        "href": "",
        "icon": "undo",
        "kind": "danger",
    }
    return {
        "title": "",
        "sentence": f"Undoing {listed([part for part in (what, voids) if part])}.",
        "small": f"{stay}All of it happens or none of it. An undo cannot itself be undone; the file can be sent again.",
        "action_url": names.address(upload, "undo"),
        "button": button,
        "others": [],
        "confirm": confirm,
        "fields": {},
        "is_stale": False,
    }
