"""The story of one run: refuse or gather, then fill all tables, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from psycopg.sql import SQL, Identifier

from edu_csv.access.models import Institution
from edu_csv.activity.events.months import add_event_months
from edu_csv.activity.events.seeding import people, presentations, seeds, talk, videos
from edu_csv.activity.events.seeding.plan import EVENTS_OF_A_VIDEO, SeedPlan
from edu_csv.activity.events.seeding.space import NotPossible, Space
from edu_csv.activity.events.seeding.texts import TOPICS, UPLOADS
from edu_csv.roster import activity_nouns as nouns
from edu_csv.roster.lock import lock_roster, raise_version

# Views to begin with, for so many events asked for: what they could have is then cut down to that.
EVENTS_OF_A_VIEW = 22

WAS_HERE = SQL("SELECT deleted_at FROM activity_video WHERE institution_id = %(institution)s AND id = {id}")


@dataclass(frozen=True, slots=True)
class Made:
    """rows: by noun, in the order of their codes. Between begins and ends everything happens."""

    rows: dict[str, int]
    sections: int
    people: int
    begins: datetime
    ends: datetime


def seed(institution: int, plan: SeedPlan) -> Made:
    """Fill all tables of activity; all of it or nothing. The institution is entered already.

    Raises NotPossible. Must not be called within a transaction that anybody waits for: it takes minutes for millions.
    """
    # By itself: a new month is made without holding up readers for as long as the rest takes.
    add_event_months(plan.begins.date(), plan.ends.date())
    with transaction.atomic(), connection.cursor() as cursor:
        lock_roster(institution)
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("SET LOCAL jit = off")
        space = _space(cursor, institution, plan)
        videos.fill(space)
        presentations.fill(space)
        talk.fill(space)
        for noun in nouns.WRITE_ORDER:
            space.run(SQL("ANALYZE {}").format(Identifier(noun.table)))
        raise_version(institution)
        seeds.note(institution, plan.seed, sum(space.made.values()))
        [(people_in,)] = space.fetch(SQL("SELECT count(DISTINCT person_id) FROM seed_member"))
    by_code = sorted(nouns.WRITE_ORDER, key=lambda noun: noun.code)
    return Made(
        rows={noun.name: space.made.get(noun.name, 0) for noun in by_code},
        sections=space.params["sections"],
        people=people_in,
        begins=plan.begins,
        ends=plan.ends,
    )


def _space(cursor: object, institution: int, plan: SeedPlan) -> Space:
    owner = Institution.objects.get(pk=institution)
    space = Space(
        cursor,
        institution,
        plan.seed,
        {
            "begins": plan.begins,
            "ends": plan.ends,
            "weeks": plan.weeks,
            "zone": owner.time_zone,
            "topics": TOPICS,
            "uploads": UPLOADS,
        },
    )
    if found := space.fetch(WAS_HERE.format(id=space.id_of(nouns.VIDEO, "0"))):
        is_gone = found[0][0] is not None
        raise NotPossible(
            f"The institution “{owner.slug}” {'had' if is_gone else 'has'} the activity of seed {plan.seed}"
            + (
                ", and ids are not used twice; take another seed."
                if is_gone
                else " already; another seed makes"
            )
            + ("" if is_gone else " other activity beside it.")
        )
    if not plan.beside_real:
        seeds.refuse_real(institution)
    sections = people.gather(space)
    if not sections:
        raise NotPossible(
            f"The institution “{owner.slug}” has no section with anybody enrolled, and activity is made of who is"
            " enrolled. Import people, sections and enrollments first; “manage.py seed_roster” writes files of an"
            " invented roster."
        )
    number = plan.videos if plan.videos is not None else sections * plan.weeks
    events = plan.view_events if plan.view_events is not None else number * EVENTS_OF_A_VIDEO
    space.params |= {
        "sections": sections,
        "videos": number,
        "events": events,
        "views": max(1, -(-events // EVENTS_OF_A_VIEW)),
        "presentations": max(1, number // 4),
        "questions": max(1, number // 2),
    }
    return space
