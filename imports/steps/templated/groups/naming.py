"""Naming: which group each mention means, in the roster or made by this file (csv data import 2.2, references).

A group is known by its customId, or else by name and type: of one in the roster, or of one that the file defines. ``gid`` is
the system id as text, or, of a group that the file makes, what it is called by. Only good rows are looked at: ``good``.
"""

from __future__ import annotations

from collections.abc import Mapping

from imports.steps.workspace import Session

TABLES = ("group_said", "group_known", "group_custom", "group_named", "group_id", "group_made")

SAID = """
    CREATE TEMP TABLE group_said ON COMMIT DROP AS
    SELECT g.* FROM g_group AS g WHERE g.row NOT IN (SELECT b.row FROM g_bad AS b);
    CREATE INDEX ON group_said (custom_id)
"""
# Units that any mention may mean.
KNOWN = """
    CREATE TEMP TABLE group_known ON COMMIT DROP AS
    SELECT u.id, u.external_id, u.type, u.name, u.name_folded FROM roster_org_unit AS u
     WHERE u.institution_id = %(institution)s AND u.deleted_at IS NULL
       AND (u.external_id IN (SELECT s.custom_id FROM group_said AS s)
            OR (u.name_folded, u.type) IN (SELECT s.name_folded, s.type FROM group_said AS s WHERE s.custom_id IS NULL))
"""
# A customId may be that of an organization and of a department too: the type tells them apart.
CUSTOM = """
    CREATE TEMP TABLE group_custom ON COMMIT DROP AS
    SELECT said.custom_id, said.type,
           CASE WHEN bool_or(k.type = said.type) THEN (array_agg(k.id::text) FILTER (WHERE k.type = said.type))[1]
                WHEN count(k.id) = 1 THEN min(k.id::text) WHEN count(k.id) = 0 THEN 'c:' || said.custom_id END AS gid,
           string_agg(k.name || ' (' || k.type || ')', ', ' ORDER BY k.type, k.id) AS holders
      FROM (SELECT DISTINCT s.custom_id, s.type FROM group_said AS s WHERE s.custom_id IS NOT NULL) AS said
      LEFT JOIN group_known AS k ON k.external_id = said.custom_id
     GROUP BY said.custom_id, said.type
"""
NAMED = """
    CREATE TEMP TABLE group_named ON COMMIT DROP AS
    SELECT said.name_folded, said.type,
           CASE count(DISTINCT found.gid) WHEN 0 THEN 'n:' || said.type || ':' || said.name_folded
                                          WHEN 1 THEN min(found.gid) END AS gid,
           string_agg(DISTINCT found.called, ', ') AS holders
      FROM (SELECT DISTINCT s.name_folded, s.type FROM group_said AS s WHERE s.custom_id IS NULL) AS said
      LEFT JOIN (SELECT k.id::text AS gid, k.name_folded, k.type, coalesce(k.external_id, k.name) AS called FROM group_known AS k
                 UNION
                 SELECT c.gid, s.name_folded, s.type, s.custom_id FROM group_said AS s
                   JOIN group_custom AS c ON c.custom_id = s.custom_id AND c.type IS NOT DISTINCT FROM s.type
                  WHERE s.is_def AND s.name_folded IS NOT NULL AND s.type IS NOT NULL) AS found
        ON found.name_folded = said.name_folded AND found.type = said.type
     GROUP BY said.name_folded, said.type
"""
MEANT = """
    CREATE TEMP TABLE group_id ON COMMIT DROP AS
    SELECT s.m, s.row, s.is_def, coalesce(c.gid, n.gid) AS gid, coalesce(c.holders, n.holders) AS holders,
           s.custom_id IS NOT NULL AS by_custom_id,
           CASE WHEN s.custom_id IS NOT NULL THEN '"' || s.custom_id || '"'
                ELSE '"' || s.name || '" of the type "' || s.type || '"' END AS named
      FROM group_said AS s
      LEFT JOIN group_custom AS c ON c.custom_id = s.custom_id AND c.type IS NOT DISTINCT FROM s.type
      LEFT JOIN group_named AS n ON s.custom_id IS NULL AND n.name_folded = s.name_folded AND n.type = s.type;
    CREATE INDEX ON group_id (m);
    CREATE INDEX ON group_id (gid)
"""
# All definitions of one group, folded top to bottom: what the last one says of a property stands.
MADE = """
    CREATE TEMP TABLE group_made ON COMMIT DROP AS
    SELECT i.gid, i.gid !~ '^[cn]:' AS is_known,
           CASE WHEN i.gid ~ '^[cn]:' THEN (%(prefix_org_unit)s || lpad(to_hex(min(s.m)), 8, '0'))::uuid
                ELSE i.gid::uuid END AS id, min(s.m) AS m, min(s.row) AS first_row, max(s.row) AS last_row,
           max(s.custom_id) AS custom_id,
           (array_agg(s.name ORDER BY s.m DESC) FILTER (WHERE s.name IS NOT NULL))[1] AS name,
           (array_agg(s.name_folded ORDER BY s.m DESC) FILTER (WHERE s.name IS NOT NULL))[1] AS name_folded,
           (array_agg(s.type ORDER BY s.m DESC) FILTER (WHERE s.type IS NOT NULL))[1] AS type
      FROM group_id AS i JOIN group_said AS s USING (m)
     WHERE i.is_def AND i.gid IS NOT NULL GROUP BY i.gid;
    CREATE INDEX ON group_made (gid)
"""

