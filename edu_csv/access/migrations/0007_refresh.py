"""Refresh tokens in families, and allowances of whoever shares one: a client, or an institution."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from edu_csv.rls import definer, protect

FAMILY_OF_REFRESH = """
CREATE FUNCTION access_family_by_token(wanted text)
    RETURNS TABLE (family_id bigint, client_id bigint, institution_id bigint, client_key text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT family.id, client.id, client.institution_id, client.key::text
          FROM access_token_family AS family JOIN access_api_client AS client ON client.id = family.client_id
         WHERE family.family_sha256 = wanted AND client.is_active;
    END;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0006_xapi")]

    operations = [
        migrations.CreateModel(
            name="TokenFamily",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("family_sha256", models.CharField(max_length=64, unique=True)),
                ("unspent_sha256", models.CharField(max_length=64)),
                ("used_at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="token_families",
                        to="access.apiclient",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
            ],
            options={
                "db_table": "access_token_family",
                "indexes": [models.Index(fields=["client", "-used_at"], name="token_family_newest")],
            },
        ),
        protect("access_token_family"),
        definer(FAMILY_OF_REFRESH, "access_family_by_token(text)"),
        migrations.AddField(
            "accesstoken",
            "family",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tokens",
                to="access.tokenfamily",
            ),
        ),
        # What was left is worth nothing: everybody begins with all of it.
        migrations.DeleteModel("Allowance"),
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("subject", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("left", models.FloatField()),
                ("at", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="access.institution"
                    ),
                ),
            ],
            options={"db_table": "access_allowance"},
        ),
        # Written with each request, and worth nothing after a crash.
        migrations.RunSQL(
            "ALTER TABLE access_allowance SET UNLOGGED, SET (fillfactor = 20)",
            "ALTER TABLE access_allowance SET LOGGED, RESET (fillfactor)",
        ),
        protect("access_allowance"),
    ]
