"""A house with the people and sections of xapi.md 8.2, statements about it, and what became of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg.sql import SQL, Identifier

from edu_csv import tenancy
from edu_csv.activity.events.models import ALL_ACTIVITY
from edu_csv.activity.projection import Projected, project
from tests.activity.store.statements import Statement, named, put
from tests.activity.store.statements import statement as any_statement
from tests.imports.harness import Tenant

BASE = "https://lecture.example.edu"
VIDEO = "https://w3id.org/xapi/video/"
EXTENSION = VIDEO + "extensions/"
ADLNET = "http://adlnet.gov/expapi/verbs/"
TABLES = [model._meta.db_table for model in ALL_ACTIVITY]

_PERSON = """
    INSERT INTO roster_person (id, institution_id, external_id, given_name, family_name, email, email_folded, roles)
    SELECT gen_random_uuid(), %s, n, n, 'of the house', n || '@fjord.example', n || '@fjord.example', '{}' FROM unnest(%s::text[]) AS n
"""
_TERM = """
    INSERT INTO roster_term (id, institution_id, external_id, name, name_folded, exclusion_dates, parent_ids)
    SELECT gen_random_uuid(), %s, 't-1', 'Term', 'term', '{}', '{}'
"""
_COURSE = """
    INSERT INTO roster_course (id, institution_id, external_id, code, code_folded, name, parent_ids)
    SELECT gen_random_uuid(), %s, 'c-1', 'BIO101', 'bio101', 'Introduction', '{}'
"""
_OFFERING = """
    INSERT INTO roster_offering (id, institution_id, external_id, course_ids, term_ids, parent_ids, is_implicit)
    SELECT gen_random_uuid(), institution_id, 'o-1', ARRAY[id], ARRAY(SELECT id FROM roster_term), '{}', true FROM roster_course
"""
_SECTIONS = """
    INSERT INTO roster_section (id, institution_id, external_id, offering_id, course_id, term_id, name, name_folded,
                                secondary_instructor_ids, lms_course_ids)
    SELECT gen_random_uuid(), o.institution_id, n, o.id, o.course_id, o.term_id, n, n, '{}', '{}'
      FROM roster_offering AS o CROSS JOIN unnest(ARRAY['s-3', 's-4']) AS n
