"""What an import may look at: live objects, and those that its submitter reaches (design section 6)."""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.nouns import ORG_UNIT, SCHEDULE, Noun
from edu_csv.roster.reach import within
from imports.steps.workspace import Workspace

# Everything below the granted org units: distinct units, never paths. ``sight``: those above them too.
# A course of one's own department may name the organization it belongs to; it cannot be put there alone.
REACH = SQL("""
    CREATE TEMP TABLE {reach} ON COMMIT DROP AS
    WITH RECURSIVE below (id) AS (
        SELECT u.id FROM roster_org_unit AS u
         WHERE u.institution_id = %(institution)s AND u.id = ANY (%(granted)s) AND u.deleted_at IS NULL
        UNION
        SELECT u.id FROM roster_org_unit AS u JOIN below ON below.id = ANY (u.parent_ids)
         WHERE u.institution_id = %(institution)s AND u.deleted_at IS NULL)
    SELECT id FROM below
""")
SIGHT = """
    CREATE TEMP TABLE sight ON COMMIT DROP AS
    WITH RECURSIVE above (id, parent_ids) AS (
        SELECT u.id, u.parent_ids FROM roster_org_unit AS u
         WHERE u.institution_id = %(institution)s AND u.id = ANY (%(granted)s) AND u.deleted_at IS NULL
        UNION
        SELECT u.id, u.parent_ids FROM roster_org_unit AS u JOIN above ON u.id = ANY (above.parent_ids)
         WHERE u.institution_id = %(institution)s AND u.deleted_at IS NULL)
    SELECT id FROM above UNION SELECT id FROM reach
"""


def live(noun: Noun, alias: str = "o") -> Composable:
    """Alive, of this institution, and of this kind."""
    parts = [
        SQL("{a}.institution_id = %(institution)s AND {a}.deleted_at IS NULL").format(a=Identifier(alias))
    ]
    parts += [
        SQL("{}.{} = {}").format(Identifier(alias), Identifier(name), Literal(value))
        for name, value in noun.fixed.items()
    ]
    return SQL(" AND ").join(parts)


def reachable(space: Workspace, noun: Noun, alias: str = "o") -> Composable:
    """Within the submitter's reach; TRUE for whoever reaches everything. Never NULL."""
    return _never_null(within(space.reach, noun, alias))


def writable(space: Workspace, noun: Noun, alias: str = "o") -> Composable:
    """Where the submitter may write: of an object that is in several places, each must be within reach."""
    return _never_null(within(space.reach, noun, alias, every=True))


def in_sight(space: Workspace, noun: Noun, alias: str = "o") -> Composable:
    """What a row may point to: all that is reachable, and the org units above."""
    if not space.reach.is_whole and noun.table == ORG_UNIT.table:
        return SQL("{}.id IN (SELECT id FROM sight)").format(Identifier(alias))
    return reachable(space, noun, alias)


def make_reach(space: Workspace) -> None:
    """Fill ``reach`` and ``sight``; for schedules ``free_reach``, where they need not be published."""
    if not space.reach.is_whole:
        for statement in (REACH.format(reach=Identifier("reach")), SIGHT):
            space.run(statement, granted=space.reach.granted)
    if space.fmt.target == SCHEDULE:
        space.run(REACH.format(reach=Identifier("free_reach")), granted=space.free.granted)


def _never_null(condition: Composable) -> Composable:
    return condition if condition == SQL("TRUE") else SQL("({} IS TRUE)").format(condition)
