"""How many statements name somebody, for whoever has to answer a request for erasure (decisions/statements.md).

As the owner and for one institution, for the reason given at ``activity_page``. Void statements count too: they stay.
What a statement inherited from one that it refers to is not said in its own text.
"""

from __future__ import annotations

from django.db import migrations

from edu_csv.rls import definer

NAMING = """
CREATE FUNCTION activity_naming(institution bigint, wanted bigint[]) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
    SELECT count(*) FROM activity_statement AS s
     WHERE institution IS NOT DISTINCT FROM edu_csv_institution()
       AND s.institution_id = institution AND s.terms && wanted AND s.terms[1:s.own_terms] && wanted
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("activity", "0002_database")]

    operations = [definer(NAMING, "activity_naming(bigint, bigint[])")]
