"""What the database promises about activity: tenants apart, references, keys, months (reporting-api.md 7.1).

The same as about the roster. Events are many: they are partitioned by month of their time, and what comes before
a month has its table lies in the default one until ``activity_add_event_months`` makes the month and moves it.
References are looked at once for a statement. One that was there already may point to what has been deleted since
(reporting-api.md 9, G32): so of an update only those that it changes, or brings back to life, are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import migrations
from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.rls import APP_ROLE, protect

PERSON, SECTION = "roster_person", "roster_section"
# Table -> what its columns point to.
OBJECTS: dict[str, dict[str, str]] = {
    "activity_video": {"owner_id": PERSON, "room_id": "roster_room"},
    "activity_publication": {"video_id": "activity_video", "section_id": SECTION},
    "activity_view": {"video_id": "activity_video", "section_id": SECTION, "person_id": PERSON},
    "activity_presentation": {},
    "activity_slide": {"presentation_id": "activity_presentation"},
    "activity_presentation_view": {
        "presentation_id": "activity_presentation",
        "section_id": SECTION,
        "person_id": PERSON,
    },
    "activity_poll": {"presentation_id": "activity_presentation"},
    "activity_poll_answer": {"poll_id": "activity_poll", "section_id": SECTION, "person_id": PERSON},
    "activity_question": {"section_id": SECTION, "author_id": PERSON},
    "activity_answer": {"question_id": "activity_question", "author_id": PERSON},
    "activity_note": {
        "section_id": SECTION,
        "person_id": PERSON,
        "presentation_id": "activity_presentation",
        "video_id": "activity_video",
    },
}
# Table -> (the column of its time, its own columns, what they point to, what tells two of them apart).
EVENTS: dict[str, tuple[str, str, dict[str, str], str]] = {
    "activity_view_event": (
        "occurred_at",
        "view_id uuid NOT NULL",
        {"view_id": "activity_view"},
        "view_id, occurred_at",
    ),
    "activity_download": (
        "occurred_at",
        "video_id uuid NOT NULL, section_id uuid, person_id uuid",
        {"video_id": "activity_video", "section_id": SECTION, "person_id": PERSON},
        "video_id, section_id, person_id, occurred_at",
    ),
    "activity_slide_view": (
        "viewed_at",
        "presentation_view_id uuid NOT NULL, slide_id uuid NOT NULL",
        {"presentation_view_id": "activity_presentation_view", "slide_id": "activity_slide"},
        "presentation_view_id, slide_id, viewed_at",
    ),
    "activity_confusion": (
        "occurred_at",
        """presentation_id uuid NOT NULL, slide_id uuid, section_id uuid, person_id uuid NOT NULL,
        action text NOT NULL CHECK (action IN ('set', 'cleared'))""",
        {
            "presentation_id": "activity_presentation",
            "slide_id": "activity_slide",
            "section_id": SECTION,
            "person_id": PERSON,
        },
        "slide_id, presentation_id, section_id, person_id, occurred_at, action",
    ),
    "activity_poll_answer_revision": (
        "occurred_at",
        "poll_answer_id uuid NOT NULL, answer text NOT NULL",
        {"poll_answer_id": "activity_poll_answer"},
        "poll_answer_id, occurred_at",
    ),
    "activity_answer_revision": (
        "occurred_at",
        "answer_id uuid NOT NULL, body text NOT NULL",
        {"answer_id": "activity_answer"},
        "answer_id, occurred_at",
    ),
    "activity_note_revision": (
        "occurred_at",
        "note_id uuid NOT NULL, anchor text, word_count integer NOT NULL CHECK (word_count >= 0)",
        {"note_id": "activity_note"},
        "note_id, occurred_at",
    ),
}
WITH_EXTERNAL_ID = [table for table in OBJECTS if table != "activity_publication"]
TABLES = (*OBJECTS, *EVENTS)


def _each(statement: str, tables: Iterable[str], **pieces: Composable) -> str:
    return "".join(
        SQL(statement)
        .format(
            table=Identifier(table),
            external_id=Identifier(f"{table}_external_id"),
            own=Identifier(f"{table}_of_institution"),
            institution=Identifier(f"{table}_institution"),
            **pieces,
        )
        .as_string(None)
        for table in tables
    )


# External ids are looked up, and exports ordered, by bytes: the same on every machine.
KEYS = _each(
    'ALTER TABLE {table} ALTER COLUMN external_id TYPE text COLLATE "C";'
    "ALTER TABLE {table} ADD CONSTRAINT {external_id} EXCLUDE USING btree"
    " (institution_id WITH =, external_id WITH =)"
    " WHERE (deleted_at IS NULL AND external_id IS NOT NULL) DEFERRABLE INITIALLY DEFERRED;",
    WITH_EXTERNAL_ID,
) + _each("ALTER TABLE {table} ADD CONSTRAINT {own} UNIQUE (institution_id, id);", OBJECTS)

OBJECT_RULES = """
CREATE UNIQUE INDEX activity_publication_once ON activity_publication (video_id, section_id, published_at)
    WHERE deleted_at IS NULL;
ALTER TABLE activity_publication ADD CONSTRAINT activity_publication_lasts CHECK (unpublished_at >= published_at);
ALTER TABLE activity_slide ADD CONSTRAINT activity_slide_place EXCLUDE USING btree
    (presentation_id WITH =, position WITH =) WHERE (deleted_at IS NULL) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE activity_slide ADD CONSTRAINT activity_slide_counts_from_one CHECK (position > 0);
ALTER TABLE activity_video ADD CONSTRAINT activity_video_lasts CHECK (duration_seconds >= 0);
ALTER TABLE activity_note ADD CONSTRAINT activity_note_on_something
    CHECK (presentation_id IS NOT NULL OR video_id IS NOT NULL);
