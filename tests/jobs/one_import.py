"""A process that previews a file, and another that approves it: ``python -m tests.jobs.one_import STEP``.

``plan SLUG`` makes an institution, loads a preview and prints its id; ``approve SLUG ID`` approves it,
does the work and prints status, counts and what the roster holds, as JSON.
"""

from __future__ import annotations

import json
import sys
from uuid import UUID

import django


def main() -> None:
    django.setup()
    from edu_csv import tenancy
    from edu_csv.access import services as access
    from imports.models import Import
    from tests.imports.harness import Tenant

    step, slug = sys.argv[1], sys.argv[2]
    if step == "plan":
        tenant = Tenant(access.create_institution(name=slug, slug=slug).pk, slug)
        rows = "".join(f"LAW{n},Law {n},C-{n}\n" for n in range(12_000))
        upload = tenant.load(
            "Course Code,Course Name,External ID\n" + rows, "echovideo.courses.v1", mode="preview"
        )
        sys.stdout.write(f"{upload.pk} {upload.job.status}\n")
        return
    tenant = Tenant(access.institution_id(slug), slug)
    with tenancy.use_institution(tenant.pk):
        upload = Import.objects.get(pk=UUID(sys.argv[3]))
    planned = len(tenant.plan(upload))
    upload = tenant.approve(upload)
    [(courses,)] = tenant.query("SELECT count(*) FROM roster_course")
    sys.stdout.write(json.dumps({"status": upload.job.status, "planned": planned, "courses": courses}) + "\n")


if __name__ == "__main__":
    main()
