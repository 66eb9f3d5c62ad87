"""What the API shows of imports (rest-api.md section 3)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from edu_csv.access.api.fields import Moment
from edu_csv.access.mailing import may_be_mailed
from edu_csv.access.policy import Reach
from edu_csv.jobs.models import Status
from edu_csv.roster.nouns import BY_CODE
from imports import undone
from imports.files import files_of, notes_of
from imports.models import Import
from imports.plans import PlannedRow, within_reach
from imports.steps.plan import OUTCOMES

COUNTS = ("rows", *OUTCOMES, "warnings")

# What an import can be; the other statuses of a job belong to exports and reports (rest-api.md section 3).
OF_OTHERS = (Status.RUNNING, Status.EXPIRED, Status.MISSING)
STATUSES = tuple(status.value for status in Status if status not in OF_OTHERS)


class FileOfImport(serializers.Serializer[Any]):
    name = serializers.CharField(source="file_name")
    bytes = serializers.IntegerField(source="file_bytes")
    sha256 = serializers.CharField(source="file_sha256")


class Progress(serializers.Serializer[Any]):
    phase = serializers.CharField()
    rows_done = serializers.IntegerField()
    rows_total = serializers.IntegerField(allow_null=True)


class Counts(serializers.Serializer[Any]):
    """Once ended: rows = created + updated + deleted + unchanged + failed + held + superseded."""

    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    deleted = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    failed = serializers.IntegerField()
    held = serializers.IntegerField()
    superseded = serializers.IntegerField()
    warnings = serializers.IntegerField()


class Captures(serializers.Serializer[Any]):
    """What a file of terms, campuses, buildings, rooms or sections does to captures to come.

    schedules: how many have captures that change; captures of them that take place at another time, in addition,
    or no more.
    """

    schedules = serializers.IntegerField()
    moved = serializers.IntegerField()
    added = serializers.IntegerField()
    removed = serializers.IntegerField()


class Approval(serializers.Serializer[Any]):
    """What a person must look at before the plan is applied, and who did."""

    reasons = serializers.ListField(child=serializers.CharField())
    clears = serializers.DictField(child=serializers.IntegerField())
    approved_by = serializers.CharField()
    approved_at = Moment(allow_null=True)


class Links(serializers.Serializer[Any]):
    self = serializers.URLField()
    rows = serializers.URLField()
    results_csv = serializers.URLField()
    failed_csv = serializers.URLField()
    file = serializers.URLField()
    apply = serializers.URLField()
    cancel = serializers.URLField()
    void = serializers.URLField()
    conflicts = serializers.URLField()
    events = serializers.URLField()


class Fault(serializers.Serializer[Any]):
    """Why an import ended, or what it waits for."""

    code = serializers.CharField()
    detail = serializers.CharField()


class PartOfPackage(serializers.Serializer[Any]):
    """One file of a package, in the order in which they are read. problem: why it was refused; the others go on."""

    name = serializers.CharField()
    format = serializers.CharField(allow_null=True)
    version = serializers.CharField(allow_null=True)
    counts = Counts()
    problem = Fault(allow_null=True)


class FromSource(serializers.Serializer[Any]):
    """The source whose inbox the file came through, or in whose name it was sent."""

    id = serializers.UUIDField(source="pk")
    slug = serializers.CharField()
    name = serializers.CharField()


class TemplateOfImport(serializers.Serializer[Any]):
    """The template that a file goes through, by its present name, and its version of the moment the file came."""

    id = serializers.IntegerField(source="template_id")
    name = serializers.CharField(source="template.name")
    version = serializers.IntegerField(source="number")


class ConflictLine(serializers.Serializer[Any]):
    """A field or object that something later changed; an undo leaves it alone."""

    object_type = serializers.CharField()
    object_id = serializers.UUIDField()
    field = serializers.CharField(allow_null=True)
    reason = serializers.ChoiceField(
        ["changed_later", "has_dependants", "key_taken", "parent_gone", "erased"]
    )
    ours = serializers.JSONField()
    now = serializers.JSONField()


class UndoneStatements(serializers.Serializer[Any]):
    """Statements that the import stored. standing: those that void others; nobody can void them."""

    voided = serializers.IntegerField()
    already_voided = serializers.IntegerField()
    standing = serializers.IntegerField()


class Undone(serializers.Serializer[Any]):
    """What undoing did or would do. statements: of an import that went through a template."""

    restore = serializers.BooleanField(required=False)
    restored = serializers.IntegerField(required=False)
    removed = serializers.IntegerField(required=False)
    conflicts_total = serializers.IntegerField(required=False)
    conflicts = ConflictLine(many=True, required=False)
    statements = UndoneStatements(required=False)


class Warning_(serializers.Serializer[Any]):  # noqa: N801  # Warning is Python's own
    code = serializers.CharField()
    detail = serializers.CharField()
    file = serializers.CharField(required=False)
    addresses = serializers.ListField(child=serializers.CharField(), required=False)


class ImportShape(serializers.Serializer[Import]):
    """One uploaded file and everything that became of it.

    Context: ``request``; ``mailed``, the addresses; ``reach`` of whoever asks, where conflicts are told.
    """

    id = serializers.UUIDField(source="pk")
    number = serializers.IntegerField(help_text="What the CSV Data Import API calls it.")
    format = serializers.CharField(source="format_key")
    action = serializers.CharField()
    mode = serializers.CharField()
    on_error = serializers.CharField()
    name = serializers.CharField()
    reference = serializers.CharField()
    status = serializers.ChoiceField(STATUSES, source="job.status")
    file = FileOfImport(source="*")
    encoding = serializers.SerializerMethodField()
    delimiter = serializers.SerializerMethodField()
    parent = serializers.UUIDField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    source = FromSource(allow_null=True)  # type: ignore[assignment]  # the contract's name
    switches = serializers.DictField()
    submitted_by = serializers.CharField(source="job.submitted_by")
    created_at = Moment(source="job.created_at")
    started_at = Moment(source="job.started_at", allow_null=True)
    finished_at = Moment(source="job.finished_at", allow_null=True)
    applied_at = Moment(allow_null=True)
    progress = Progress(source="job")
    counts = serializers.SerializerMethodField()
    problem = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()
    approval = serializers.SerializerMethodField()
    plan_changed = serializers.BooleanField()
    files = serializers.SerializerMethodField()
    effects = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))
    # Of a file that goes through a template; null for others.
    template = TemplateOfImport(source="template_version", allow_null=True)
    # Statements that were stored already, or stand twice in the file; left out for other formats.
    duplicates = serializers.IntegerField(source="review.duplicates", required=False)
    # Left out when there are none.
    captures = Captures(source="review.captures", required=False)
    void = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    def get_encoding(self, upload: Import) -> str | None:
        """As recognised; null until the file was read."""
        return upload.seen.get("encoding") or upload.encoding or None

    def get_delimiter(self, upload: Import) -> str | None:
        return upload.seen.get("delimiter") or upload.delimiter or None

    def get_counts(self, upload: Import) -> dict[str, int]:
        return {name: upload.counts.get(name, 0) for name in COUNTS}

    def get_problem(self, upload: Import) -> dict[str, Any] | None:
        if upload.job.problem:
            return dict(upload.job.problem)
        if upload.job.status == Status.AWAITING_APPROVAL and upload.review.get("reasons"):
            return waits_for(upload)
        return None

    def get_warnings(self, upload: Import) -> list[dict[str, Any]]:
        told = [
            {"code": code, "detail": detail, **({"file": file} if file else {})}
            for code, detail, file in notes_of(upload)
        ]
        return [*told, *self._not_mailed(upload)]

    def _not_mailed(self, upload: Import) -> list[dict[str, Any]]:
        unmailed = [a for a in upload.notify if a not in self.context["mailed"]]
        if not unmailed:
            return []
        detail = (
            f"No mail goes to {', '.join(unmailed)}: no account here has that address, and the institution's"
            " settings do not name its domain."
        )
        return [{"code": "not_mailed", "detail": detail, "addresses": unmailed}]

    def get_approval(self, upload: Import) -> dict[str, Any]:
        return {
            "reasons": upload.review.get("reasons", []),
            "clears": upload.review.get("clears", {}),
            "approved_by": upload.approved_by,
            "approved_at": Moment().to_representation(upload.approved_at) if upload.approved_at else None,
        }

    @extend_schema_field(PartOfPackage(many=True))
    def get_files(self, upload: Import) -> list[dict[str, Any]]:
        """Of a package; empty for a single file."""
        return [
            {
                "name": file.name,
                "format": file.format_key or None,
                "version": file.version,
                "counts": {name: file.counts.get(name, 0) for name in COUNTS},
                "problem": dict(file.problem) if file.problem else None,
            }
            for file in files_of(upload)
        ]

    def get_void(self, upload: Import) -> dict[str, Any] | None:
        if not upload.void:
            return None
        # A list of imports does without their conflicts: up to 1,000 each.
        told = {name: value for name, value in upload.void.items() if name not in undone.KEPT_ONLY}
        reach = self.context.get("reach")
        if reach is not None and "conflicts" in upload.void:
            told["conflicts"] = within_reach(upload.institution_id, upload.void["conflicts"], reach)
        return told

    def get_links(self, upload: Import) -> dict[str, str]:
        request = self.context["request"]

        def link(name: str) -> str:
            return reverse(f"api:{name}", kwargs={"import_id": upload.pk}, request=request)

        return {
            "self": link("import"),
            "rows": link("import-rows"),
            "results_csv": link("import-results"),
            "failed_csv": link("import-failed"),
            "file": link("import-file"),
            "apply": link("import-apply"),
            "cancel": link("import-cancel"),
            "void": link("import-void"),
            "conflicts": link("import-conflicts"),
            "events": link("import-events"),
        }


def waits_for(upload: Import) -> dict[str, Any]:
    """Why an import stopped before it was applied, though nobody asked for a preview."""
    reasons = upload.review["reasons"]
    clears: dict[str, int] = upload.review.get("clears", {})
    lost = ", ".join(f"{header} ({number:,})" for header, number in clears.items())
    if "removes_many" in reasons:
        removed = upload.review.get("removed", 0)
        return {
            "code": "removes_many",
            "detail": f"More than a fifth of the memberships that the file could end would end: {removed:,}. Approve it, or"
            " let the template add people to groups alone.",
            "reasons": reasons,
            "clears": clears,
        }
    detail = (
        f"The file lacks optional columns, and updating would empty what they hold: {lost}. Approve it,"
        " or send the file with these columns, or with confirm_clear=true."
        if "clears_columns" in reasons
        else "A person must look at this plan before it is applied."
    )
    return {"code": reasons[0], "detail": detail, "reasons": reasons, "clears": clears}


def shown(upload: Import, request: Any, reach: Reach) -> dict[str, Any]:
    """One import, whole. reach: of whoever asks."""
    mailed = may_be_mailed(upload.institution_id, upload.notify)
    context = {"request": request, "mailed": mailed, "reach": reach}
    return dict(ImportShape(upload, context=context).data)


def listed(uploads: Collection[Import], institution: int, request: Any) -> list[Any]:
    """Several; the same number of statements however many they are."""
    mailed = may_be_mailed(institution, {address for upload in uploads for address in upload.notify})
    shape = ImportShape(context={"request": request, "mailed": mailed})
    return [shape.to_representation(upload) for upload in uploads]


class ProblemShape(serializers.Serializer[Any]):
    severity = serializers.ChoiceField(["error", "warning"])
    column = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    message = serializers.CharField()


class EffectShape(serializers.Serializer[Any]):
    object_type = serializers.CharField()
    object_id = serializers.UUIDField()
    external_id = serializers.CharField(allow_null=True)
    operation = serializers.ChoiceField(["created", "updated", "deleted", "revived"])
    changes = serializers.DictField(child=serializers.ListField())


class RowShape(serializers.Serializer[Any]):
    """One row of the file. row: as a spreadsheet numbers it; the header is row 1.

    file: of a package, the file that it is a row of. object_type: of what it is about, where that is known.
    """

    row = serializers.IntegerField()
    file = serializers.CharField(source="file_name", allow_null=True)
    outcome = serializers.SerializerMethodField()
    object_type = serializers.CharField(allow_null=True)
    object_id = serializers.UUIDField(allow_null=True)
    key = serializers.CharField()
    changes = serializers.DictField(child=serializers.ListField())
    problems = serializers.SerializerMethodField()
    effects = EffectShape(many=True)
    effects_total = serializers.IntegerField()
    plan_changed = serializers.BooleanField()
    # Of a file that went through a template: {"statements": [...], "people": [...]}; empty for others, and of failed rows.
    made = serializers.DictField(child=serializers.ListField())

    def get_outcome(self, row: PlannedRow) -> str:
        return row.outcome.name.lower()

    def get_problems(self, row: PlannedRow) -> list[dict[str, Any]]:
        return [problem.as_json() for problem in row.problems]


def conflict_line(conflict: Any) -> dict[str, Any]:
    return {
        "object_type": BY_CODE[conflict.object_type].name,
        "object_id": str(conflict.object_id),
        # Of an erased person not even the fields are told.
        "field": None if conflict.reason == "erased" else conflict.field,
        "reason": conflict.reason,
        "ours": conflict.ours,
        "now": conflict.now,
    }
