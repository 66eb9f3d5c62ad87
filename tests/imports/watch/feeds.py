"""Sources of a test's own and what came to them, as the watch finds both in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.models import Institution
from edu_csv.ids import uuid7
from edu_csv.jobs.models import Job, Kind, Queue, State
from imports.models import Door, FileState, Folder, Import, InboxFile, Source
from tests.imports.harness import Tenant

OSLO = ZoneInfo("Europe/Oslo")
SUBSCRIBER = "registry@fjord.example"


def local(text: str) -> datetime:
    """ "2026-08-18T07:04" by the clocks of Oslo."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


def new_source(tenant: Tenant, name: str = "CircleIn enrollments", **given: Any) -> Source:
    slug = name.lower().replace(" ", "-")
    options: dict[str, Any] = {
        "family": "circlein",
        "notify": [SUBSCRIBER],
        "expected": {"days": ["MO", "TU", "WE", "TH", "FR", "SA", "SU"], "by": "07:00", "grace_minutes": 30},
        "watched_since": local("2020-01-01T00:00"),
    }
    with tenancy.use_institution(tenant.pk):
        Institution.objects.filter(pk=tenant.pk).update(notify_domains=["fjord.example"])
        return Source.objects.create(
            institution_id=tenant.pk, name=name, slug=slug, login=f"{tenant.slug}-{slug}", **(options | given)
        )


def came(
    tenant: Tenant, source: Source, at: datetime, rows: int = 1_000, *, status: str = "completed", sha256: str = "",
    key: str = "circlein.enrollments", name: str = "enrollments.csv", problem: dict[str, Any] | None = None,
) -> Import:  # fmt: skip
    """A file that came at this moment, the import made of it, and how that stands."""
    state = State.WAITING if status == "awaiting_approval" else State.ENDED
    counts = {"rows": rows, "created": 0, "updated": rows // 10, "deleted": 0, "unchanged": rows - rows // 10}
    counts |= {"failed": 0, "held": 0, "superseded": 0, "warnings": 0}
    was_read = status != "failed"
    with tenancy.use_institution(tenant.pk):
        job = Job.objects.create(
            id=uuid7(), institution_id=tenant.pk, kind=Kind.IMPORT, queue=Queue.IMPORTS, state=state, status=status,
            submitted_by=f"Source {source.name}", created_at=at, started_at=at, finished_at=at, problem=problem,
        )  # fmt: skip
        upload = Import.objects.create(
            job=job, institution_id=tenant.pk, source=source, format_key=key, file_name=name, file_bytes=rows * 40,
            file_sha256=sha256 or str(job.pk), file_key=f"uploads/{job.pk}", planned_at=at if was_read else None,
            counts=counts if was_read else {"rows": 0}, told_status=status, told_at=timezone.now(),
        )  # fmt: skip
        InboxFile.objects.create(
            institution_id=tenant.pk, source=source, name=name, shown=f"{job.pk}-{name}", folder=Folder.PROCESSED,
            key=f"inbox/{job.pk}", bytes=rows * 40, sha256=upload.file_sha256, state=FileState.DONE, door=Door.SFTP,
            upload=upload, arrived_at=at, ended_at=at,
        )  # fmt: skip
    return upload
