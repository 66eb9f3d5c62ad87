"""Ancestors: no group comes to lie below itself (csv data import 2.3, rule 4).

Edges that could close a circle are told apart by the set; among them alone it is decided in the order of the file, row by row,
which stand: a row that would close one fails.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby

from psycopg.types.json import Jsonb

from imports.steps.workspace import Session

TABLES = ("group_ref", "edge_new", "edge_all", "edge_up")

REFS = """
    CREATE TEMP TABLE group_ref ON COMMIT DROP AS
    SELECT i.m, i.row, coalesce(g.id, CASE WHEN i.gid !~ '^[cn]:' THEN i.gid::uuid END) AS id, i.named
      FROM group_id AS i LEFT JOIN group_made AS g ON g.gid = i.gid;
    CREATE INDEX ON group_ref (m)
"""
NEW = """
    CREATE TEMP TABLE edge_new ON COMMIT DROP AS
    SELECT e.n, e.row, c.id AS child, p.id AS parent, c.named AS child_named, p.named AS parent_named
      FROM g_edge AS e JOIN group_ref AS c ON c.m = e.child JOIN group_ref AS p ON p.m = e.parent
     WHERE NOT EXISTS (SELECT FROM roster_org_unit AS u
                        WHERE u.institution_id = %(institution)s AND u.id = c.id AND p.id = ANY (u.parent_ids))
"""
ANY = "SELECT EXISTS (SELECT FROM edge_new)"
ALL = """
    CREATE TEMP TABLE edge_all ON COMMIT DROP AS
    SELECT DISTINCT e.child, e.parent FROM edge_new AS e
    UNION
    SELECT u.id, up.id FROM roster_org_unit AS u CROSS JOIN LATERAL unnest(u.parent_ids) AS up (id)
     WHERE u.institution_id = %(institution)s AND u.deleted_at IS NULL;
    CREATE INDEX ON edge_all (child);
    ANALYZE edge_all
"""
# What lies above the parents of new edges: distinct pairs, never paths.
UP = """
    CREATE TEMP TABLE edge_up ON COMMIT DROP AS
    WITH RECURSIVE up (start, at) AS (
        SELECT DISTINCT e.parent, e.parent FROM edge_new AS e
        UNION
        SELECT up.start, a.parent FROM up JOIN edge_all AS a ON a.child = up.at)
    SELECT up.start, up.at FROM up;
    CREATE INDEX ON edge_up (start, at)
"""
CLASHING = """
    SELECT e.row, e.child::text, e.parent::text, e.child_named, e.parent_named FROM edge_new AS e
     WHERE EXISTS (SELECT FROM edge_up AS u WHERE u.start = e.parent AND u.at = e.child) ORDER BY e.n
"""
STANDING = """
    SELECT DISTINCT a.child::text, a.parent::text
      FROM edge_new AS e
      JOIN edge_up AS u ON u.start = e.parent
      JOIN edge_all AS a ON a.child = u.at
     WHERE EXISTS (SELECT FROM edge_up AS closing WHERE closing.start = e.parent AND closing.at = e.child)
       AND NOT EXISTS (SELECT FROM edge_new AS own WHERE own.child = a.child AND own.parent = a.parent)
"""
FAIL = """
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT told.row, 'error', NULL, 'own_ancestor', told.child, jsonb_build_object('child', told.child, 'parent', told.parent), 1002
      FROM jsonb_to_recordset(%(told)s) AS told (row integer, child text, parent text)
"""

Edge = tuple[int, str, str, str, str]


def find(session: Session) -> int:
    """Make ``group_ref`` and ``edge_new``; returns how many rows fail."""
    session.run(REFS, "ancestors")
    session.run(NEW, "ancestors")
    if session.fetch(ANY) == [(False,)]:
        return 0
    session.run(ALL, "ancestors")
    session.run(UP, "ancestors")
    clashing = session.fetch(CLASHING, "ancestors")
    if not clashing:
        return 0
    told = closing(clashing, session.fetch(STANDING, "ancestors"))
    session.run(FAIL, "ancestors", told=Jsonb(told))
    return len(told)


def closing(new: list[Edge], standing: list[tuple[str, str]]) -> list[dict[str, object]]:
    """The rows that would close a circle. new: edges in file order; standing: (child, parent) of the roster."""
    above: dict[str, set[str]] = defaultdict(set)
    for child, parent in standing:
        above[child].add(parent)
    told: list[dict[str, object]] = []
    for row, edges in groupby(new, key=lambda edge: edge[0]):
        added: list[tuple[str, str]] = []
        for _, child, parent, child_named, parent_named in edges:
            if _lies_below(parent, child, above):
                told.append({"row": row, "child": child_named, "parent": parent_named})
                # All of a row or nothing of it.
                for one, other in added:
                    above[one].discard(other)
                break
            if parent not in above[child]:
                above[child].add(parent)
                added.append((child, parent))
    return told


def _lies_below(at: str, ancestor: str, above: dict[str, set[str]]) -> bool:
    """Whether ``ancestor`` is ``at`` itself, or lies above it."""
    seen, waiting = {at}, [at]
    while waiting:
        one = waiting.pop()
        if one == ancestor:
            return True
        new = above.get(one, set()) - seen
        seen |= new
        waiting.extend(new)
    return False
