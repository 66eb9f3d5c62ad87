"""What a person must see and type before a plan is approved."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Identifier

from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.pages import sentences
from edu_csv.pages.contexts.parts import Confirm, FootBar
from edu_csv.pages.words import counted, number
from edu_csv.roster.nouns import NOUNS, Noun
from edu_csv.roster.reach import reaching, within
from imports import plans
from imports.models import Import
from imports.views import names

# From so many deletes on their number must be typed, or from this share of what is there (ui.md section 6).
CONFIRM_FROM = 20
CONFIRM_SHARE = 0.05

LIVE = SQL("""
    {reaching} SELECT count(*) FROM {table} AS o
     WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL AND {within}
""")


def number_to_type(actor: Actor, upload: Import) -> int | None:
    """The number of deletes that must be typed to approve; None when they are few. One statement a kind at most."""
    deletes = int(upload.counts.get("deleted", 0))
    if not deletes:
        return None
    if deletes >= CONFIRM_FROM:
        return deletes
    by_kind = {kind: counts.get("deleted", 0) for kind, counts in plans.counts_by_kind(upload).items()}
    is_large = any(
        n and n >= CONFIRM_SHARE * _live(actor, upload, NOUNS[kind]) for kind, n in by_kind.items()
    )
    return deletes if is_large else None


def _live(actor: Actor, upload: Import, noun: Noun) -> int:
    """Live objects of a kind that the import is about, as far as the actor reaches."""
    reach = policy.import_reach(actor, noun.name)
    with connection.cursor() as cursor:
        cursor.execute(
            LIVE.format(reaching=reaching(reach), table=Identifier(noun.table), within=within(reach, noun)),
            {"institution": upload.institution_id, "granted": reach.granted},
        )
        found: tuple[Any, ...] = cursor.fetchone()
    return int(found[0])


def typed_number(text: str) -> int | None:
    """ "1,284" and "1 284" are 1284; None for what is no number."""
    digits = re.sub(r"[\s.,'’_\u00a0\u202f]", "", text)
    return int(digits) if digits.isdecimal() and len(digits) < 12 else None


def wrong_number(typed: str, wanted: int, deed: str) -> str:
    """ "You typed 13, the plan deletes 31." """
    shown = typed.strip()[:40]
    return (
        f"You typed {shown}, {deed} {number(wanted)}."
        if shown
        else f"Type the number: {deed} {number(wanted)}."
    )


def plan_stamp(upload: Import) -> str:
    """Which plan a page shows: approving another one than was seen is not approving."""
    return upload.planned_at.isoformat() if upload.planned_at else ""


def foot_bar(actor: Actor, upload: Import, *, typed: str = "", wrong: str = "") -> FootBar | None:
    """The bar that repeats the consequence; None when nothing would change."""
    counts = upload.counts
    changes = sentences.changes_in(counts)
    if not changes:
        return None
    wanted = number_to_type(actor, upload)
    confirm: Confirm | None = None
    if wanted is not None:
        confirm = {"number": wanted, "purpose": "to confirm the deletes", "wrong": wrong, "typed": typed}
    small = " ".join(filter(None, [sentences.left_out(counts), "You can undo it afterwards."]))
    return {
        "title": "",
        "sentence": sentences.approve(counts, names.kind(upload), names.effects(upload), names.kinds(upload)),
        "small": small,
        "action_url": names.address(upload, "approve"),
        "button": {"label": f"Approve {counted(changes, 'change')}", "href": ""},
        "others": [],
        "confirm": confirm,
        "fields": {"plan": plan_stamp(upload)},
        "is_stale": False,
    }
