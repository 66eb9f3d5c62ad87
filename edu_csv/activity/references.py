"""Statements that refer to others: what they inherit, what they void, and what they wait for.

A statement is found by what its chain of references is found by (xapi.md 5.2), so it takes over the terms of
its target when it is stored. A chain ends at a statement that refers to nothing, or at one that has not come:
``activity_awaited`` says for each referrer which one that is, however many steps away, so that its arrival
finds all of them at once. A target that is missing has a line among the keys, without a place: two writers
that bring a target and its referrer at the same time meet there.
"""

from __future__ import annotations

from typing import Any

from psycopg.sql import SQL, Composed


def is_new(alias: str) -> Composed:
    """The condition that a staged statement of this alias is to be stored."""
    return SQL("""
        NOT EXISTS (SELECT FROM statement_failed AS f WHERE f.row = {alias}.row)
        AND NOT EXISTS (SELECT FROM statement_out AS o WHERE o.n = {alias}.n)
    """).format(alias=SQL(alias))


IS_NEW = is_new("s")

# Goes into the statement that writes the keys.
ABSENT = SQL("""
    UNION ALL
    SELECT DISTINCT s.refers_to, NULL::timestamptz, NULL::bigint, NULL::timestamptz, false, NULL::bytea
      FROM statement_in AS s
     WHERE s.refers_to IS NOT NULL AND {is_new}
       AND (SELECT true FROM activity_statement_key AS k
             WHERE k.institution_id = %(institution)s AND k.id = s.refers_to AND k.stored IS NOT NULL) IS NULL
       AND NOT EXISTS (SELECT FROM statement_in AS t WHERE t.id = s.refers_to AND {is_new_target})
""").format(is_new=IS_NEW, is_new_target=is_new("t"))
# A target that waits itself: who brings what it waits for changes its terms and ends its waiting. Not while we look.
HOLD = SQL("""
    SELECT FROM (SELECT DISTINCT s.refers_to AS id FROM statement_in AS s
                  WHERE s.refers_to IS NOT NULL AND {is_new} ORDER BY 1) AS target
     CROSS JOIN LATERAL (
           SELECT FROM activity_awaited AS a
            WHERE a.institution_id = %(institution)s AND a.referrer = target.id FOR UPDATE) AS held
""").format(is_new=IS_NEW)
STATEMENTS = SQL("""
    INSERT INTO activity_statement (institution_id, stored, seq, timestamp, authority_id, client_id, id, refers_to, job_id,
                                    "row", own_terms, has_timestamp, is_voiding, terms, body)
    SELECT %(institution)s, %(stored)s, %(first_seq)s + s.n, coalesce(s.timestamp, %(stored)s), %(authority)s, %(client)s,
           s.id, s.refers_to, %(job)s, CASE WHEN %(job)s::uuid IS NOT NULL THEN s.row END,
           cardinality(s.terms) + %(added_terms)s, s.timestamp IS NOT NULL, s.is_voiding,
           activity_terms(s.terms || %(terms)s::bigint[], target.terms), s.body
      FROM statement_in AS s
      LEFT JOIN LATERAL (
           SELECT k.stored, k.seq FROM activity_statement_key AS k
            WHERE k.institution_id = %(institution)s AND k.id = s.refers_to AND k.stored IS NOT NULL OFFSET 0) AS k ON true
      LEFT JOIN LATERAL (
           SELECT t.terms FROM activity_statement AS t
            WHERE t.institution_id = %(institution)s AND t.stored = k.stored AND t.seq = k.seq OFFSET 0) AS target ON true
     WHERE s.refers_to IS NOT NULL AND {is_new}
""").format(is_new=IS_NEW)
VOIDINGS = SQL("""
    INSERT INTO activity_voiding (institution_id, target, voiding)
    SELECT DISTINCT ON (s.refers_to) %(institution)s, s.refers_to, s.id
      FROM statement_in AS s
     WHERE s.is_voiding AND s.refers_to IS NOT NULL AND {is_new}
     ORDER BY s.refers_to, s.n
        ON CONFLICT (institution_id, target) DO NOTHING
""").format(is_new=IS_NEW)
# Who waits: for a target that is not here, for what a target waits for that is, or for one of this write whose
# own references are about to be followed.
AWAITED = SQL("""
    INSERT INTO activity_awaited (institution_id, referrer, target, stored, seq)
    SELECT %(institution)s, s.id, coalesce(a.target, s.refers_to), %(stored)s, %(first_seq)s + s.n
      FROM statement_in AS s
      LEFT JOIN LATERAL (
           SELECT k.id FROM activity_statement_key AS k
            WHERE k.institution_id = %(institution)s AND k.id = s.refers_to AND k.stored IS NOT NULL OFFSET 0) AS k ON true
      LEFT JOIN LATERAL (
           SELECT a.target FROM activity_awaited AS a
            WHERE a.institution_id = %(institution)s AND a.referrer = s.refers_to OFFSET 0) AS a ON true
      LEFT JOIN (SELECT t.id FROM statement_in AS t WHERE t.refers_to IS NOT NULL AND {is_new_target}) AS here
        ON here.id = s.refers_to
     WHERE s.refers_to IS NOT NULL AND coalesce(a.target, s.refers_to) <> s.id AND {is_new}
       AND (k.id IS NULL OR a.target IS NOT NULL OR here.id IS NOT NULL)
""").format(is_new=IS_NEW, is_new_target=is_new("t"))
ARRIVED = SQL("""
    CREATE TEMP TABLE IF NOT EXISTS statement_arrived (id uuid) ON COMMIT DROP;
    TRUNCATE statement_arrived;
    INSERT INTO statement_arrived (id)
    SELECT s.id FROM statement_in AS s
     WHERE (SELECT true FROM activity_awaited AS a
             WHERE a.institution_id = %(institution)s AND a.target = s.id LIMIT 1)
       AND {is_new};
    ANALYZE statement_arrived
""").format(is_new=IS_NEW)
SETTLE = "SELECT activity_settle(%(institution)s)"


def write(cursor: Any, params: dict[str, Any], *, voids: bool) -> None:
    """Store the new statements that refer to others; the others of this write are there already."""
    cursor.execute(HOLD, params)
    cursor.execute(STATEMENTS, params)
    if voids:
        cursor.execute(VOIDINGS, params)
    cursor.execute(AWAITED, params)


def settle(cursor: Any, params: dict[str, Any]) -> None:
    """Give those that waited for a statement of this write what they inherit."""
    cursor.execute(ARRIVED, params)
    cursor.execute(SETTLE, params)
