"""Links: memberships and permissions that rows say, and the memberships that ``replace`` ends (csv data import 2.4)."""

from __future__ import annotations

from collections.abc import Mapping

from imports.steps.workspace import Session

TABLES = (
    "person_ref",
    "member_want",
    "permission_want",
    "type_after",
    "member_left",
    "person_kept",
    "member_end",
)

REFS = """
    CREATE TEMP TABLE person_ref ON COMMIT DROP AS
    SELECT i.m, i.row, coalesce(p.id, CASE WHEN i.pid !~ '^[ck]:' THEN i.pid::uuid END) AS id
      FROM person_id AS i LEFT JOIN person_made AS p ON p.pid = i.pid;
    CREATE INDEX ON person_ref (m)
"""
MEMBERS = """
    CREATE TEMP TABLE member_want ON COMMIT DROP AS
    SELECT DISTINCT ON (p.id, g.id) p.id AS person_id, g.id AS unit_id, l.n, l.row
      FROM g_member AS l JOIN person_ref AS p ON p.m = l.person JOIN group_ref AS g ON g.m = l.grp
     ORDER BY p.id, g.id, l.n
"""
PERMISSIONS = """
    CREATE TEMP TABLE permission_want ON COMMIT DROP AS
    SELECT DISTINCT ON (who.id, g.id) who.code AS grantee_type, who.id AS grantee_id, g.id AS org_unit_id, l.n, l.row
      FROM g_permission AS l
      JOIN (SELECT m, id, 6::smallint AS code FROM person_ref UNION ALL SELECT m, id, 1::smallint FROM group_ref) AS who
        ON who.m = l.grantee
      LEFT JOIN group_ref AS g ON g.m = l.grp
     WHERE l.grp IS NULL OR g.m IS NOT NULL
     ORDER BY who.id, g.id, l.n
"""
NEW_MEMBERS = """
    INSERT INTO change_raw
    SELECT 12, (%(prefix_membership)s || lpad(to_hex(w.n), 8, '0'))::uuid, 1, '{}', jsonb_build_object(
               'person_id', w.person_id, 'unit_type', 1, 'unit_id', w.unit_id,
               'role', coalesce((SELECT p.roles[1] FROM roster_person AS p
                                  WHERE p.institution_id = %(institution)s AND p.id = w.person_id), 'student')), w.row
      FROM member_want AS w
     WHERE NOT EXISTS (SELECT FROM roster_membership AS o WHERE o.institution_id = %(institution)s
                          AND o.unit_id = w.unit_id AND o.person_id = w.person_id AND o.deleted_at IS NULL)
"""
NEW_PERMISSIONS = """
    INSERT INTO change_raw
    SELECT 15, (%(prefix_viewing_permission)s || lpad(to_hex(w.n), 8, '0'))::uuid, 1, '{}', jsonb_build_object(
               'grantee_type', w.grantee_type, 'grantee_id', w.grantee_id, 'org_unit_id', w.org_unit_id), w.row
      FROM permission_want AS w
     WHERE NOT EXISTS (SELECT FROM roster_viewing_permission AS o
                        WHERE o.institution_id = %(institution)s AND o.grantee_id = w.grantee_id
                          AND o.org_unit_id IS NOT DISTINCT FROM w.org_unit_id AND o.deleted_at IS NULL)
"""
# Types of the groups that good rows mention in any way, as they are after the import.
TYPES = """
    CREATE TEMP TABLE type_after ON COMMIT DROP AS
    SELECT u.id, coalesce(g.type, u.type) AS type, u.id IN (SELECT r.id FROM group_ref AS r) AS is_said
      FROM roster_org_unit AS u LEFT JOIN group_made AS g ON g.id = u.id
     WHERE u.institution_id = %(institution)s AND u.deleted_at IS NULL
    UNION ALL
    SELECT g.id, g.type, true FROM group_made AS g WHERE NOT g.is_known
"""
# Whom rows that failed are about: what they would have said is not known, so nothing of these people ends.
KEPT = """
    CREATE TEMP TABLE person_kept ON COMMIT DROP AS
    SELECT kept.id, min(kept.row) AS row
      FROM (SELECT p.id, g.row FROM g_person AS g JOIN g_bad AS b ON b.row = g.row
              JOIN roster_person AS p ON p.institution_id = %(institution)s AND p.external_id = g.custom_id AND p.deleted_at IS NULL
            UNION ALL
            SELECT p.id, g.row FROM g_person AS g JOIN g_bad AS b ON b.row = g.row
              JOIN person_made AS p ON p.custom_id = g.custom_id
            UNION ALL
            SELECT p.person_id, g.row FROM g_persona AS g JOIN g_bad AS b ON b.row = g.row
              JOIN roster_persona AS p ON p.institution_id = %(institution)s AND p.key = g.key AND p.deleted_at IS NULL
            UNION ALL
            SELECT p.id, g.row FROM g_persona AS g JOIN g_bad AS b ON b.row = g.row
              JOIN roster_person AS p
                ON p.institution_id = %(institution)s AND p.email_folded = g.email_folded AND p.deleted_at IS NULL
            UNION ALL
            SELECT p.id, g.row FROM g_persona AS g JOIN g_bad AS b ON b.row = g.row
              JOIN persona_owner AS o ON o.key = g.key JOIN person_made AS p ON p.pid = o.pid) AS kept
     GROUP BY kept.id
"""
# A row of which not even that is known may have been about anybody.
UNREAD = """
    INSERT INTO person_kept
    SELECT p.id, unread.row
      FROM (SELECT min(b.row) AS row FROM g_bad AS b
             WHERE b.row NOT IN (SELECT g.row FROM g_person AS g UNION SELECT g.row FROM g_group AS g)
                OR b.row IN (SELECT g.row FROM g_person AS g
                              WHERE g.custom_id IS NULL AND g.m NOT IN (SELECT k.m FROM g_persona AS k))) AS unread
     CROSS JOIN person_made AS p
     WHERE unread.row IS NOT NULL AND p.has_groups AND p.id NOT IN (SELECT k.id FROM person_kept AS k)
"""
TELL_KEPT = """
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT p.groups_row, 'warning', NULL, 'memberships_kept', NULL,
           jsonb_build_object('number', count(*), 'other_row', k.row), 2001
      FROM member_left AS l
      JOIN person_kept AS k ON k.id = l.person_id
      JOIN person_made AS p ON p.id = l.person_id
     GROUP BY p.groups_row, k.id, k.row
"""
LEFT = """
    CREATE TEMP TABLE member_left ON COMMIT DROP AS
    SELECT o.id, o.person_id, p.groups_row AS row
      FROM roster_membership AS o
      JOIN person_made AS p ON p.id = o.person_id AND p.has_groups
      JOIN type_after AS t ON t.id = o.unit_id
     WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL AND o.unit_type = 1
       AND t.type IN (SELECT said.type FROM type_after AS said WHERE said.is_said)
       AND NOT EXISTS (SELECT FROM member_want AS w WHERE w.person_id = o.person_id AND w.unit_id = o.unit_id)
"""
ENDED = """
    CREATE TEMP TABLE member_end ON COMMIT DROP AS
    SELECT l.id, l.row FROM member_left AS l WHERE l.person_id NOT IN (SELECT k.id FROM person_kept AS k)
"""
END = "INSERT INTO change_raw SELECT 12, e.id, 3, '{}', '{}', e.row FROM member_end AS e"
SHARE = """
    SELECT (SELECT count(*) FROM member_end),
           (SELECT count(*) FROM roster_membership AS o JOIN type_after AS t ON t.id = o.unit_id
             WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL AND o.unit_type = 1
               AND t.type IN (SELECT said.type FROM type_after AS said WHERE said.is_said))
"""


def change(session: Session, prefixes: Mapping[str, str], *, replace: bool) -> tuple[int, int]:
    """Add what rows join and end to ``change_raw``; returns how many memberships end, and of how many."""
    for statement in (REFS, MEMBERS, PERMISSIONS, NEW_MEMBERS, NEW_PERMISSIONS):
        session.run(statement, "links", **prefixes)
    if not replace:
        return 0, 0
    for statement in (TYPES, LEFT, KEPT, UNREAD, ENDED, TELL_KEPT, END):
        session.run(statement, "links")
    [(ended, total)] = session.fetch(SHARE, "links")
    return int(ended), int(total)
