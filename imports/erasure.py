"""Erasing a person from what imports keep: stored plans, conflicts, result files (design section 11).

Uploads stay until their retention ends; whatever is made of an older one leaves the person's cells empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import lru_cache
from hashlib import sha1
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from psycopg.sql import SQL, Literal

from edu_csv import storage
from edu_csv.access import services as access
from edu_csv.activity.events.erasing import Emptied, empty_texts
from edu_csv.activity.queries import count_naming
from edu_csv.activity.xapi import agent_key
from edu_csv.roster import erasure as roster
from edu_csv.roster.activity_nouns import ANSWER_REVISION, POLL_ANSWER_REVISION, QUESTION
from edu_csv.roster.nouns import (
    ENROLLMENT,
    MEMBERSHIP,
    PERSON,
    PERSON_ATTRIBUTES,
    PERSONA,
    VIEWING_PERMISSION,
)
from imports.formats.registry import find as find_format
from imports.formats.templated import is_template
from imports.formats.text import fold
from imports.models import Erasure, Import
from imports.reach import nouns_of
from imports.steps.record import tables

# Nouns whose rows tell of somebody.
PERSONAL = frozenset(
    noun.code
    for noun in (
        PERSON, ENROLLMENT, MEMBERSHIP, PERSON_ATTRIBUTES, PERSONA, VIEWING_PERMISSION,
        QUESTION, ANSWER_REVISION, POLL_ANSWER_REVISION,
    )
)  # fmt: skip
# What a problem says of an erased value.
PLACEHOLDER = "(erased)"

# What separates ids in a cell that lists several, and from what it says of them: ``P-1;P-2``, ``Parent:P-1|Auditor:P-2``,
# ``[{"Type": "Parent", "Id": "P-1"}]``.
BETWEEN_IDS = r'[;|:,"{}\[\]]'
_IS_THEIRS = SQL("lower(btrim(cell.text)) = ANY (%(known)s::text[])")
_NAMED = SQL("""
    EXISTS (SELECT FROM regexp_split_to_table(cell.text, {between}) AS part (text)
             WHERE lower(btrim(part.text)) = ANY (%(known)s::text[]))
""").format(between=Literal(BETWEEN_IDS))
# Rows about people that are theirs lose all their cells, others those that name the person.
EMPTY_ROWS = SQL("""
    UPDATE {plan_row} AS r
       SET key = NULL, meaning = NULL,
           cells = (SELECT array_agg(CASE WHEN about.them OR {theirs} OR {named} THEN NULL
                                          ELSE cell.text END ORDER BY cell.place)
                      FROM unnest(r.cells) WITH ORDINALITY AS cell (text, place)
                     CROSS JOIN (SELECT r.import_id = ANY (%(personal)s::uuid[])
                                        AND (coalesce(r.object_id = ANY (%(objects)s::uuid[]), false)
                                             OR EXISTS (SELECT FROM unnest(r.cells) AS cell (text) WHERE {theirs}))
                                        AS them) AS about),
           problems = (SELECT jsonb_agg(told || jsonb_build_object(
                                  'value', CASE WHEN told ->> 'value' IS NOT NULL THEN {placeholder} END,
                                  'params', jsonb_strip_nulls(jsonb_build_object('object', told -> 'params' -> 'object'))))
                         FROM jsonb_array_elements(r.problems) AS told)
     WHERE r.institution_id = %(institution)s
       AND (r.object_id = ANY (%(objects)s::uuid[])
            OR EXISTS (SELECT FROM unnest(r.cells) AS cell (text) WHERE {theirs} OR {named}))
""")
EMPTY_CHANGES = SQL("""
    UPDATE {plan_change} SET before = '{{}}', after = '{{}}'
     WHERE institution_id = %(institution)s AND object_id = ANY (%(objects)s::uuid[])
""")
EMPTY_CONFLICTS = """
    UPDATE imports_conflict SET ours = NULL, now = NULL
     WHERE institution_id = %(institution)s AND object_id = ANY (%(objects)s::uuid[])