"""
START = datetime(2025, 9, 3, 14, 0, tzinfo=UTC)


def furnish(tenant: Tenant, base: str = BASE) -> None:
    """Ana, Zoë and Kofi (u-204, u-310, u-007), sections s-3 and s-4, and the address that ids begin with."""
    tenant.query(_PERSON, tenant.pk, ["u-204", "u-310", "u-007"])
    tenant.query(_TERM, tenant.pk)
    tenant.query(_COURSE, tenant.pk)
    tenant.query(_OFFERING)
    tenant.query(_SECTIONS)
    tenant.query("UPDATE access_institution SET xapi_base = %s WHERE id = %s", base, tenant.pk)


def store(tenant: Tenant, *statements: Statement) -> None:
    put(tenant.pk, *([each] for each in statements))


def projected(tenant: Tenant, **options: Any) -> Projected:
    with tenancy.use_institution(tenant.pk):
        return project(tenant.pk, **options)


def said(tenant: Tenant, *statements: Statement) -> Projected:
    """Store these in one write, and project."""
    store(tenant, *statements)
    return projected(tenant)


def dump(tenant: Tenant) -> dict[str, list[dict[str, Any]]]:
    """Every row of activity, save when it was written."""
    asking = "SELECT to_jsonb(o) - 'created_at' - 'updated_at' FROM {} AS o ORDER BY id"
    found = {table: tenant.query(SQL(asking).format(Identifier(table))) for table in TABLES}
    return {table: [json.loads(row) for (row,) in each] for table, each in found.items()}


def rows(tenant: Tenant, table: str, columns: str) -> list[tuple[Any, ...]]:
    """Live rows, with what they point to by external id: ``person``, ``section`` and ``video`` are columns too."""
    points = {
        "person": "(SELECT external_id FROM roster_person AS p WHERE p.id = o.person_id)",
        "section": "(SELECT external_id FROM roster_section AS p WHERE p.id = o.section_id)",
        "video": "(SELECT external_id FROM activity_video AS p WHERE p.id = o.video_id)",
        "deck": "(SELECT external_id FROM activity_presentation AS p WHERE p.id = o.presentation_id)",
    }
    asked = columns.split(", ")
    wanted = ", ".join(points.get(each, f"o.{each}") for each in asked)
    places = ", ".join(str(place) for place, _ in enumerate(asked, 1))
    asking = f"SELECT {wanted} FROM activity_{table} AS o WHERE deleted_at IS NULL ORDER BY {places}"  # noqa: S608  # tables of ours
    return tenant.query(asking)


def times(tenant: Tenant) -> list[float]:
    """When 30 seconds were watched, as seconds after ``START``."""
    return [(at - START).total_seconds() for (at,) in rows(tenant, "view_event", "occurred_at")]


def at(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def who(name: str = "u-204", base: str = BASE) -> Statement:
    return {"account": {"homePage": base, "name": name}}


def video(
    tail: str = "v-17", name: str = "Lecture 4: Queues", base: str = BASE, length: float | None = None
) -> Statement:
    definition: Statement = {"type": VIDEO + "activity-type/video", "name": {"en": name}}
    if length is not None:
        definition["extensions"] = {EXTENSION + "length": length}
    return {"id": f"{base}/media/{tail}", "definition": definition}


def deck(tail: str = "p-9", name: str = "Week 2 slides", slides: int | None = None) -> Statement:
    definition: Statement = {"type": "http://id.tincanapi.com/activitytype/slide-deck", "name": {"en": name}}
    if slides is not None:
        definition["extensions"] = {f"{BASE}/xapi/ext/slide-count": slides}
    return {"id": f"{BASE}/presentation/{tail}", "definition": definition}


def in_section(tail: str | None = "s-3", base: str = BASE, **more: Any) -> Statement:
    """A context. tail: of the section; None for none."""
    lists = {} if tail is None else {"contextActivities": {"parent": [{"id": f"{base}/section/{tail}"}]}}
    return {**lists, **more}


def statement(name: str, verb: str, thing: Statement, seconds: float = 0, **more: Any) -> Statement:
    made = {"actor": who(), "verb": {"id": verb}, "object": thing, "timestamp": at(seconds), **more}
    return any_statement(name, **made)


def watched(
    name: str, seconds: float = 0, tail: str = "v-17", duration: str = "PT30S", **more: Any
) -> Statement:
    more.setdefault("context", in_section())
    return statement(
        name, ADLNET + "experienced", video(tail), seconds, result={"duration": duration}, **more
    )


def move(
    name: str,
    verb: str,
    seconds: float,
    position: float | tuple[float, float] | None = None,
    *,
    session: str = "3a61c672-668f-49b5-ac6d-7f0bb9e754e9",
    **more: Any,
) -> Statement:
    """What a player did. position: seconds of the video; of a seek, from and to."""
    iri = (VIDEO + "verbs/" if verb in ("played", "paused", "seeked") else ADLNET) + verb
    said: Statement = {}
    if isinstance(position, tuple):
        said = {EXTENSION + "time-from": position[0], EXTENSION + "time-to": position[1]}
    elif position is not None:
        said = {EXTENSION + "time": position}
    context = in_section(more.pop("section", "s-3"))
    if session:
        context["extensions"] = {EXTENSION + "session-id": session}
    return statement(
        name, iri, video(), seconds, context=context, result={"extensions": said} if said else None, **more
    )


def arrives(house: Tenant, external_id: str) -> None:
    """A new person comes in, as an import brings one."""
    house.query(
        "INSERT INTO roster_person (id, institution_id, external_id, roles) VALUES (gen_random_uuid(), %s, %s, '{}')",
        house.pk, external_id,
    )  # fmt: skip
    house.query("UPDATE access_institution SET roster_version = roster_version + 1 WHERE id = %s", house.pk)


__all__ = [
    "ADLNET", "BASE", "EXTENSION", "START", "TABLES", "VIDEO", "arrives", "at", "deck", "dump", "furnish", "in_section", "move", "named",
    "projected", "rows", "said", "statement", "store", "times", "video", "watched", "who",
]  # fmt: skip
