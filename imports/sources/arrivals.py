"""What came to sources lately, from the imports made of it and from the files that wait or were refused.

Two statements for all sources of an institution, whatever came. An import tells that a file came even when the file
itself is no longer in the inbox.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from imports.sources.health import Arrival, Became

# As many as the page of a source shows.
SHOWN = 30

# Ids of jobs are in the order in which they were made, so nothing has to be sorted by time to find the last ones.
# same_since, of the newest of each format alone: of the files that followed the last one with other bytes, the first.
IMPORTED = """
    WITH last AS MATERIALIZED (
        SELECT i.*, row_number() OVER (PARTITION BY i.source_id, i.format_key ORDER BY i.job_id DESC) = 1 AS is_newest
          FROM imports_source AS s
         CROSS JOIN LATERAL (SELECT i.job_id, i.source_id, i.file_name, i.format_key, i.file_sha256, i.file_bytes,
                                    i.planned_at, i.counts, i.files
                               FROM imports_import AS i
                              WHERE i.source_id = s.id ORDER BY i.job_id DESC LIMIT %(most)s) AS i
         WHERE s.institution_id = %(institution)s AND (%(source)s::uuid IS NULL OR s.id = %(source)s)),
    changed AS MATERIALIZED (
        SELECT l.job_id, l.source_id, l.format_key,
               coalesce((SELECT other.job_id FROM imports_import AS other
                          WHERE other.source_id = l.source_id AND other.format_key = l.format_key
                            AND other.file_sha256 <> l.file_sha256
                          ORDER BY other.job_id DESC LIMIT 1), '00000000-0000-0000-0000-000000000000') AS before
          FROM last AS l WHERE l.is_newest),
    runs AS MATERIALIZED (
        SELECT c.job_id, first.job_id AS first
          FROM changed AS c
         CROSS JOIN LATERAL (
            SELECT one.job_id FROM imports_import AS one
             WHERE one.source_id = c.source_id AND one.format_key = c.format_key AND one.job_id > c.before
             ORDER BY one.job_id LIMIT 1) AS first)
    SELECT i.source_id, coalesce(f.arrived_at, job.created_at), i.file_name, i.format_key, i.file_sha256, i.file_bytes,
           CASE WHEN i.planned_at IS NOT NULL THEN coalesce((i.counts ->> 'rows')::bigint, 0) END,
           job.state, job.status, i.job_id, job.problem, i.counts, coalesce(f1.arrived_at, j1.created_at),
           read.files, read.unread, read.first_unread
      FROM last AS i
      JOIN jobs_job AS job ON job.id = i.job_id
     CROSS JOIN LATERAL (
        SELECT count(*) AS files, count(*) FILTER (WHERE jsonb_typeof(told.file -> 'problem') = 'object') AS unread,
               (array_agg(told.file ->> 'name' ORDER BY told.place)
                  FILTER (WHERE jsonb_typeof(told.file -> 'problem') = 'object'))[1] AS first_unread
          FROM jsonb_array_elements(i.files) WITH ORDINALITY AS told (file, place)) AS read
      LEFT JOIN imports_inbox_file AS f ON f.upload_id = i.job_id AND f.door <> 'answer'
      LEFT JOIN runs AS r ON r.job_id = i.job_id
      LEFT JOIN jobs_job AS j1 ON j1.id = r.first
      LEFT JOIN imports_inbox_file AS f1 ON f1.upload_id = r.first AND f1.door <> 'answer'
"""
LYING = """
    SELECT s.id, f.arrived_at, f.name, f.sha256, f.bytes, f.state, f.problem
      FROM imports_source AS s
     CROSS JOIN LATERAL (SELECT * FROM imports_inbox_file AS f
                          WHERE f.institution_id = s.institution_id AND f.source_id = s.id AND f.upload_id IS NULL
                            AND f.door <> 'answer' AND f.state <> 'arriving'
                          ORDER BY f.arrived_at DESC LIMIT %(most)s) AS f
     WHERE s.institution_id = %(institution)s AND (%(source)s::uuid IS NULL OR s.id = %(source)s)
"""
BECAME: Mapping[str, Became] = {
    "failed": "refused",
    "cancelled": "cancelled",
    "voided": "undone",
    "completed": "ended",
    "completed_with_errors": "ended",
    "awaiting_approval": "approval",
    "voiding": "ended",
}


def arrivals(institution: int, source: UUID | None = None) -> dict[UUID, list[Arrival]]:
    """The last arrivals of each source (or of one), newest first."""
    params = {"institution": institution, "source": source, "most": SHOWN}
    found: dict[UUID, list[Arrival]] = {}
    with connection.cursor() as cursor:
        cursor.execute(IMPORTED, params)
        for source_id, *values in cursor.fetchall():
            found.setdefault(source_id, []).append(_imported(values))
        cursor.execute(LYING, params)
        for source_id, *values in cursor.fetchall():
            found.setdefault(source_id, []).append(_lying(values))
    return {
        source_id: sorted(each, key=lambda arrival: arrival.at, reverse=True)[:SHOWN]
        for source_id, each in found.items()
    }


def _imported(values: Sequence[Any]) -> Arrival:
    at, name, format_key, sha256, size, rows, state, status, upload, problem, counts, same_since, *read = (
        values
    )
    files, unread, first_unread = read
    became = BECAME.get(status, "waiting_turn" if state == "queued" else "running")
    return Arrival(
        at,
        name,
        format_key,
        sha256,
        size,
        rows,
        became,
        same_since,
        upload,
        _object(problem),
        _object(counts) or {},
        files,
        unread,
        first_unread or "",
    )


def _lying(values: Sequence[Any]) -> Arrival:
    at, name, sha256, size, state, problem = values
    told = _object(problem)
    became: Became = "refused" if told else ("waiting_turn" if state != "done" else "ended")
    return Arrival(at, name, "", sha256, size, None, became, None, None, told)


def _object(stored: Any) -> dict[str, Any] | None:
    """JSON of the database. Django's connections hand it out as text, for its fields to read."""
    found: dict[str, Any] | None = json.loads(stored) if isinstance(stored, str) else stored
    return found