"""


def erase_person(institution: int, named: str) -> dict[str, object]:
    """Erase somebody everywhere; safe to repeat. The institution is entered already.

    named: system id, external id or e-mail address. Raises roster.UnknownPerson. Returns figures only. ``statements``:
    how many still name the person, which are never changed (decisions/statements.md); None when nothing is known, or
    nothing any more, that statements could name them by.
    """
    person = roster.find_person(institution, named)
    with transaction.atomic():
        erased = roster.erase(institution, person)
        emptied_texts = empty_texts(institution, person)
        rows = _empty_plans(institution, erased, emptied_texts)
        Erasure.objects.bulk_create(
            Erasure(institution_id=institution, digest=_digest(known))
            for known in erased.identifiers | emptied_texts.names
        )
        access.audit(institution, "person.erased", str(person))
    # They are made again when somebody asks, without the person.
    for found in list(storage.list_keys(f"results/{institution}/")):
        storage.delete(found.key)
    return {
        "person": str(person),
        "enrollments": erased.enrollments,
        "memberships": erased.memberships,
        "sections": erased.sections,
        "schedules": erased.schedules,
        "changes": erased.changes,
        "texts": len(emptied_texts.texts),
        "plan_rows": rows,
        "statements": _statements_naming(institution, erased),
    }


def _statements_naming(institution: int, erased: roster.Erased) -> int | None:
    """Statements that name them by a persona, or by an e-mail address that they have or had, or its checksum."""
    keys = set(erased.personas)
    for address in (known for known in erased.identifiers if "@" in known):
        # The case of what stands before the "@" is each sender's own.
        for mbox in (f"mailto:{address}", f"mailto:{address.lower()}"):
            checksum = sha1(mbox.encode(), usedforsecurity=False).hexdigest()
            for agent in ({"mbox": mbox}, {"mbox_sha1sum": checksum}):
                keys.add(str(agent_key(agent)))
    return count_naming(institution, keys) if keys else None


def _empty_plans(institution: int, erased: roster.Erased, texts: Emptied) -> int:
    kept = list(Import.objects.filter(institution_id=institution).only("pk", "format_key", "has_own_tables"))
    params: dict[str, Any] = {
        "institution": institution,
        "objects": [*erased.objects, *texts.texts],
        "known": [known.lower() for known in erased.identifiers | texts.names],
        "personal": [upload.pk for upload in kept if _is_personal(upload)],
    }
    places = [tables(UUID(int=0), own=False)]
    places += [tables(upload.pk, own=True) for upload in kept if upload.has_own_tables]
    rows = 0
    with connection.cursor() as cursor:
        for plan_row, plan_change in places:
            cursor.execute(
                EMPTY_ROWS.format(
                    plan_row=plan_row,
                    theirs=_IS_THEIRS,
                    named=_NAMED,
                    placeholder=SQL(f"'{PLACEHOLDER}'::text"),
                ),
                params,
            )
            rows += cursor.rowcount
            cursor.execute(EMPTY_CHANGES.format(plan_change=plan_change), params)
        cursor.execute(EMPTY_CONFLICTS, params)
    return rows


def _is_personal(upload: Import) -> bool:
    """Whether rows of its format are about people, and what is known of them."""
    fmt = find_format(upload.format_key)
    # What rows of a template are about is its author's choice; mostly somebody did something.
    return fmt is not None and (is_template(fmt) or any(noun.code in PERSONAL for noun in nouns_of(fmt)))


def _digest(known: str) -> str:
    return salted_hmac("imports.erasure", fold(known.strip()), algorithm="sha256").hexdigest()


def emptied(upload: Import) -> Callable[[Sequence[str]], list[str]] | None:
    """What makes of a row's cells those that may be shown; None when nobody was erased since the upload."""
    gone = set(
        Erasure.objects.filter(
            institution_id=upload.institution_id, erased_at__gt=upload.job.created_at
        ).values_list("digest", flat=True)
    )
    if not gone:
        return None
    is_personal = _is_personal(upload)

    @lru_cache(maxsize=100_000)
    def is_theirs(cell: str) -> bool:
        return bool(cell.strip()) and _digest(cell) in gone

    @lru_cache(maxsize=100_000)
    def names(cell: str) -> bool:
        return is_theirs(cell) or any(is_theirs(part) for part in re.split(BETWEEN_IDS, cell))

    def empty(cells: Sequence[str]) -> list[str]:
        if is_personal and any(map(is_theirs, cells)):
            return [""] * len(cells)
        return ["" if names(cell) else cell for cell in cells]

    return empty


def forget_digests(institution: int) -> int:
    """Once the uploads are gone nothing has to be left out of them. For the nightly purge."""
    before = timezone.now() - timedelta(days=settings.UPLOAD_RETENTION_DAYS + 1)
    number, _ = Erasure.objects.filter(institution_id=institution, erased_at__lt=before).delete()
    return number
