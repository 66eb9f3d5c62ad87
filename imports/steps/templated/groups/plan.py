"""Plan: what the people, groups and permissions of a file come to, set-wise, in two passes (csv data import 2.3).

Pass one names what all good rows make, pass two joins it. A row that fails takes all that it says with it: rows that need it
fail with it (``needs``), and naming is done anew without them, since others may mean somebody else now. That is repeated
until no row fails, a few times at most (``ties``), whatever the number of rows and however they hang on one another.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from edu_csv.ids import object_prefix
from edu_csv.roster.nouns import MEMBERSHIP, ORG_UNIT, PERSON, PERSONA, VIEWING_PERMISSION
from imports.models.templates import GroupMode
from imports.problems import FileRejected
from imports.steps.templated.groups import ancestors, links, naming, needs, objects, overwrites, people, ties
from imports.steps.templated.groups.lines import COLUMNS
from imports.steps.templated.space import WORTH_ANALYZING, TemplateSpace
from imports.steps.workspace import raw_connection

MADE = (PERSON, ORG_UNIT, MEMBERSHIP, PERSONA, VIEWING_PERMISSION)
OF_A_ROUND = (*naming.TABLES, *people.TABLES, *ancestors.TABLES)
OF_A_PLAN = (
    *OF_A_ROUND, *links.TABLES, *objects.TABLES, *needs.TABLES, *ties.TABLES,
    "g_bad", "g_main", "g_share", "change_raw", "change", "object_outcome",
)  # fmt: skip
# So often a file may change whom its rows mean by rows that fail, before all that hangs together fails.
MOST_ROUNDS = 6
# csv data import 2.4: more than this share of memberships is not ended unasked.
MOST_ENDED = 0.20

START = """
    CREATE TEMP TABLE g_bad ON COMMIT DROP AS SELECT DISTINCT f.row FROM failed_row AS f;
    CREATE TEMP TABLE g_share (ended bigint, total bigint) ON COMMIT DROP;
    CREATE TEMP TABLE change_raw (
        object_type smallint, object_id uuid, operation smallint, before jsonb, after jsonb, row integer) ON COMMIT DROP
"""
FAILED = """
    INSERT INTO g_bad
    SELECT DISTINCT p.row FROM problem AS p
     WHERE p.severity = 'error' AND p.row IS NOT NULL AND p.row NOT IN (SELECT b.row FROM g_bad AS b)
"""
# What a row is about: its first person, or else its first group.
MAIN = """
    CREATE TEMP TABLE g_main ON COMMIT DROP AS
    SELECT DISTINCT ON (said.row) said.row, said.object_type, said.object_id
      FROM (SELECT i.row, i.m, 6::smallint AS object_type, r.id AS object_id
              FROM person_id AS i JOIN person_ref AS r USING (m) WHERE i.is_def
            UNION ALL
            SELECT i.row, i.m, 1::smallint, r.id FROM group_id AS i JOIN group_ref AS r USING (m) WHERE i.is_def) AS said
     ORDER BY said.row, said.object_type DESC, said.m;
    CREATE INDEX ON g_main (row)
"""
# A membership may end for two reasons.
CHANGE = """
    CREATE TEMP TABLE change ON COMMIT DROP AS
    SELECT DISTINCT ON (c.object_type, c.object_id) c.object_type, c.object_id, c.operation, c.before, c.after, c.row,
           NOT EXISTS (SELECT FROM g_main AS main WHERE main.row = c.row AND main.object_id = c.object_id) AS is_effect
      FROM change_raw AS c ORDER BY c.object_type, c.object_id, c.row;
    CREATE INDEX ON change (row)
"""
OUTCOME = """
    CREATE TEMP TABLE object_outcome ON COMMIT DROP AS
    SELECT said.row,
           CASE WHEN EXISTS (SELECT FROM change AS c
                              WHERE c.row = said.row AND c.operation = 1 AND c.object_type IN (1, 6)) THEN %(created)s
                WHEN EXISTS (SELECT FROM change AS c WHERE c.row = said.row)
                  OR EXISTS (SELECT FROM edge_new AS e WHERE e.row = said.row) THEN %(updated)s
                ELSE %(unchanged)s END::smallint AS outcome,
           main.object_type, main.object_id
      FROM (SELECT row FROM group_said UNION SELECT row FROM person_said) AS said
      LEFT JOIN g_main AS main ON main.row = said.row
"""


def plan(space: TemplateSpace) -> None:
    """Make ``change`` and ``object_outcome`` of the rows that are good so far, and add to ``problem`` what is not.

    Raises FileRejected when too many memberships would end, and whoever sent the file wants no question (2.4).
    """
    _drop(OF_A_PLAN)
    space.run(START, "plan")
    _analyze(space, tuple(COLUMNS))
    prefixes = {f"prefix_{noun.name}": object_prefix(space.job, noun.code) for noun in MADE}
    for number in count():
        _drop(OF_A_ROUND)
        naming.name(space, prefixes)
        people.name(space, prefixes)
        if number == 0:
            needs.find(space)
        if space.run(FAILED, "plan").rowcount == 0 and not ancestors.find(space):
            break
        space.run(FAILED, "plan")
        (needs if number < MOST_ROUNDS else ties).fail(space)
        space.run(FAILED, "plan")
    ended, total = _change(space, prefixes)
    if is_large(ended, total) and space.switches.get("fails_when_large") and not _allows(space):
        raise FileRejected("removes_many", removed=ended, total=total)


def _change(space: TemplateSpace, prefixes: dict[str, str]) -> tuple[int, int]:
    from imports.models import Outcome

    objects.change(space, prefixes)
    replace = space.version.group_mode == GroupMode.REPLACE
    share = links.change(space, prefixes, replace=replace)
    space.run("INSERT INTO g_share VALUES (%(ended)s, %(total)s)", "plan", ended=share[0], total=share[1])
    for statement in (MAIN, CHANGE, OUTCOME):
        space.run(
            statement,
            "plan",
            created=int(Outcome.CREATED),
            updated=int(Outcome.UPDATED),
            unchanged=int(Outcome.UNCHANGED),
        )
    _analyze(space, ("change", "object_outcome"))
    overwrites.find(space)
    return share


def review(space: TemplateSpace) -> dict[str, Any]:
    """What approval must look at (2.4): the reason; how many memberships would end, of how many that could."""
    [(ended, total)] = space.fetch("SELECT ended, total FROM g_share")
    if not ended:
        return {"reasons": []}
    asks = is_large(ended, total) and not _allows(space)
    return {
        "reasons": ["removes_many"] if asks else [],
        "removed": int(ended),
        "removable": int(total),
    }


def is_large(ended: int, total: int) -> bool:
    return ended > MOST_ENDED * total


def _allows(space: TemplateSpace) -> bool:
    return bool(space.switches.get("allow_large_removals"))


def _drop(tables: tuple[str, ...]) -> None:
    raw_connection().execute("DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.{name}" for name in tables))


def _analyze(space: TemplateSpace, tables: tuple[str, ...]) -> None:
    if space.rows >= WORTH_ANALYZING:
        raw_connection().execute("ANALYZE " + ", ".join(tables))
