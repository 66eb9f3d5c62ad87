"""Of one address only one notice is handed out, and none while another is under way."""

from __future__ import annotations

from django.db import migrations

DUE = """
CREATE OR REPLACE FUNCTION reporting_deliveries_due(at timestamptz, most integer)
    RETURNS TABLE (institution_id bigint, delivery_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT due.institution_id, due.id
          FROM (SELECT DISTINCT ON (d.institution_id, d.address) d.institution_id, d.address, d.id, d.next_at
                  FROM reporting_delivery AS d
                 WHERE d.state = 'waiting' AND d.next_at <= at
                 ORDER BY d.institution_id, d.address, d.next_at, d.id) AS due
         WHERE NOT EXISTS (
                SELECT FROM reporting_delivery AS other
                 WHERE other.institution_id = due.institution_id AND other.address = due.address
                   AND other.state = 'waiting' AND other.claimed_until > at)
         ORDER BY due.next_at, due.id LIMIT most;
    END;
"""
# As it was.
BEFORE = """
CREATE OR REPLACE FUNCTION reporting_deliveries_due(at timestamptz, most integer)
    RETURNS TABLE (institution_id bigint, delivery_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT due.institution_id, due.id
          FROM (SELECT d.institution_id, d.id, d.next_at,
                       row_number() OVER (PARTITION BY d.institution_id, d.address ORDER BY d.next_at, d.id) AS place
                  FROM reporting_delivery AS d
                 WHERE d.state = 'waiting' AND d.next_at <= at
                   AND (d.claimed_until IS NULL OR d.claimed_until <= at)) AS due
         ORDER BY due.place, due.next_at LIMIT most;
    END;
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0004_reach")]

    operations = [migrations.RunSQL(DUE, BEFORE)]
