"""Ties: rows that speak of the same people or groups, where who is meant may change when one of them fails.

Naming is done anew without rows that failed, and each time others may fail. A file can be made so that this takes as many
rounds as it has rows; so after some rounds all rows that are tied to those that fail, over however many others, fail with
them. The rest shares nothing with them, and means what it meant.
"""

from __future__ import annotations

from imports.steps.templated.space import WORTH_ANALYZING, TemplateSpace
from imports.steps.workspace import raw_connection

TABLES = ("g_tie", "g_tied")

# Nodes are rows, and what they share as negative numbers. What the roster knows by its customId ties nobody.
TIE = """
    CREATE TEMP TABLE g_tie ON COMMIT DROP AS
    WITH shared AS MATERIALIZED (
        SELECT said.row, -dense_rank() OVER (ORDER BY said.key)::integer AS key
          FROM (SELECT s.row, 'gc' || s.custom_id AS key FROM group_said AS s JOIN group_id AS i USING (m)
                 WHERE s.custom_id IS NOT NULL AND (i.gid IS NULL OR i.gid ~ '^c:')
                UNION
                SELECT s.row, 'gn' || length(s.type) || s.type || s.name_folded FROM group_said AS s
                 WHERE s.type IS NOT NULL AND s.name_folded IS NOT NULL
                UNION
                SELECT s.row, 'pc' || s.custom_id FROM person_said AS s JOIN person_custom AS c USING (custom_id)
                 WHERE c.known IS NULL
                UNION
                SELECT p.row, 'pk' || p.key FROM persona_said AS p
                UNION
                SELECT p.row, 'ph' || h.person_id FROM persona_said AS p JOIN persona_held AS h USING (key)) AS said)
    SELECT s.row AS source, s.key AS target FROM shared AS s
    UNION ALL
    SELECT s.key, s.row FROM shared AS s;
    CREATE INDEX ON g_tie (source)
"""
FAIL = """
    CREATE TEMP TABLE g_tied ON COMMIT DROP AS
    WITH RECURSIVE tied (node) AS (
        SELECT b.row FROM g_bad AS b WHERE b.row IN (SELECT t.source FROM g_tie AS t)
        UNION
        SELECT t.target FROM tied JOIN g_tie AS t ON t.source = tied.node)
    SELECT tied.node AS row FROM tied WHERE tied.node > 0;
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT t.row, 'error', NULL, 'fails_together', NULL, '{}', 1004
      FROM g_tied AS t WHERE t.row NOT IN (SELECT b.row FROM g_bad AS b)
"""


def fail(space: TemplateSpace) -> None:
    """Tell of all rows that are tied to those of ``g_bad``."""
    raw_connection().execute("DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.{name}" for name in TABLES))
    space.run(TIE, "ties")
    if space.rows >= WORTH_ANALYZING:
        raw_connection().execute("ANALYZE g_tie")
    space.run(FAIL, "ties")
