"""What statements said, in columns, and how far they have been read (docs/decisions/projection.md).

``activity_fact``: a line for each thing that a statement says of activity. All rows of the tables of activity with
``origin = 1`` follow from these lines alone, so in whatever order statements come, the rows are the same.
``activity_said``: each text of an object (a name, the choices of a poll) once, with the newest statement that says it.
``activity_projection``: the place up to which the statements of an institution have been read.
"""

from __future__ import annotations

from django.db import migrations
from psycopg.sql import SQL, Identifier

from edu_csv.rls import protect

TABLES = (
    "activity_video", "activity_publication", "activity_view", "activity_presentation", "activity_slide",
    "activity_presentation_view", "activity_poll", "activity_poll_answer", "activity_question", "activity_answer",
    "activity_note", "activity_view_event", "activity_download", "activity_slide_view", "activity_confusion",
    "activity_poll_answer_revision", "activity_answer_revision", "activity_note_revision",
)  # fmt: skip

FACTS = """
CREATE TABLE activity_projection (
    institution_id bigint PRIMARY KEY REFERENCES access_institution (id),
    stored timestamptz NOT NULL DEFAULT '-infinity',
    seq bigint NOT NULL DEFAULT -1,
    begun_at timestamptz NOT NULL DEFAULT now(),
    moved_at timestamptz NOT NULL DEFAULT now(),
    counts jsonb NOT NULL DEFAULT '{}'
);
CREATE TABLE activity_fact (
    institution_id bigint NOT NULL,
    at timestamptz NOT NULL,
    statement uuid NOT NULL,
    object_id uuid NOT NULL,
    -- What the fact is a part of: a view, an answer, a note; null for what only says something of an object.
    target uuid,
    person_id uuid,
    section_id uuid,
    slide_id uuid,
    says uuid,
    amount double precision,
    further double precision,
    part smallint NOT NULL,
    kind smallint NOT NULL,
    verb smallint NOT NULL,
    flags smallint NOT NULL,
    words text,
    PRIMARY KEY (institution_id, statement, part)
);
CREATE INDEX activity_fact_target ON activity_fact (institution_id, target, at) WHERE target IS NOT NULL;
CREATE INDEX activity_fact_object ON activity_fact (institution_id, object_id, at);
CREATE TABLE activity_said (
    institution_id bigint NOT NULL,
    object_id uuid NOT NULL,
    says uuid NOT NULL,
    last_at timestamptz NOT NULL,
    last_statement uuid NOT NULL,
    value jsonb NOT NULL,
    PRIMARY KEY (institution_id, object_id, says)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON activity_projection, activity_fact, activity_said TO edu_csv_app;
GRANT MAINTAIN ON activity_fact, activity_said TO edu_csv_app;
"""

# A name, always the same for the same text: RFC 9562, version 8. One expression, so that it costs no call.
NAMED = """
CREATE FUNCTION activity_named(name text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    overlay(overlay(encode(substring(sha256(convert_to(name, 'UTF8')) FOR 16), 'hex')
            PLACING '8' FROM 13 FOR 1) PLACING 'a' FROM 17 FOR 1)::uuid;
"""

# What a file or a person changes or deletes is theirs from then on: no statement takes it away or writes over it.
ADOPTED = """
CREATE FUNCTION activity_adopted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.origin := 0;
    RETURN NEW;
END $$;
"""
ADOPT = """
CREATE TRIGGER adopted BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN (OLD.origin = 1 AND current_setting('edu_csv.projecting', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION activity_adopted();
"""
ADOPTIONS = "".join(SQL(ADOPT).format(table=Identifier(table)).as_string(None) for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("activity", "0006_months")]

    operations = [
        migrations.RunSQL(FACTS, "DROP TABLE activity_projection, activity_fact, activity_said"),
        *(protect(table) for table in ("activity_projection", "activity_fact", "activity_said")),
        migrations.RunSQL(NAMED, "DROP FUNCTION activity_named(text)"),
        migrations.RunSQL(ADOPTED, "DROP FUNCTION activity_adopted() CASCADE"),
        migrations.RunSQL(ADOPTIONS, migrations.RunSQL.noop),
    ]
