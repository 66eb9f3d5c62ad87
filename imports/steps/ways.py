"""Ways: the three ways from an upload to a plan, behind one set of verbs.

A file of one action and one kind of object, its header matched by names (``RowsWay``); a feed, one file or many, whose
rows carry their actions and speak of several kinds (``FeedWay``); a file that goes through a template (``TemplateWay``).
The pipeline tells the same story with each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from edu_csv.jobs.lease import Lease
from edu_csv.jobs.models import Status
from imports.formats.base import Format
from imports.formats.feed import Layout, Package, Switches
from imports.formats.registry import format_for
from imports.formats.templated import is_template
from imports.models import Import
from imports.problems import FileRejected
from imports.reach import allowed, allowed_whole
from imports.steps import apply, months, packages, plan, read, recognition, record, redaction, stage
from imports.steps.feed import apply as feed_apply
from imports.steps.feed import plan as feed_plan
from imports.steps.feed import record as feed_record
from imports.steps.feed import stage as feed_stage
from imports.steps.feed.space import FeedSpace
from imports.steps.templated import apply as template_apply
from imports.steps.templated import plan as template_plan
from imports.steps.templated import reading, staging
from imports.steps.templated import record as template_record
from imports.steps.templated.space import TemplateSpace
from imports.steps.workspace import Session, Workspace

Counts = dict[str, int]
Effects = dict[str, dict[str, int]]


class Way(Protocol):
    """An upload that is staged. space: its tables; rows: how many they are; lost_files: how many could not be read."""

    @property
    def space(self) -> Session: ...
    @property
    def rows(self) -> int: ...
    @property
    def lost_files(self) -> int: ...
    @property
    def uses_roster(self) -> bool:
        """Whether it reads or writes the roster, and so waits for other writers of it."""

    def check_size(self) -> None:
        """Raises FileRejected when there is nothing to import."""

    def make(self) -> Counts:
        """Plan the staged rows. May be asked again, when the roster has moved."""

    def count_effects(self) -> Effects: ...
    def review(self, upload: Import) -> dict[str, Any]:
        """What approval must look at: {"reasons": […], …}."""

    def record(
        self, received_on: date, *, own_tables: bool, was_own: bool, held: bool, will_be_compared: bool
    ) -> None: ...
    def write(self, upload: Import, counts: Counts, effects: Effects) -> None:
        """Write the plan. Raises StatementsMoved when it has to be made again first."""

    def note(self, upload: Import) -> None:
        """What of the upload is told beside counts."""


@dataclass
class RowsWay:
    space: Workspace

    lost_files = 0
    uses_roster = True

    @property
    def rows(self) -> int:
        return self.space.rows

    def check_size(self) -> None:
        if not self.space.rows:
            raise FileRejected("no_rows")

    def make(self) -> Counts:
        return plan.make(self.space)

    def count_effects(self) -> Effects:
        return plan.count_effects(self.space)

    def review(self, upload: Import) -> dict[str, Any]:
        space = self.space
        absent = [column.header for column in space.match.absent if column.values]
        review: dict[str, Any] = {"clears": plan.clears(space), "reasons": []}
        if space.captures:
            review["captures"] = space.captures
        clears = space.action == "update" and absent and space.fmt.blank_on_update == "clear"
        if clears and not space.keep_absent and not upload.confirm_clear:
            review["reasons"].append("clears_columns")
        return review

    def record(self, received_on: date, **how: bool) -> None:
        record.record(self.space, received_on, **how)

    def write(self, upload: Import, counts: Counts, effects: Effects) -> None:
        apply.write_changes(self.space)
        apply.keep_promises(self.space)
        apply.refresh_statistics(self.space, apply.written_by(self.space, counts, effects))

    def note(self, upload: Import) -> None:
        """Nothing: it is one file, and all is in its counts."""


@dataclass
class FeedWay:
    space: FeedSpace

    uses_roster = True

    @property
    def rows(self) -> int:
        return self.space.rows

    @property
    def lost_files(self) -> int:
        return len(self.space.refusals)

    def check_size(self) -> None:
        """Nothing to say is no fault of a feed (circlein C-5); its files note it."""

    def make(self) -> Counts:
        return feed_plan.make(self.space)

    def count_effects(self) -> Effects:
        return feed_plan.count_effects(self.space)

    def review(self, upload: Import) -> dict[str, Any]:
        return {"clears": {}, "reasons": [], "kinds": feed_plan.count_kinds(self.space)}

    def record(self, received_on: date, **how: bool) -> None:
        feed_record.record(self.space, received_on, **how)

    def write(self, upload: Import, counts: Counts, effects: Effects) -> None:
        feed_apply.write_changes(self.space)
        apply.keep_promises(self.space)

    def note(self, upload: Import) -> None:
        upload.files = self.space.files


@dataclass
class TemplateWay:
    space: TemplateSpace

    lost_files = 0

    @property
    def uses_roster(self) -> bool:
        return self.space.has_objects

    @property
    def rows(self) -> int:
        return self.space.rows

    def check_size(self) -> None:
        if not self.space.rows:
            raise FileRejected("no_rows")

    def make(self) -> Counts:
        return template_plan.make(self.space)

    def count_effects(self) -> Effects:
        return template_plan.count_effects(self.space)

    def review(self, upload: Import) -> dict[str, Any]:
        return template_plan.review(self.space)

    def record(
        self, received_on: date, *, own_tables: bool, was_own: bool, held: bool, will_be_compared: bool
    ) -> None:
        template_record.record(self.space, received_on, own_tables=own_tables, was_own=was_own, held=held)

    def write(self, upload: Import, counts: Counts, effects: Effects) -> None:
        template_apply.write(self.space, upload.job)

    def note(self, upload: Import) -> None:
        """Nothing: it is one file, and all is in its counts."""


def is_feed(fmt: type[Format]) -> bool:
    return issubclass(fmt, Layout | Package)


def open_way(upload: Import, lease: Lease) -> Way:
    """Read and stage an upload. Raises FileRejected."""
    fmt = format_for(upload.format_key) if upload.format_key else recognition.recognise_upload(upload)
    upload.format_key = fmt.key
    upload.action = upload.action or fmt.default_action
    if is_template(fmt):
        return stage_template(upload, fmt, lease)
    return stage_feed(upload, fmt, lease) if is_feed(fmt) else stage_rows(upload, lease)


def stage_rows(upload: Import, lease: Lease) -> RowsWay:
    with read.open_upload(upload) as opened:
        upload.seen = opened.seen(upload.action)
        space = workspace_for(upload, opened)
        lease.enter(Status.CHECKING)
        stage.copy_rows(space, opened.table.chunks(), lambda rows: lease.beat(rows=rows))
    months.prepare(space)
    return RowsWay(space)


def workspace_for(upload: Import, opened: read.Upload) -> Workspace:
    """Where an opened upload is worked on, as its submitter may by now. Raises FileRejected."""
    may = allowed(upload, opened.fmt)
    if opened.fmt.needs_whole:
        allowed_whole(upload, opened.fmt)
    space = Workspace(
        institution=upload.institution_id,
        job=upload.pk,
        fmt=opened.fmt,
        action=upload.action,
        match=opened.match,
        keep_absent=upload.keep_absent,
        reach=may.reach,
        must_publish=may.must_publish,
        free=may.free,
    )
    plan.configure(space)
    return space


def stage_template(upload: Import, fmt: type[Format], lease: Lease) -> TemplateWay:
    """Make and stage the rows of a file that goes through a template. Raises FileRejected."""
    allowed_whole(upload, fmt)
    version = upload.template_version
    assert version is not None  # noqa: S101  # set when the file was received
    space = TemplateSpace(
        upload.institution_id, upload.pk, version, upload.job.created_at, upload.file_name, upload.switches
    )
    plan.configure(space)
    with reading.open_upload(upload) as opened:
        upload.seen = opened.seen(version)
        lease.enter(Status.CHECKING)
        staging.copy_rows(space, opened, opened.table.chunks(), lambda rows: lease.beat(rows=rows))
    return TemplateWay(space)


def stage_feed(upload: Import, fmt: type[Format], lease: Lease) -> FeedWay:
    allowed(upload, fmt)
    opened = packages.open_package(upload)
    upload.seen = opened.seen()
    lease.enter(Status.CHECKING)
    space = stage_members(upload, opened, lambda rows: lease.beat(rows=rows))
    dropped = redaction.redact(upload)
    for file in space.files:
        if file["name"] in dropped:
            file["notes"].append(dropped[file["name"]].as_json())
    return FeedWay(space)


def stage_members(upload: Import, opened: packages.Opened, progress: Callable[[int], None]) -> FeedSpace:
    """Stage all files of a feed. Raises FileRejected when none of them can be read."""
    space = FeedSpace(
        institution=upload.institution_id,
        job=upload.pk,
        switches=Switches(**upload.switches),
        layouts=list(dict.fromkeys(m.layout for m in opened.members if m.layout is not None)),
    )
    plan.configure(space)
    feed_stage.create(space)
    for member in opened:
        feed_stage.copy_member(space, member, progress)
    feed_stage.finish(space)
    # Also of a feed that is refused: each file says why.
    upload.files = space.files
    if len(space.refusals) == len(space.files):
        raise (
            space.refusals[0]
            if len(space.files) == 1
            else FileRejected("no_file_left", files=len(space.files))
        )
    return space
