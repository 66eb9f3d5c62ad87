"""Needs: rows that cannot stand without what other rows make fail with them (csv data import 2.3, rules 2 and 5).

What a row needs is a *key*: a group or person by a customId or persona or name that the roster does not know, or the name or
type without which a new one cannot be made. Rows *give* keys. A key is lost when all rows that give it are lost, a row when
any of its keys is. One recursive query finds, as distinct pairs, what may be lost; among these alone it is counted which are,
as numbers, in arrays.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate

from imports.steps.templated.space import WORTH_ANALYZING, TemplateSpace
from imports.steps.workspace import raw_connection

TABLES = ("g_need", "g_give", "g_key", "g_link", "g_maybe", "g_lost")

# By the first letters of a key: gc a group's customId, gn its type and name, gN gT the name and type of a new one;
# pc a person's customId, pk a persona, pN the name of somebody new with a customId, pw of somebody new without.
NEED = """
    CREATE TEMP TABLE g_need ON COMMIT DROP AS
    SELECT 'gc' || s.custom_id AS key, s.row, 'unknown_group' AS code, i.named, NULL AS lacks
      FROM group_id AS i JOIN group_said AS s USING (m)
     WHERE NOT i.is_def AND i.gid ~ '^c:' AND s.custom_id IS NOT NULL
    UNION
    SELECT 'gn' || length(s.type) || s.type || s.name_folded, s.row, 'unknown_group', i.named, NULL
      FROM group_id AS i JOIN group_said AS s USING (m)
     WHERE NOT i.is_def AND s.custom_id IS NULL AND i.gid IS NOT NULL
       AND NOT EXISTS (SELECT FROM group_known AS k WHERE k.name_folded = s.name_folded AND k.type = s.type)
    UNION
    SELECT lacks.key || s.custom_id, s.row, 'new_group_incomplete', i.named, lacks.what
      FROM group_id AS i JOIN group_said AS s USING (m)
     CROSS JOIN LATERAL (VALUES ('gN', 'name', s.name), ('gT', 'type', s.type)) AS lacks (key, what, given)
     WHERE i.is_def AND i.gid ~ '^c:' AND s.custom_id IS NOT NULL AND lacks.given IS NULL
    UNION
    SELECT 'pc' || s.custom_id, s.row, 'unknown_person', i.named, NULL
      FROM person_id AS i JOIN person_said AS s USING (m) JOIN person_custom AS c USING (custom_id)
     WHERE NOT i.is_def AND c.known IS NULL
    UNION
    SELECT 'pk' || p.key, p.row, 'unknown_person', i.named, NULL
      FROM person_id AS i JOIN persona_said AS p USING (m)
     WHERE NOT i.is_def AND NOT EXISTS (SELECT FROM persona_held AS h WHERE h.key = p.key)
    UNION
    SELECT 'pN' || s.custom_id, s.row, 'new_person_incomplete', i.named, NULL
      FROM person_id AS i JOIN person_said AS s USING (m) JOIN person_custom AS c USING (custom_id)
     WHERE i.is_def AND c.known IS NULL AND s.name IS NULL
    UNION
    SELECT 'pw' || i.pid, s.row, 'new_person_incomplete', i.named, NULL
      FROM person_id AS i JOIN person_said AS s USING (m)
     WHERE i.is_def AND s.custom_id IS NULL AND s.name IS NULL AND i.pid ~ '^k:'
"""
# A persona of somebody in the roster who gets the customId brings their name with it.
GIVE = """
    CREATE TEMP TABLE g_give ON COMMIT DROP AS
    SELECT g.key, g.row
      FROM (SELECT 'gc' || s.custom_id AS key, s.row FROM group_said AS s WHERE s.is_def AND s.custom_id IS NOT NULL
            UNION
            SELECT 'gn' || length(s.type) || s.type || s.name_folded, s.row FROM group_said AS s
             WHERE s.is_def AND s.type IS NOT NULL AND s.name_folded IS NOT NULL
            UNION
            SELECT 'gN' || s.custom_id, s.row FROM group_said AS s
             WHERE s.is_def AND s.custom_id IS NOT NULL AND s.name IS NOT NULL
            UNION
            SELECT 'gT' || s.custom_id, s.row FROM group_said AS s
             WHERE s.is_def AND s.custom_id IS NOT NULL AND s.type IS NOT NULL
            UNION
            SELECT 'pc' || s.custom_id, s.row FROM person_said AS s WHERE s.is_def AND s.custom_id IS NOT NULL
            UNION
            SELECT 'pk' || p.key, p.row FROM persona_said AS p WHERE p.is_def
            UNION
            SELECT 'pN' || s.custom_id, s.row FROM person_said AS s
             WHERE s.is_def AND s.custom_id IS NOT NULL AND s.name IS NOT NULL
            UNION
            SELECT 'pN' || p.custom_id, p.row
              FROM persona_said AS p
              JOIN person_strong AS own ON own.custom_id = p.custom_id
              JOIN persona_held AS h ON h.key = p.key AND h.person_id::text = own.pid
             WHERE p.is_def
            UNION
            SELECT 'pN' || own.custom_id, weak.row
              FROM person_weak AS weak JOIN person_said AS s USING (m) JOIN person_strong AS own USING (pid)
             WHERE s.name IS NOT NULL
            UNION
            SELECT 'pw' || weak.pid, weak.row FROM person_weak AS weak JOIN person_said AS s USING (m)
             WHERE s.name IS NOT NULL AND NOT weak.is_split AND weak.pid ~ '^k:') AS g
     WHERE g.key IN (SELECT n.key FROM g_need AS n)
