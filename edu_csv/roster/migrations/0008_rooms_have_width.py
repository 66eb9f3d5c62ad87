"""The index that tells when a room is taken: rooms have a width, so that it can tell near from far.

A capture was a box with no width, thus without area, and so was every box around captures of one room. What
a new entry adds to the area of a page is how such an index chooses a page: nothing, everywhere. Each page
came to hold captures of all times, and each new capture was compared with most of its room. The boxes of two
rooms lie half a room apart.
"""

from __future__ import annotations

from django.db import migrations

CONSTRAINT = """
ALTER TABLE roster_occurrence DROP CONSTRAINT roster_occurrence_no_overlap;
ALTER TABLE roster_occurrence ADD CONSTRAINT roster_occurrence_no_overlap EXCLUDE USING gist
    (box(point(room_number::double precision,
               extract(epoch FROM starts_at - timestamptz '2000-01-01 00:00+00')::double precision),
         point(room_number::double precision + {width},
               extract(epoch FROM ends_at - timestamptz '2000-01-01 00:00+00')::double precision - 1)) WITH &&)
    DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("roster", "0007_edits")]

    operations = [migrations.RunSQL(CONSTRAINT.format(width="0.5"), CONSTRAINT.format(width="0"))]
