"""The demo institution: its roster, its templates, one account for each role, and an API client."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import Actor, system_actor
from edu_csv.access.models import Account, Institution
from edu_csv.access.roles import Role
from edu_csv.activity.events import seeding
from edu_csv.jobs.runners import work_one
from edu_csv.local import demo_week, folder
from edu_csv.local.refusal import StartRefused
from edu_csv.roster.models import OrgUnit, Term
from imports import services as imports
from imports.formats.base import Format
from imports.formats.echovideo.schedules_v1 import SchedulesV1
from imports.formats.registry import formats
from imports.models import Import, Mode
from imports.templates import gallery, lookup, manage

SLUG = "demo"
NAME = "Demo University"
TIME_ZONE = "Europe/Berlin"
FILE = "demo.json"
# Whose samples make the roster.
FAMILY = "echovideo"
# Of the gallery: one that makes statements, and the default one of groups (rest-api.md section 8).
TEMPLATES = ("video_views", "groups")
# The roles that an institution grants below one of its org units, and which of the samples' that is.
BELOW = {Role.ORG_ADMIN: ("organization", "ORG-MAR"), Role.DEPARTMENT_ADMIN: ("department", "DEP-OCE")}


@dataclass(slots=True)
class Demo:
    """Who may log in, shown at every start: the database itself keeps only hashes."""

    institution: int
    accounts: dict[str, str] = field(default_factory=dict)
    client_key: str = ""
    client_secret: str = ""
    has_roster: bool = False
    has_templates: bool = False
    has_activity: bool = False

    def write(self) -> None:
        path = settings.DATA_DIR / FILE
        partial = path.with_suffix(".partial")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self), file, indent=1)
        folder.hand_over(partial, settings.DATA_DIR)
        partial.replace(path)


def read(data_dir: Path) -> Demo | None:
    """What an earlier start made and wrote down; None before the first."""
    try:
        return Demo(**json.loads((data_dir / FILE).read_text()))
    except FileNotFoundError:
        return None


def prepare() -> Demo:
    """Make what is missing; safe to repeat, also after a start that was cut off half way.

    Raises StartRefused when a sample file does not import cleanly, or the roster lacks what a role begins at.
    """
    demo = read(settings.DATA_DIR) or Demo(_institution())
    demo.write()
    with tenancy.use_institution(demo.institution):
        if not demo.has_roster:
            _roster(demo.institution)
            demo.has_roster = True
            demo.write()
        if not demo.has_activity:
            _activity(demo.institution)
            demo.has_activity = True
            demo.write()
        if not demo.has_templates:
            _templates(demo.institution)
            demo.has_templates = True
            demo.write()
        _accounts(demo)
        if not demo.client_key:
            with transaction.atomic():
                made = access.create_api_client(
                    institution=demo.institution, name="Demo SIS", role=Role.INTEGRATION
                )
                demo.client_key, demo.client_secret = made.key, made.secret
                demo.write()
    return demo


def _institution() -> int:
    try:
        return access.institution_id(SLUG)
    except access.UnknownInstitution:
        return access.create_institution(name=NAME, slug=SLUG, time_zone=TIME_ZONE).pk


def _accounts(demo: Demo) -> None:
    for role in Role:
        email = f"{role.value.replace('_', '-')}@demo.example"
        if email not in demo.accounts:
            password = secrets.token_urlsafe(9)
            with transaction.atomic():
                _account(demo.institution, email, role, _unit(role), password)
                # Inside: a password that was not written down would be of no use to anybody.
                demo.accounts[email] = password
                demo.write()


def _unit(role: Role) -> UUID | None:
    """Where a role's reach begins; None for the whole institution."""
    if role not in BELOW:
        return None
    kind, external_id = BELOW[role]
    found = OrgUnit.objects.filter(type=kind, external_id=external_id, deleted_at=None).first()
    if found is None:
        raise StartRefused(
            f"The demo institution has no {kind} {external_id} any more; start with a new data folder."
        )
    return found.pk


def _account(institution: int, email: str, role: Role, org_unit: UUID | None, password: str) -> None:
    known = Account.objects.filter(email=email).first()
    if known is not None:
        # Made by a start that was cut off, or whose notes are gone.
        known.set_password(password)
        known.save()
        password = ""
    access.create_account(
        institution=institution,
        email=email,
        role=role,
        name=f"Demo {role.label.lower()}",
        password=password or None,
        org_unit=org_unit,
    )


def _roster(institution: int) -> None:
    """Import the sample files, in the order in which they refer to each other, as everybody's files are."""
    actor = system_actor(institution, "Demo")
    for declared in formats().values():
        if declared.family == FAMILY:
            _load(actor, declared, sample(declared), f"Sample {declared.title}")
    # Only once: another day's files would say something else about what is there.
    if Term.objects.filter(external_id=demo_week.TERM).exists():
        return
    today = timezone.now().astimezone(ZoneInfo(TIME_ZONE)).date()
    for declared, data in demo_week.files(today):
        _load(actor, declared, data, f"{declared.title} of this term")
    # Before what waits is planned: the roster does not move under it.
    _activity(institution)
    _load(actor, SchedulesV1, demo_week.waiting_file(today), "More captures this term", mode=Mode.PREVIEW)


def _activity(institution: int) -> None:
    """Invent what has happened up to yesterday; what is there already stays, and so does a roster without sections."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    with contextlib.suppress(seeding.NotPossible):
        seeding.seed(institution, demo_week.activity(yesterday))


def _templates(institution: int) -> None:
    """Make the templates of the gallery that are shown, each with its example; those that are there already stay.

    Raises StartRefused when one of them cannot be used.
    """
    actor, base = system_actor(institution, "Demo"), Institution.objects.get(pk=institution).statements_base
    for key in TEMPLATES:
        entry = gallery.entries()[key]
        if lookup.find(institution, entry.name) is not None:
            continue
        try:
            manage.make_ready_made(actor, entry, entry.name, base)
        except manage.NotReady as refused:
            raise StartRefused(f"The template {entry.name} cannot be used: {refused}") from refused


def _load(actor: Actor, declared: type[Format], data: bytes, name: str, mode: str = Mode.APPLY) -> None:
    """Raises StartRefused for a file that does not import cleanly, or come to a plan when that is asked for."""
    request = imports.ImportRequest(format_key=declared.key, action="create", name=name, mode=mode)
    received = imports.receive_upload(actor, io.BytesIO(data), f"{declared.key}.csv", request)
    while work_one(["imports"], only_institution=actor.institution):
        pass
    ended = Import.objects.select_related("job").get(pk=received.pk)
    if ended.job.status != ("awaiting_approval" if mode == Mode.PREVIEW else "completed"):
        raise StartRefused(f"{name} ended {ended.job.status}: {ended.job.problem or ended.counts}")


def sample(declared: type[Format]) -> bytes:
    """The format's own two invented rows, as a file to create them by."""
    columns = declared.columns_for("create")
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([column.header for column in columns])
    writer.writerows([row.get(column.name, "") for column in columns] for row in declared.sample_rows)
    return written.getvalue().encode()