"""
# What a row gives itself it has as long as it stands.
OWN = "DELETE FROM g_need AS n USING g_give AS g WHERE g.key = n.key AND g.row = n.row"
# Nodes are rows, and keys as negative numbers; a link leads from what may be lost to what may be lost with it.
LINK = """
    CREATE TEMP TABLE g_key ON COMMIT DROP AS
    SELECT row_number() OVER ()::integer AS number, g.key, count(*)::integer AS givers
      FROM g_give AS g WHERE g.key IN (SELECT n.key FROM g_need AS n) GROUP BY g.key;
    CREATE TEMP TABLE g_link ON COMMIT DROP AS
    SELECT g.row AS source, -k.number AS target FROM g_give AS g JOIN g_key AS k USING (key)
    UNION
    SELECT -k.number, n.row FROM g_need AS n JOIN g_key AS k USING (key);
    CREATE INDEX ON g_link (source)
"""
# wanted: how many of the nodes that lead here must be lost, before it is.
MAYBE = """
    CREATE TEMP TABLE g_maybe ON COMMIT DROP AS
    WITH RECURSIVE maybe (node) AS (
        SELECT b.row FROM g_bad AS b WHERE b.row IN (SELECT l.source FROM g_link AS l)
        UNION
        SELECT l.target FROM maybe JOIN g_link AS l ON l.source = maybe.node)
    SELECT (row_number() OVER (ORDER BY maybe.node))::integer - 1 AS number, maybe.node,
           CASE WHEN maybe.node IN (SELECT b.row FROM g_bad AS b) THEN 0 ELSE coalesce(k.givers, 1) END AS wanted
      FROM maybe LEFT JOIN g_key AS k ON k.number = -maybe.node;
    CREATE INDEX ON g_maybe (node);
    CREATE TEMP TABLE g_lost (number integer) ON COMMIT DROP
"""
NODES = "SELECT m.wanted FROM g_maybe AS m ORDER BY m.number"
EDGES = """
    SELECT s.number, t.number
      FROM g_maybe AS s JOIN g_link AS l ON l.source = s.node JOIN g_maybe AS t ON t.node = l.target ORDER BY s.number
"""
COPY_LOST = "COPY g_lost (number) FROM STDIN"
TELL = """
    INSERT INTO problem (row, severity, col, code, value, params, place)
    WITH lost AS MATERIALIZED (SELECT m.node FROM g_lost AS l JOIN g_maybe AS m USING (number))
    SELECT n.row, 'error', NULL, n.code, n.named,
           jsonb_strip_nulls(jsonb_build_object('named', n.named, 'lacks', string_agg(DISTINCT n.lacks, ' and '))), 1003
      FROM lost JOIN g_key AS k ON k.number = -lost.node JOIN g_need AS n USING (key)
     WHERE n.row IN (SELECT l.node FROM lost AS l)
     GROUP BY n.row, n.code, n.named
"""
AT_ONCE = 20_000


def find(space: TemplateSpace) -> None:
    """Note what rows need and give, once all good rows have been named for the first time."""
    _drop(TABLES)
    for statement in (NEED, GIVE, OWN, LINK):
        space.run(statement, "needs")
    if space.rows >= WORTH_ANALYZING:
        raw_connection().execute("ANALYZE g_key, g_link, g_need, g_give")


def fail(space: TemplateSpace) -> None:
    """Tell of all rows that need, over however many others, what the rows of ``g_bad`` gave."""
    _drop(("g_maybe", "g_lost"))
    if space.run(MAYBE, "needs").rowcount == 0:
        return
    raw = raw_connection()
    with raw.cursor(name="needs_nodes") as nodes:
        nodes.itersize = AT_ONCE
        nodes.execute(NODES)
        wanted = array("i", (number for (number,) in nodes))
    with raw.cursor(name="needs_edges") as edges:
        edges.itersize = AT_ONCE
        edges.execute(EDGES)
        lost = walk(wanted, edges)
    with raw.cursor() as cursor, cursor.copy(COPY_LOST) as copy:
        for number in lost:
            copy.write_row((number,))
    space.run(TELL, "needs")


def walk(wanted: array[int], edges: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The nodes that are lost, save those that were from the start (wanted: 0).

    wanted: by number of a node, from 0, and used up here. edges: (from, to), each once, in order of from.
    """
    starts, targets = array("i", bytes(4 * (len(wanted) + 1))), array("i")
    for source, target in edges:
        starts[source + 1] += 1
        targets.append(target)
    starts = array("i", accumulate(starts))
    return _spread(wanted, starts, targets)


def _spread(wanted: array[int], starts: array[int], targets: array[int]) -> Iterator[int]:
    waiting = array("i", (number for number, left in enumerate(wanted) if left == 0))
    while waiting:
        at = waiting.pop()
        for target in targets[starts[at] : starts[at + 1]]:
            wanted[target] -= 1
            if wanted[target] == 0:
                waiting.append(target)
                yield target


def _drop(tables: tuple[str, ...]) -> None:
    raw_connection().execute("DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.{name}" for name in tables))
