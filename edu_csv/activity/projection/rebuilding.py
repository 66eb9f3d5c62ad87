"""Projecting anew: what statements brought goes, and they are read again from the first."""

from __future__ import annotations

from django.db import connection, transaction

from edu_csv.activity.projection.things import EVENTS, HELD, POINTED_AT, unused
from edu_csv.roster.lock import lock_roster, raise_version

BEGIN = "SELECT set_config('edu_csv.projecting', 'on', true)"
# What files or people added to a projected object keeps that alive; it is projected into again. Slides of a presentation
# that somebody changed are not made again, so they stay.
STAYS = {
    "activity_slide": " AND EXISTS (SELECT FROM activity_presentation AS p WHERE p.id = o.presentation_id AND p.origin = 1)",
}
# That somebody who was erased asked a question is kept: the text that others repeat stays away by that alone.
FORGET_SAID = """
    DELETE FROM activity_said AS s
     WHERE s.institution_id = %(institution)s
       AND NOT EXISTS (SELECT FROM roster_person AS p
                        WHERE p.institution_id = %(institution)s AND p.id = (s.value ->> 'author_id')::uuid
                          AND p.deleted_at IS NOT NULL
                          AND num_nonnulls(p.external_id, p.given_name, p.family_name, p.email, p.username, p.sso_id) = 0)
"""
FORGET = [
    *(f"DELETE FROM {table} WHERE institution_id = %(institution)s AND origin = 1" for table in EVENTS),  # noqa: S608  # our own tables
    *(
        f"DELETE FROM {table} AS o WHERE o.institution_id = %(institution)s AND o.origin = 1 AND {unused(table)}{STAYS.get(table, '')}"  # noqa: S608  # our own tables
        for table in POINTED_AT
    ),
    "DELETE FROM activity_fact WHERE institution_id = %(institution)s",
    FORGET_SAID,
    "DELETE FROM activity_strange WHERE institution_id = %(institution)s",
    "DELETE FROM activity_stranger WHERE institution_id = %(institution)s",
    *(
        "INSERT INTO activity_orphan (institution_id, id)"  # noqa: S608  # our own text
        f" SELECT o.institution_id, o.id FROM {table} AS o WHERE o.institution_id = %(institution)s AND o.origin = 1"
        " ON CONFLICT (institution_id, id) DO NOTHING"
        for table in HELD
    ),
    "DELETE FROM activity_projection WHERE institution_id = %(institution)s",
]


def forget(institution: int) -> None:
    """Take away all that was projected, in one transaction. The caller holds the projector's lock."""
    with transaction.atomic():
        lock_roster(institution)
        with connection.cursor() as cursor:
            cursor.execute(BEGIN)
            for statement in FORGET:
                cursor.execute(statement, {"institution": institution})
        raise_version(institution)
