"""Import templates, their versions, and the version that an import goes by."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from psycopg.sql import SQL, Identifier

from edu_csv.rls import APP_ROLE, protect

# References carry the institution: a row never points into another one.
REFERENCES = """
    ALTER TABLE imports_template ADD CONSTRAINT template_of_institution UNIQUE (institution_id, id);
    ALTER TABLE imports_template_version ADD CONSTRAINT template_version_of_institution UNIQUE (institution_id, id);
    ALTER TABLE imports_template_version ADD CONSTRAINT template_version_template
        FOREIGN KEY (institution_id, template_id) REFERENCES imports_template (institution_id, id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE imports_import ADD CONSTRAINT import_template_version
        FOREIGN KEY (institution_id, template_version_id) REFERENCES imports_template_version (institution_id, id)
        DEFERRABLE INITIALLY DEFERRED;
"""
NO_REFERENCES = """
    ALTER TABLE imports_import DROP CONSTRAINT import_template_version;
    ALTER TABLE imports_template_version DROP CONSTRAINT template_version_template;
    ALTER TABLE imports_template_version DROP CONSTRAINT template_version_of_institution;
    ALTER TABLE imports_template DROP CONSTRAINT template_of_institution;
"""
UNCHANGING = (
    SQL("REVOKE UPDATE ON imports_template_version FROM {}").format(Identifier(APP_ROLE)).as_string(None)
)
CHANGING = SQL("GRANT UPDATE ON imports_template_version TO {}").format(Identifier(APP_ROLE)).as_string(None)


class Migration(migrations.Migration):
    dependencies = [("access", "0005_unpublished_captures"), ("imports", "0013_unread_files")]

    operations = [
        migrations.CreateModel(
            name="ImportTemplate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("xapi", "Xapi"), ("groups", "Groups")], default="xapi", max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("ready", "Ready")], default="draft", max_length=10
                    ),
                ),
                ("archived", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("ready_version", models.PositiveIntegerField(blank=True, null=True)),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("delimiter", models.CharField(default=",", max_length=1)),
                ("optional_columns", models.JSONField(default=list)),
                (
                    "group_mode",
                    models.CharField(
                        choices=[("add", "Add"), ("replace", "Replace")], default="add", max_length=10
                    ),
                ),
                ("example_file_key", models.TextField(blank=True)),
                ("example_file_name", models.TextField(blank=True)),
                ("gallery_key", models.CharField(blank=True, max_length=40)),
                ("made_by", models.TextField(blank=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_by", models.TextField(blank=True)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
            ],
            options={
                "db_table": "imports_template",
            },
        ),
        migrations.CreateModel(
            name="ImportTemplateVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("is_draft", models.BooleanField(default=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("xapi", "Xapi"), ("groups", "Groups")], default="xapi", max_length=10
                    ),
                ),
                ("body", models.TextField()),
                ("variables", models.JSONField(default=list)),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("delimiter", models.CharField(default=",", max_length=1)),
                ("optional_columns", models.JSONField(default=list)),
                (
                    "group_mode",
                    models.CharField(
                        choices=[("add", "Add"), ("replace", "Replace")], default="add", max_length=10
                    ),
                ),
                ("made_by", models.TextField(blank=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="access.institution"),
                ),
                (
                    "template",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="imports.importtemplate",
                    ),
                ),
            ],
            options={
                "db_table": "imports_template_version",
            },
        ),
        migrations.AddField(
            model_name="import",
            name="template_version",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="imports",
                to="imports.importtemplateversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="importtemplate",
            constraint=models.UniqueConstraint(fields=("institution", "name"), name="template_name"),
        ),
        migrations.AddConstraint(
            model_name="importtemplateversion",
            constraint=models.UniqueConstraint(fields=("template", "number"), name="template_version_number"),
        ),
        protect("imports_template"),
        protect("imports_template_version"),
        migrations.RunSQL(UNCHANGING, CHANGING),
        migrations.RunSQL(REFERENCES, NO_REFERENCES),
    ]
