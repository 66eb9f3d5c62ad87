"""How far the submitter of an import reaches, asked anew each time it is planned."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection
from psycopg.sql import SQL, Identifier

from edu_csv.access import policy
from edu_csv.access.actors import Actor, actor_of_account, actor_of_client, system_actor
from edu_csv.access.policy import EVERYWHERE, Reach
from edu_csv.ids import object_prefix
from edu_csv.roster.nouns import ORG_UNIT, PERSON, SECTION, Noun
from edu_csv.roster.reach import reaching, within
from imports.formats.base import Format
from imports.formats.feed import Layout, Package
from imports.models import Import
from imports.problems import FileRejected


def submitter(upload: Import) -> Actor:
    job = upload.job
    if job.account is not None:
        return actor_of_account(job.account, upload.institution_id)
    if job.client is not None:
        return actor_of_client(job.client)
    return system_actor(upload.institution_id)


def nouns_of(fmt: type[Format]) -> list[Noun]:
    """What rows of a format may create, update or delete; those of a feed speak of several kinds."""
    if issubclass(fmt, Package):
        return fmt.nouns()
    if issubclass(fmt, Layout) and fmt.renames:
        # Of courses and of users (circlein-csv.md 6).
        return [SECTION, PERSON]
    kinds = {kind.noun.code: kind.noun for kind in fmt.kinds} if issubclass(fmt, Layout) else {}
    return list(kinds.values()) or [fmt.target]


def may_import(actor: Actor, fmt: type[Format]) -> bool:
    """Whether the actor may import files of this format, as far as they reach."""
    return all(policy.may_import(actor, noun.name) for noun in nouns_of(fmt))


def reaches_whole(actor: Actor, fmt: type[Format]) -> bool:
    """Whether the actor may import such files for the whole institution, as feeds ask for."""
    return all(policy.import_reach(actor, noun.name).is_whole for noun in nouns_of(fmt))


class Allowed(NamedTuple):
    """What an import may touch, and whether its schedules must publish to a section where they are not free."""

    reach: Reach
    must_publish: bool
    free: Reach


def allowed(upload: Import, fmt: type[Format]) -> Allowed:
    """What the submitter may do by now. Raises FileRejected when a grant was taken away meanwhile."""
    actor = submitter(upload)
    if not policy.may_import(actor, fmt.target.name):
        raise FileRejected(
            "not_permitted", f"{actor.name} may not import {fmt.target.many}. An administrator can."
        )
    return Allowed(
        policy.import_reach(actor, fmt.target.name), policy.must_publish(actor), policy.free_reach(actor)
    )


def allowed_whole(upload: Import, fmt: type[Format]) -> None:
    """The same for a file that speaks for the whole institution. Raises FileRejected."""
    allowed(upload, fmt)
    actor = submitter(upload)
    if not reaches_whole(actor, fmt):
        raise FileRejected(
            "not_permitted",
            f"{actor.name} reaches only a part of the institution by now. An administrator of the whole institution can"
            " send this file.",
        )


# What an import set, deleted or made, of the kind that it is about.
TOUCHED_BEYOND = SQL("""
    {reaching} SELECT EXISTS (
        SELECT FROM {table} AS o
         WHERE o.institution_id = %(institution)s AND ({within}) IS NOT TRUE
           AND (o.id IN (SELECT c.object_id FROM roster_change AS c
                          WHERE c.institution_id = %(institution)s AND c.job_id = %(job)s AND c.object_type = %(code)s
                            AND c.undone_by IS NULL)
                OR (o.id BETWEEN %(first)s::uuid AND %(last)s::uuid AND o.made_by_job = %(job)s)))
""")
# One that was deleted lies where it lay: reach itself goes over living units only.
UNIT_WITHIN = SQL("(o.id IN (SELECT id FROM reach) OR o.parent_ids && ARRAY (SELECT id FROM reach))")


def still_reaches(actor: Actor, upload: Import, fmt: type[Format]) -> bool:
    """Whether all that an import did to objects of its kind lies by now where the actor may write.

    Grants end, and objects are moved: whoever imported something may not reach it for ever.
    """
    if issubclass(fmt, Layout | Package) or fmt.needs_whole:
        return reaches_whole(actor, fmt)
    noun = fmt.target
    reach = policy.import_reach(actor, noun.name)
    if reach == EVERYWHERE or not (noun.org_units or noun.via or noun.via_any):
        return True
    prefix = object_prefix(upload.pk, noun.code)
    is_unit = noun.code == ORG_UNIT.code and not reach.is_whole
    statement = TOUCHED_BEYOND.format(
        reaching=reaching(reach),
        table=Identifier(noun.table),
        within=UNIT_WITHIN if is_unit else within(reach, noun, every=True),
    )
    params = {
        "institution": upload.institution_id, "granted": reach.granted, "job": upload.pk, "code": noun.code,
        "first": prefix + "00000000", "last": prefix + "ffffffff",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        (is_beyond,) = cursor.fetchone()
    return not is_beyond
