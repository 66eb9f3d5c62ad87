"""Objects: what groups, people and personas become, compared with what they are (csv data import 2.3)."""

from __future__ import annotations

from collections.abc import Mapping

from imports.steps.workspace import Session

TABLES = ("parent_new", "person_name", "person_email", "person_emptied")

# In the order in which the file says them.
PARENTS = """
    CREATE TEMP TABLE parent_new ON COMMIT DROP AS
    SELECT e.child AS id, array_agg(e.parent ORDER BY e.n) AS parents, min(e.row) AS row
      FROM (SELECT DISTINCT ON (e.child, e.parent) e.child, e.parent, e.n, e.row FROM edge_new AS e
             ORDER BY e.child, e.parent, e.n) AS e
     GROUP BY e.child;
    CREATE INDEX ON parent_new (id)
"""
GROUPS_MADE = """
    INSERT INTO change_raw
    SELECT 1, g.id, 1, '{}', jsonb_build_object('external_id', g.custom_id, 'name', g.name, 'name_folded', g.name_folded,
               'type', g.type, 'parent_ids', to_jsonb(coalesce(p.parents, '{}'))), g.first_row
      FROM group_made AS g LEFT JOIN parent_new AS p ON p.id = g.id WHERE NOT g.is_known
"""
GROUPS_CHANGED = """
    INSERT INTO change_raw
    SELECT 1, u.id, 2, was.said, becomes.said,
           CASE WHEN becomes.said - 'parent_ids' = '{}' THEN p.row ELSE g.last_row END
      FROM roster_org_unit AS u
      LEFT JOIN group_made AS g ON g.id = u.id
      LEFT JOIN parent_new AS p ON p.id = u.id
     CROSS JOIN LATERAL (SELECT coalesce(g.name <> u.name, false) AS name, coalesce(g.type <> u.type, false) AS type) AS other
     CROSS JOIN LATERAL (SELECT
               CASE WHEN other.name THEN jsonb_build_object('name', u.name, 'name_folded', u.name_folded) ELSE '{}' END
            || CASE WHEN other.type THEN jsonb_build_object('type', u.type) ELSE '{}' END
            || CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('parent_ids', u.parent_ids) ELSE '{}' END AS said) AS was
     CROSS JOIN LATERAL (SELECT
               CASE WHEN other.name THEN jsonb_build_object('name', g.name, 'name_folded', g.name_folded) ELSE '{}' END
            || CASE WHEN other.type THEN jsonb_build_object('type', g.type) ELSE '{}' END
            || CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('parent_ids', u.parent_ids || p.parents) ELSE '{}' END
               AS said) AS becomes
     WHERE u.institution_id = %(institution)s AND u.deleted_at IS NULL AND (g.id IS NOT NULL OR p.id IS NOT NULL)
       AND becomes.said <> '{}'
"""
# The last word is the family name: the roster keeps two parts of a name, and a template has one.
NAMES = """
    CREATE TEMP TABLE person_name ON COMMIT DROP AS
    SELECT p.id, nullif(btrim(substring(p.name FROM '^(.*)\\s\\S+$')), '') AS given_name,
           substring(p.name FROM '\\S+$') AS last_word, p.name, p.name_row AS row, p.is_known
      FROM person_made AS p WHERE p.name IS NOT NULL;
    CREATE INDEX ON person_name (id)
"""
# A new person has the first of their e-mail addresses that is nobody's.
EMAILS = """
    CREATE TEMP TABLE person_email ON COMMIT DROP AS
    SELECT DISTINCT ON (free.id) free.id, free.email, free.email_folded
      FROM (SELECT DISTINCT ON (s.email_folded) p.id, substr(s.value, 8) AS email, s.email_folded, s.n
              FROM person_made AS p
              JOIN persona_owner AS o ON o.pid = p.pid
              JOIN persona_said AS s ON s.n = o.n AND s.email_folded IS NOT NULL
             WHERE NOT p.is_known AND NOT EXISTS (
                   SELECT FROM roster_person AS held WHERE held.institution_id = %(institution)s
                      AND held.email_folded = s.email_folded AND held.deleted_at IS NULL)
             ORDER BY s.email_folded, s.n) AS free
     ORDER BY free.id, free.n
"""
PEOPLE_MADE = """
    INSERT INTO change_raw
    SELECT 6, p.id, 1, '{}', jsonb_build_object('external_id', p.custom_id, 'given_name', coalesce(n.given_name, n.last_word),
               'family_name', CASE WHEN n.given_name IS NOT NULL THEN n.last_word END,
               'email', e.email, 'email_folded', e.email_folded, 'roles', '[]'::jsonb), p.first_row
      FROM person_made AS p
      LEFT JOIN person_name AS n ON n.id = p.id
      LEFT JOIN person_email AS e ON e.id = p.id WHERE NOT p.is_known
"""
PEOPLE_CHANGED = """
    INSERT INTO change_raw
    SELECT 6, o.id, 2, was.said, becomes.said, coalesce(CASE WHEN other.name THEN n.row END, p.last_row)
      FROM person_made AS p
      JOIN roster_person AS o ON o.institution_id = %(institution)s AND o.id = p.id
      LEFT JOIN person_name AS n ON n.id = p.id
     CROSS JOIN LATERAL (SELECT coalesce(n.name <> concat_ws(' ', o.given_name, o.family_name), false) AS name,
                                o.external_id IS NULL AND p.custom_id IS NOT NULL AS custom_id) AS other
     CROSS JOIN LATERAL (SELECT
               CASE WHEN other.name THEN jsonb_build_object('given_name', o.given_name, 'family_name', o.family_name)
                    ELSE '{}' END
            || CASE WHEN other.custom_id THEN jsonb_build_object('external_id', o.external_id) ELSE '{}' END AS said) AS was
     CROSS JOIN LATERAL (SELECT
               CASE WHEN other.name THEN jsonb_build_object('given_name', coalesce(n.given_name, n.last_word),
                         'family_name', CASE WHEN n.given_name IS NOT NULL THEN n.last_word END) ELSE '{}' END
            || CASE WHEN other.custom_id THEN jsonb_build_object('external_id', p.custom_id) ELSE '{}' END AS said) AS becomes
     WHERE p.is_known AND becomes.said <> '{}'
"""
PERSONAS_MADE = """
    INSERT INTO change_raw
    SELECT 14, (%(prefix_persona)s || lpad(to_hex(o.n), 8, '0'))::uuid, 1, '{}', jsonb_build_object('person_id', p.id,
               'identifier', s.identifier, 'value', s.value, 'home_page', s.home_page), o.row
      FROM persona_owner AS o
      JOIN person_made AS p ON p.pid = o.pid
      JOIN persona_said AS s ON s.n = o.n
     WHERE NOT EXISTS (SELECT FROM persona_held AS h WHERE h.key = o.key AND h.persona_id IS NOT NULL)
"""
PERSONAS_MOVED = """
    INSERT INTO change_raw
    SELECT 14, h.persona_id, 2, jsonb_build_object('person_id', h.person_id), jsonb_build_object('person_id', p.id), o.row
      FROM persona_owner AS o
      JOIN person_made AS p ON p.pid = o.pid
      JOIN persona_held AS h ON h.key = o.key AND h.persona_id IS NOT NULL AND h.person_id <> p.id
"""
# A person left without any identifier goes (2.1), unless another family knows them or something hangs on them.
EMPTIED = """
    CREATE TEMP TABLE person_emptied ON COMMIT DROP AS
    SELECT p.id, min(moved.row) AS row, coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.external_id) AS named
      FROM change_raw AS moved
      JOIN roster_person AS p ON p.institution_id = %(institution)s AND p.id = (moved.before ->> 'person_id')::uuid
       AND p.deleted_at IS NULL
     WHERE moved.object_type = 14 AND moved.operation = 2
       AND p.email IS NULL AND p.username IS NULL AND p.sso_id IS NULL
       AND NOT EXISTS (SELECT FROM roster_persona AS kept
                        WHERE kept.institution_id = %(institution)s AND kept.person_id = p.id AND kept.deleted_at IS NULL
                          AND kept.id NOT IN (SELECT c.object_id FROM change_raw AS c WHERE c.object_type = 14 AND c.operation = 2))
       AND NOT EXISTS (SELECT FROM person_id AS said WHERE said.pid = p.id::text)
       AND NOT EXISTS (SELECT FROM roster_enrollment AS e
                        WHERE e.institution_id = %(institution)s AND e.person_id = p.id AND e.deleted_at IS NULL)
       AND NOT EXISTS (SELECT FROM roster_section AS s WHERE s.institution_id = %(institution)s AND s.deleted_at IS NULL
                          AND (s.instructor_id = p.id OR p.id = ANY (s.secondary_instructor_ids)))
       AND NOT EXISTS (SELECT FROM roster_schedule AS s
                        WHERE s.institution_id = %(institution)s AND s.instructor_id = p.id AND s.deleted_at IS NULL)
       AND NOT EXISTS (SELECT FROM roster_person_attributes AS a WHERE a.institution_id = %(institution)s
                          AND p.id IN (a.person_id, a.manager_id) AND a.deleted_at IS NULL)
       AND NOT EXISTS (SELECT FROM roster_person AS r WHERE r.institution_id = %(institution)s AND r.deleted_at IS NULL
                          AND p.id = ANY (r.parent_person_ids || r.guardian_person_ids || r.auditor_person_ids))
     GROUP BY p.id
"""
# With them go their places in groups and what they may view.
EMPTIED_GO = """
    INSERT INTO change_raw SELECT 6, e.id, 3, '{}', '{}', e.row FROM person_emptied AS e;
    INSERT INTO change_raw
    SELECT 12, o.id, 3, '{}', '{}', e.row FROM person_emptied AS e
      JOIN roster_membership AS o ON o.institution_id = %(institution)s AND o.person_id = e.id AND o.deleted_at IS NULL;
    INSERT INTO change_raw
    SELECT 15, o.id, 3, '{}', '{}', e.row FROM person_emptied AS e
      JOIN roster_viewing_permission AS o ON o.institution_id = %(institution)s AND o.grantee_id = e.id AND o.deleted_at IS NULL;
    INSERT INTO problem (row, severity, col, code, value, params, place)
    SELECT e.row, 'warning', NULL, 'person_emptied', e.named, jsonb_build_object('named', e.named), 2000 FROM person_emptied AS e
"""


def change(session: Session, prefixes: Mapping[str, str]) -> None:
    """Add what groups, people and personas become to ``change_raw``."""
    for statement in (
        PARENTS, GROUPS_MADE, GROUPS_CHANGED, NAMES, EMAILS, PEOPLE_MADE, PEOPLE_CHANGED, PERSONAS_MADE, PERSONAS_MOVED,
        EMPTIED, EMPTIED_GO,
    ):  # fmt: skip
        session.run(statement, "objects", **prefixes)