AMBIGUOUS = """
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT DISTINCT i.row, 'error', NULL, 'group_ambiguous', i.named,
           jsonb_build_object('named', i.named, 'holders', i.holders), 1000
      FROM group_id AS i WHERE i.gid IS NULL
"""
UNKNOWN = """
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT DISTINCT i.row, 'error', NULL, 'unknown_group', i.named, jsonb_build_object('named', i.named), 1000
      FROM group_id AS i
     WHERE NOT i.is_def AND i.gid ~ '^[cn]:' AND i.gid NOT IN (SELECT g.gid FROM group_made AS g)
"""
LACKS = """
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT DISTINCT i.row, 'error', NULL, 'new_group_incomplete', i.named, jsonb_build_object('named', i.named,
           'lacks', concat_ws(' and ', CASE WHEN g.name IS NULL THEN 'name' END, CASE WHEN g.type IS NULL THEN 'type' END)), 1000
      FROM group_made AS g JOIN group_id AS i ON i.gid = g.gid AND i.is_def
     WHERE NOT g.is_known AND (g.name IS NULL OR g.type IS NULL)
"""
# An organization or department to which courses belong is one for other families too.
TYPE_IN_USE = """
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT DISTINCT s.row, 'error', NULL, 'type_in_use', i.named, jsonb_build_object('named', i.named, 'type', u.type), 1000
      FROM group_made AS g
      JOIN roster_org_unit AS u ON u.institution_id = %(institution)s AND u.id = g.id
      JOIN group_id AS i ON i.gid = g.gid AND i.is_def
      JOIN group_said AS s ON s.m = i.m AND s.type <> u.type
     WHERE g.is_known AND u.type IN ('organization', 'department')
       AND EXISTS (SELECT FROM roster_course AS c WHERE c.institution_id = %(institution)s AND c.deleted_at IS NULL
                      AND u.id IN (c.organization_id, c.department_id))
"""


def name(space: Session, prefixes: Mapping[str, str]) -> None:
    """Fill ``group_id`` and ``group_made``, and note what is wrong with rows. prefixes: of ids of new objects."""
    for statement in (SAID, KNOWN, CUSTOM, NAMED, MEANT, MADE, AMBIGUOUS, UNKNOWN, LACKS, TYPE_IN_USE):
        space.run(statement, "groups", **prefixes)
