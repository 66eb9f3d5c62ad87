"""Write: put what ``judge`` called new into the store, in the transaction of the caller.

Two writers with the same ids meet at ``activity_statement_key``: both insert in the order of ids, so one waits
for the other, and then finds that what it judged has moved. Nobody else waits for anybody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.sql import SQL

from edu_csv.activity import references
from edu_csv.activity.references import IS_NEW
from edu_csv.activity.terms import client_term, salted
from edu_csv.activity.waking import wake_on_commit
from edu_csv.activity.xapi import authority_terms


class StatementsMoved(Exception):
    """Others stored some of these ids since they were judged: roll back, judge and write again."""


@dataclass(frozen=True, slots=True)
class Written:
    """stored: of all these statements, to the millisecond. count: how many they are."""

    stored: datetime
    count: int


EXPECTED = SQL("""
    SELECT count(*), coalesce(max(s.n), 0) + 1, count(s.refers_to), coalesce(bool_or(s.is_voiding), false),
           EXISTS (SELECT FROM definition_in)
      FROM statement_in AS s WHERE {is_new}
""").format(is_new=IS_NEW)
BEGIN = "SELECT stored, first_seq FROM activity_begin_write(%(institution)s, %(numbers)s)"
AUTHORITY = "SELECT id FROM activity_authority WHERE institution_id = %(institution)s AND key = %(key)s ORDER BY id LIMIT 1"
NEW_AUTHORITY = """
    INSERT INTO activity_authority (institution_id, key, actor) VALUES (%(institution)s, %(key)s, %(actor)s) RETURNING id
"""
# With the ids that are referred to and have not come: whoever brings one of them then meets this writer here.
# Both in one statement and in the order of ids, so that no two writers wait for each other.
_KEYS = SQL("""
    WITH put AS (
        INSERT INTO activity_statement_key AS k (institution_id, id, stored, seq, timestamp, is_voiding, fingerprint)
        SELECT %(institution)s, id, stored, seq, timestamp, is_voiding, fingerprint
          FROM (SELECT s.id, %(stored)s::timestamptz AS stored, %(first_seq)s + s.n AS seq, s.timestamp, s.is_voiding,
                       s.fingerprint
                  FROM statement_in AS s WHERE {is_new}
                {absent}) AS wanted
         ORDER BY id
            ON CONFLICT (institution_id, id) DO UPDATE
           SET stored = excluded.stored, seq = excluded.seq, timestamp = excluded.timestamp,
               is_voiding = excluded.is_voiding, fingerprint = excluded.fingerprint
         WHERE k.stored IS NULL AND excluded.stored IS NOT NULL
     RETURNING k.stored, old.id AS awaited)
    SELECT count(stored), count(awaited) FROM put
""")
KEYS = _KEYS.format(is_new=IS_NEW, absent=SQL(""))
KEYS_AND_ABSENT = _KEYS.format(is_new=IS_NEW, absent=references.ABSENT)
STATEMENTS = SQL("""
    INSERT INTO activity_statement (institution_id, stored, seq, timestamp, authority_id, client_id, id, refers_to, job_id,
                                    "row", own_terms, has_timestamp, is_voiding, terms, body)
    SELECT %(institution)s, %(stored)s, %(first_seq)s + s.n, coalesce(s.timestamp, %(stored)s), %(authority)s, %(client)s,
           s.id, NULL, %(job)s, CASE WHEN %(job)s::uuid IS NOT NULL THEN s.row END,
           cardinality(s.terms) + %(added_terms)s, s.timestamp IS NOT NULL, s.is_voiding,
           s.terms || %(terms)s::bigint[], s.body
      FROM statement_in AS s
     WHERE s.refers_to IS NULL AND {is_new}
