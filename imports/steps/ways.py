"""Ways: the two ways from an upload to a plan, behind one set of verbs.

A file of one action and one kind of object, its header matched by names (``RowsWay``), and a feed, one file or many,
whose rows carry their actions and speak of several kinds (``FeedWay``). The pipeline tells the same story with either.
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
from imports.models import Import
from imports.problems import FileRejected
from imports.reach import allowed
from imports.steps import apply, packages, plan, read, recognition, record, redaction, stage
from imports.steps.feed import apply as feed_apply
from imports.steps.feed import plan as feed_plan
from imports.steps.feed import record as feed_record
from imports.steps.feed import stage as feed_stage
from imports.steps.feed.space import FeedSpace
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
    def write(self, counts: Counts, effects: Effects) -> None:
        """Write the plan into the roster."""

    def note(self, upload: Import) -> None:
        """What of the upload is told beside counts."""


@dataclass
class RowsWay:
    space: Workspace

    lost_files = 0

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

    def write(self, counts: Counts, effects: Effects) -> None:
        apply.write_changes(self.space)
        apply.keep_promises(self.space)
        apply.refresh_statistics(self.space, apply.written_by(self.space, counts, effects))

    def note(self, upload: Import) -> None:
        """Nothing: it is one file, and all is in its counts."""


@dataclass
class FeedWay:
    space: FeedSpace

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

    def write(self, counts: Counts, effects: Effects) -> None:
        feed_apply.write_changes(self.space)
        apply.keep_promises(self.space)

    def note(self, upload: Import) -> None:
        upload.files = self.space.files


def is_feed(fmt: type[Format]) -> bool:
    return issubclass(fmt, Layout | Package)


def open_way(upload: Import, lease: Lease) -> Way:
    """Read and stage an upload. Raises FileRejected."""
    fmt = format_for(upload.format_key) if upload.format_key else recognition.recognise_upload(upload)
    upload.format_key = fmt.key
    return stage_feed(upload, fmt, lease) if is_feed(fmt) else stage_rows(upload, lease)


def stage_rows(upload: Import, lease: Lease) -> RowsWay:
    with read.open_upload(upload) as opened:
        upload.seen = opened.seen(upload.action)
        space = workspace_for(upload, opened)
        lease.enter(Status.CHECKING)
        stage.copy_rows(space, opened.table.chunks(), lambda rows: lease.beat(rows=rows))
    return RowsWay(space)


def workspace_for(upload: Import, opened: read.Upload) -> Workspace:
    """Where an opened upload is worked on, as its submitter may by now. Raises FileRejected."""
    may = allowed(upload, opened.fmt)
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
