"""What is looked at again when the roster has moved: people who were not known, rows that only others still hold.

``activity_stranger``: who did something and was nobody of the roster; ``activity_strange``: which statements say so.
``activity_orphan``: projected rows of which no statement tells any more, but to which files added something that lives.
``activity_projection.roster_version``: at which both were looked at last.

Downloads of two people of whom nobody knows who they are are two, though they happened at one moment.
"""

from __future__ import annotations

from django.db import migrations

from edu_csv.rls import definer, protect

TABLES = """
ALTER TABLE activity_projection ADD COLUMN roster_version bigint NOT NULL DEFAULT -1;
CREATE TABLE activity_stranger (
    institution_id bigint NOT NULL,
    id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    named text COLLATE "C",
    email text COLLATE "C",
    PRIMARY KEY (institution_id, id)
);
CREATE TABLE activity_strange (
    institution_id bigint NOT NULL,
    statement uuid NOT NULL,
    stranger uuid NOT NULL,
    PRIMARY KEY (institution_id, statement, stranger)
);
CREATE INDEX activity_strange_stranger ON activity_strange (institution_id, stranger);
CREATE TABLE activity_orphan (
    institution_id bigint NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (institution_id, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON activity_stranger, activity_strange, activity_orphan TO edu_csv_app;
"""
DOWNLOADS = """
ALTER TABLE activity_download ADD COLUMN stranger uuid;
DROP INDEX activity_download_once;
CREATE UNIQUE INDEX activity_download_once ON activity_download (video_id, section_id, person_id, occurred_at, stranger)
    NULLS NOT DISTINCT WHERE deleted_at IS NULL;
"""
UNSETTLED = """
CREATE FUNCTION activity_unsettled() RETURNS TABLE (institution bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
    SELECT p.institution_id
      FROM activity_projection AS p
      JOIN access_institution AS i ON i.id = p.institution_id AND i.roster_version <> p.roster_version
     WHERE EXISTS (SELECT FROM activity_stranger AS s WHERE s.institution_id = p.institution_id)
        OR EXISTS (SELECT FROM activity_orphan AS o WHERE o.institution_id = p.institution_id)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("activity", "0008_behind")]

    operations = [
        migrations.RunSQL(TABLES, "DROP TABLE activity_stranger, activity_strange, activity_orphan"),
        *(protect(table) for table in ("activity_stranger", "activity_strange", "activity_orphan")),
        migrations.RunSQL(DOWNLOADS, migrations.RunSQL.noop),
        definer(UNSETTLED, "activity_unsettled()"),
    ]