""").format(is_new=IS_NEW)
# A line more where something new is said, and those that it replaces away. Nobody waits for whoever writes about
# the same activity: of several lines the last counts, and one that another is about to remove is left to them.
DEFINITIONS = SQL("""
    WITH said AS (
        SELECT DISTINCT ON (activity, part, language) activity, part, language, value, %(first_seq)s + n AS seq
          FROM (SELECT activity, part, language, value, last AS n, last_row AS row FROM definition_in
                 UNION ALL
                SELECT activity, part, language, value, first, first_row FROM definition_in WHERE first <> last) AS s
         WHERE {is_new}
         ORDER BY activity, part, language, n DESC),
    put AS (
        INSERT INTO activity_definition (institution_id, activity, part, language, value, stored, seq)
        SELECT %(institution)s, activity, part, language, value, %(stored)s::timestamptz, seq
          FROM said
         WHERE value IS DISTINCT FROM (
               SELECT d.value FROM activity_definition AS d
                WHERE d.institution_id = %(institution)s AND d.activity = said.activity AND d.part = said.part
                  AND d.language = said.language
                ORDER BY d.stored DESC, d.seq DESC LIMIT 1)
     RETURNING activity, part, language),
    old AS (
        SELECT d.activity, d.part, d.language, d.stored, d.seq
          FROM put
         CROSS JOIN LATERAL (
               SELECT * FROM activity_definition AS d
                WHERE d.institution_id = %(institution)s AND d.activity = put.activity AND d.part = put.part
                  AND d.language = put.language AND d.stored < %(stored)s
                  FOR UPDATE SKIP LOCKED) AS d)
    DELETE FROM activity_definition AS d USING old
     WHERE d.institution_id = (SELECT %(institution)s::bigint) AND d.activity = old.activity AND d.part = old.part
       AND d.language = old.language AND d.stored = old.stored AND d.seq = old.seq
""").format(is_new=IS_NEW)

ANALYZE = "SELECT activity_analyze(%(stored)s, %(written)s)"
WORTH_ANALYZING = 10_000


def write(
    cursor: Any,
    institution: int,
    *,
    authority: Mapping[str, Any],
    job: UUID | None = None,
    client: int | None = None,
) -> Written:
    """Store all that is NEW of rows that do not fail. authority: an Agent, valid. job: whose rows these are.

    Whoever projects them is told when the transaction commits. Raises StatementsMoved when others stored some of them
    since ``judge``; nothing of it may be committed then.
    """
    cursor.execute(EXPECTED)
    expected, numbers, referring, voids, defines = cursor.fetchone()
    cursor.execute(BEGIN, {"institution": institution, "numbers": numbers})
    stored, first_seq = cursor.fetchone()
    added = list(authority_terms(dict(authority))) + ([] if client is None else [client_term(client)])
    params = {
        "institution": institution,
        "stored": stored,
        "first_seq": first_seq,
        "authority": _authority(cursor, institution, authority),
        "job": job,
        "client": client,
        "terms": salted(institution, added),
        "added_terms": len(added),
    }
    cursor.execute(KEYS_AND_ABSENT if referring else KEYS, params)
    count, awaited = cursor.fetchone()
    if count != expected:
        raise StatementsMoved
    cursor.execute(STATEMENTS, params)
    if referring:
        references.write(cursor, params, voids=voids)
    if referring or awaited:
        references.settle(cursor, params)
    if defines:
        cursor.execute(DEFINITIONS, params)
    if count >= WORTH_ANALYZING:
        cursor.execute(ANALYZE, {"stored": stored, "written": count})
    wake_on_commit(institution)
    return Written(stored, count)


def _authority(cursor: Any, institution: int, authority: Mapping[str, Any]) -> int:
    actor = json.dumps(authority, sort_keys=True, separators=(",", ":"))
    params = {"institution": institution, "key": hashlib.sha256(actor.encode()).digest(), "actor": actor}
    cursor.execute(AUTHORITY, params)
    if (found := cursor.fetchone()) is None:
        cursor.execute(NEW_AUTHORITY, params)
        found = cursor.fetchone()
    return int(found[0])
