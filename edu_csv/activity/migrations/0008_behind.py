"""Which institutions have statements that wait to be projected: asked by the minute, over all of them at once."""

from __future__ import annotations

from django.db import migrations

from edu_csv.rls import definer

BEHIND = """
CREATE FUNCTION activity_behind() RETURNS TABLE (institution bigint, stored timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
    SELECT i.id, waiting.stored
      FROM access_institution AS i
      LEFT JOIN activity_projection AS p ON p.institution_id = i.id
     CROSS JOIN LATERAL (
           SELECT s.stored FROM activity_statement AS s
            WHERE s.institution_id = i.id AND s.stored >= coalesce(p.stored, '-infinity')
              AND (s.stored, s.seq) > (coalesce(p.stored, '-infinity'), coalesce(p.seq, -1))
            ORDER BY s.stored, s.seq LIMIT 1) AS waiting
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("activity", "0007_projection")]

    operations = [definer(BEHIND, "activity_behind()")]
