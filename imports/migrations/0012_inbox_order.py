"""The next file of an inbox without sorting those that wait: in a registration week there may be thousands."""

from __future__ import annotations

from django.db import migrations

# As imports.sources.pickup asks for it.
INDEX = """
CREATE INDEX inbox_file_next ON imports_inbox_file (source_id, name COLLATE "C", arrived_at, id)
 WHERE folder = 'incoming' AND state = 'complete'
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0011_imports_of_sources")]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX inbox_file_next")]
