"""Ancestors: no group comes to lie below itself (csv data import 2.3, rule 4).

Edges go to Python as numbers, into arrays (``circles``): first it is found which could close a circle at all, and among these
it is decided in the order of the file, row by row, which stand: a row that would close one fails.
"""

from __future__ import annotations

from array import array

from imports.steps.templated.groups import circles
from imports.steps.workspace import Session, raw_connection

TABLES = ("group_ref", "edge_new", "edge_node", "edge_all", "edge_closing")

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
# Groups as numbers from 0.
NODES = """
    CREATE TEMP TABLE edge_node ON COMMIT DROP AS
    SELECT (row_number() OVER ())::integer - 1 AS number, said.id
      FROM (SELECT e.child AS id FROM edge_new AS e UNION SELECT e.parent FROM edge_new AS e
            UNION
            SELECT u.id FROM roster_org_unit AS u
             WHERE u.institution_id = %(institution)s AND u.deleted_at IS NULL AND u.parent_ids <> '{}'
            UNION
            SELECT up.id FROM roster_org_unit AS u CROSS JOIN LATERAL unnest(u.parent_ids) AS up (id)
             WHERE u.institution_id = %(institution)s AND u.deleted_at IS NULL) AS said;
    CREATE INDEX ON edge_node (id)
"""
COUNT = "SELECT count(*) FROM edge_node"
# Edges of the roster have the row 0.
ALL = """
    CREATE TEMP TABLE edge_all ON COMMIT DROP AS
    SELECT e.n, e.row, c.number AS child, p.number AS parent
      FROM edge_new AS e JOIN edge_node AS c ON c.id = e.child JOIN edge_node AS p ON p.id = e.parent
    UNION ALL
    SELECT 0, 0, c.number, p.number
      FROM roster_org_unit AS u CROSS JOIN LATERAL unnest(u.parent_ids) AS up (id)
      JOIN edge_node AS c ON c.id = u.id JOIN edge_node AS p ON p.id = up.id
     WHERE u.institution_id = %(institution)s AND u.deleted_at IS NULL;
    CREATE TEMP TABLE edge_closing (n bigint) ON COMMIT DROP
"""
BY_CHILD = "SELECT e.child, e.parent FROM edge_all AS e ORDER BY e.child"
IN_ORDER = "SELECT e.n, e.row, e.child, e.parent FROM edge_all AS e ORDER BY e.row, e.n"
COPY_CLOSING = "COPY edge_closing (n) FROM STDIN"
FAIL = """
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT e.row, 'error', NULL, 'own_ancestor', e.child_named,
           jsonb_build_object('child', e.child_named, 'parent', e.parent_named), 1002
      FROM edge_closing AS c JOIN edge_new AS e USING (n)
"""
AT_ONCE = 20_000


def find(session: Session) -> int:
    """Make ``group_ref`` and ``edge_new``; returns how many rows fail."""
    session.run(REFS, "ancestors")
    session.run(NEW, "ancestors")
    if session.fetch(ANY) == [(False,)]:
        return 0
    session.run(NODES, "ancestors")
    [(nodes,)] = session.fetch(COUNT)
    session.run(ALL, "ancestors")
    raw = raw_connection()
    with raw.cursor(name="edges_by_child") as edges:
        edges.itersize = AT_ONCE
        edges.execute(BY_CHILD)
        knot = circles.knots(edges, nodes)
    with raw.cursor(name="edges_in_order") as edges:
        edges.itersize = AT_ONCE
        edges.execute(IN_ORDER)
        failing = array("q", circles.closing(edges, knot))
    if not failing:
        return 0
    with raw.cursor() as cursor, cursor.copy(COPY_CLOSING) as copy:
        for number in failing:
            copy.write_row((number,))
    session.run(FAIL, "ancestors")
    return len(failing)