-- Of a range of days: these two are the only objects that are as many as events.
CREATE INDEX activity_view_started ON activity_view (institution_id, started_at, id) WHERE deleted_at IS NULL;
CREATE INDEX activity_presentation_view_started ON activity_presentation_view (institution_id, started_at, id)
    WHERE deleted_at IS NULL;
"""

# Those that point to nothing that they must; all others are of the institution that what they point to is of.
INSTITUTIONS = _each(
    "ALTER TABLE {table} ADD CONSTRAINT {institution}"
    " FOREIGN KEY (institution_id) REFERENCES access_institution (id);",
    ("activity_video", "activity_presentation", "activity_question"),
)

# The widest columns first, so that nothing is lost between them: these rows come by the ten million.
EVENT = """
CREATE TABLE {table} (
    institution_id bigint NOT NULL,
    {time} timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    made_by_job uuid,
    made_by_row integer,
    origin smallint NOT NULL DEFAULT 0,
    id uuid NOT NULL,
    {columns},
    PRIMARY KEY (id, {time})
) PARTITION BY RANGE ({time});
CREATE UNIQUE INDEX {once} ON {table} ({key}) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX {place} ON {table} (institution_id, {time}, id) WHERE deleted_at IS NULL;
CREATE TABLE {other} PARTITION OF {table} DEFAULT;
ALTER TABLE {other} ENABLE ROW LEVEL SECURITY;
"""


def _event(table: str) -> str:
    time, columns, _, key = EVENTS[table]
    return (
        SQL(EVENT)
        .format(
            table=Identifier(table),
            time=SQL(time),
            columns=SQL(columns),
            key=SQL(key),
            once=Identifier(f"{table}_once"),
            place=Identifier(f"{table}_place"),
            other=Identifier(f"{table}_other"),
        )
        .as_string(None)
    )


# One for all tables. TG_ARGV: a column, the table it points to, the next column, …
# Distinct pairs, joined by id alone and planned for the real number of rows: see roster's 0002.
# What is projected may point to what was deleted since it happened, or projecting anew would lose what was done before
# somebody left (reporting-api.md G32).
POINTS_HOME = """
CREATE FUNCTION activity_points_home() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stray record;
    new_ones text;
BEGIN
    FOR i IN 0 .. TG_NARGS / 2 - 1 LOOP
        new_ones := CASE WHEN TG_OP = 'INSERT' THEN '' ELSE format(
            ' AND NOT EXISTS (SELECT FROM before AS b WHERE b.id = w.id AND b.deleted_at IS NULL'
            ' AND b.institution_id = w.institution_id AND b.%1$I = w.%1$I)', TG_ARGV[2 * i]) END;
        EXECUTE format(
            'SELECT pair.institution_id, pair.to_id'
            '  FROM (SELECT DISTINCT w.institution_id, w.%1$I AS to_id, w.origin FROM written AS w'
            '         WHERE w.deleted_at IS NULL AND w.%1$I IS NOT NULL %3$s) AS pair'
            '  LEFT JOIN %2$I AS t ON t.id = pair.to_id'
            ' WHERE t.institution_id IS DISTINCT FROM pair.institution_id'
            '    OR t.deleted_at IS NOT NULL AND pair.origin <> 1 LIMIT 1',
            TG_ARGV[2 * i], TG_ARGV[2 * i + 1], new_ones) INTO stray;
        IF stray.to_id IS NOT NULL THEN
            RAISE foreign_key_violation USING
                MESSAGE = format('%s of %s points to %s, which is not in institution %s',
                                 TG_ARGV[2 * i], TG_TABLE_NAME, stray.to_id, stray.institution_id),
                TABLE = TG_TABLE_NAME, CONSTRAINT = TG_TABLE_NAME || '_' || TG_ARGV[2 * i] || '_same_institution';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""
POINT_HOME = """
CREATE TRIGGER point_home_insert AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION activity_points_home({arguments});
CREATE TRIGGER point_home_update AFTER UPDATE ON {table} REFERENCING NEW TABLE AS written OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION activity_points_home({arguments});
"""


def _point_home(table: str, references: dict[str, str]) -> str:
    pairs = [Literal(part) for pair in references.items() for part in pair]
    return SQL(POINT_HOME).format(table=Identifier(table), arguments=SQL(", ").join(pairs)).as_string(None)


# What was projected from statements is projected again: only that may go. All else forgets by ``deleted_at``.
RIGHTS = "".join(
    SQL(
        "CREATE POLICY only_projected ON {table} AS RESTRICTIVE FOR DELETE USING (origin = 1);"
        "REVOKE TRUNCATE ON {table} FROM {role};"
        "GRANT MAINTAIN ON {table} TO {role};"
    )
    .format(table=Identifier(table), role=Identifier(APP_ROLE))
    .as_string(None)
    for table in TABLES
) + "".join(
    SQL("GRANT MAINTAIN ON {} TO {};")
    .format(Identifier(f"{table}_other"), Identifier(APP_ROLE))
    .as_string(None)
    for table in EVENTS
)


class Migration(migrations.Migration):
    dependencies = [("activity", "0004_events"), ("roster", "0014_made_types")]

    operations = [
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (KEYS, OBJECT_RULES, INSTITUTIONS)),
        *(migrations.RunSQL(_event(table), f"DROP TABLE {table}") for table in EVENTS),
        migrations.RunSQL(POINTS_HOME, "DROP FUNCTION activity_points_home() CASCADE"),
        *(
            migrations.RunSQL(_point_home(table, references), migrations.RunSQL.noop)
            for table, references in (
                *OBJECTS.items(),
                *((table, references) for table, (_, _, references, _) in EVENTS.items()),
            )
            if references
        ),
        *(protect(table) for table in TABLES),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
