"""Long results are made by jobs of a kind of their own: those of kind ``report`` make what is asked of reports."""

from __future__ import annotations

from django.db import migrations

OF_RESULTS = """
UPDATE jobs_job AS job SET kind = 'results' FROM imports_result_file AS file WHERE file.job_id = job.id;
"""
BACK = """
UPDATE jobs_job AS job SET kind = 'report' FROM imports_result_file AS file WHERE file.job_id = job.id;
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0015_number"), ("jobs", "0005_results")]

    operations = [migrations.RunSQL(OF_RESULTS, BACK)]
