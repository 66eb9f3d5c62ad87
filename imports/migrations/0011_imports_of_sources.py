"""The last imports of a source, which the feed watch asks for every minute."""

from __future__ import annotations

from django.db import migrations

# ``same_since`` asks for those of one format; ids of jobs are in the order in which they were made.
INDEX = """
    CREATE INDEX import_of_source ON imports_import (source_id, job_id DESC) WHERE source_id IS NOT NULL;
    CREATE INDEX import_of_feed ON imports_import (source_id, format_key, job_id DESC) WHERE source_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0010_feed_watch")]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX import_of_source; DROP INDEX import_of_feed")]
