"""Who or what stands behind a change: an import with its row, an undo, a person by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q

from edu_csv.access.actors import Actor
from edu_csv.access.models import Account
from edu_csv.jobs.models import Job, Kind
from imports import undone
from imports.files import Files, files_by_import
from imports.models import Import
from imports.services import visible_imports
from imports.views import names

# Numbers of an import that is no package are the rows themselves.
ONE_FILE = Files()


@dataclass(frozen=True, slots=True)
class Cause:
    """kind: as histories draw it. by: in words. href: blank when this person may not see the import."""

    kind: Literal["import", "by_hand", "undone"]
    by: str
    href: str = ""
    row_href: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Causes:
    """The jobs and accounts behind some changes, looked up together."""

    jobs: Mapping[UUID, Job] = field(default_factory=dict)
    visible: Mapping[UUID, Import] = field(default_factory=dict)
    undoes: Mapping[UUID, Import] = field(default_factory=dict)
    accounts: Mapping[int, str] = field(default_factory=dict)
    files: Mapping[UUID, Files] = field(default_factory=dict)

    def of(self, job: UUID | None, row: int | None, account: int | None) -> Cause:
        if job is None:
            return Cause("by_hand", self.accounts.get(account or 0, "by hand"), detail="by hand")
        detail = str(self.files.get(job, ONE_FILE).at(row)) if row else ""
        ran = self.jobs.get(job)
        if ran is not None and ran.kind == Kind.UNDO:
            undone = self.undoes.get(job)
            if undone is None:
                return Cause("undone", f"an undo by {ran.submitted_by}")
            return Cause("undone", f"undoing {names.heading(undone)}", names.address(undone))
        upload = self.visible.get(job)
        if upload is not None:
            at = names.address(upload)
            return Cause("import", names.heading(upload), at, f"{at}rows/{row}/" if row else at, detail)
        # Of someone else, or gone by its retention: what it did still stands here.
        return Cause("import", f"an import by {ran.submitted_by}" if ran else "an import", detail=detail)


def _undone_by(visible: Any, undoes: Collection[UUID]) -> dict[UUID, Import]:
    """The imports that these jobs undid, for the first time or again."""
    asked = [str(job) for job in undoes]
    found = visible.filter(Q(void__job__in=asked) | Q(void__earlier__has_any_keys=asked))
    return {job: upload for upload in found for job in undone.jobs_of(upload) if job in undoes}


def look_up(actor: Actor, jobs: Collection[UUID], accounts: Collection[int] = ()) -> Causes:
    """Five statements at most, whatever the number of changes."""
    if not jobs and not accounts:
        return Causes()
    ran = Job.objects.in_bulk(set(jobs))
    undoes = [job for job, each in ran.items() if each.kind == Kind.UNDO]
    visible = visible_imports(actor)
    return Causes(
        jobs=ran,
        visible={upload.pk: upload for upload in visible.filter(pk__in=set(jobs))},
        undoes=_undone_by(visible, undoes) if undoes else {},
        files=files_by_import(jobs),
        accounts={found.pk: str(found) for found in Account.objects.filter(pk__in=set(accounts))}
        if accounts
        else {},
    )
