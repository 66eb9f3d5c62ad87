"""Exports of one institution are invisible to another."""

from __future__ import annotations

from django.db import migrations

from edu_csv.rls import protect


class Migration(migrations.Migration):
    dependencies = [("exports", "0001_initial"), ("access", "0002_database")]

    operations = [protect("exports_export")]
