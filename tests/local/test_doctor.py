"""`manage.py doctor`: nothing to mend on a sound installation, and the right thing on each other."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from pytest_django import Settings

from edu_csv.local import doctor
from tests.activity.store.statements import put, statement
from tests.database import Addresses
from tests.imports.harness import Tenant
from tests.local.running import Running, manage

pytestmark = pytest.mark.usefixtures("committed")


def findings() -> dict[str, doctor.Finding]:
    return {finding.name: finding for finding in doctor.examine()}


def test_sound_installation_needs_no_mending(monkeypatch: pytest.MonkeyPatch) -> None:
    # Other tests store statements that no worker projects.
    monkeypatch.setattr(doctor, "MOST_BEHIND", timedelta(days=10_000))
    assert [finding for finding in findings().values() if not finding.is_well] == []
    assert findings().keys() == doctor.CHECKS.keys() == doctor.HINTS.keys()


def test_role_that_owns_the_tables_is_to_be_mended(settings: Settings, addresses: Addresses) -> None:
    role = settings.DATABASE_ROLE
    addresses.use(addresses.owner, "")
    try:
        found = findings()["role"]
    finally:
        addresses.use(addresses.application, role)
    assert not found.is_well
    assert "Set DATABASE_ROLE to a role that owns nothing" in found.words


def test_lease_in_another_database_is_to_be_mended(settings: Settings, addresses: Addresses) -> None:
    elsewhere = urlsplit(addresses.owner)._replace(path="/postgres")
    settings.DATABASE_DIRECT_URL = urlunsplit(elsewhere)
    found = findings()["leases"]
    assert not found.is_well
    assert "is not seen over DATABASE_URL" in found.words


def test_unreachable_storage_is_to_be_mended(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.FILES_DIR = tmp_path / "file"
    found = findings()["storage"]
    assert not found.is_well
    assert "Correct FILES_DIR" in found.words


def test_unreachable_database_is_to_be_mended_and_the_other_checks_go_on(addresses: Addresses) -> None:
    away = urlsplit(addresses.application)
    addresses.use(urlunsplit(away._replace(path="/nowhere")), "edu_csv_app")
    try:
        found = findings()
    finally:
        addresses.use(addresses.application, "edu_csv_app")
    assert not found["database"].is_well
    assert "Start it, or correct DATABASE_URL." in found["database"].words
    assert found["storage"].is_well


@pytest.mark.timeout(300)
def test_command_says_line_by_line_what_is_well(running: Running) -> None:
    shown = manage(running.data_dir, "doctor")
    assert shown.returncode == 0, shown.stdout
    assert [line.split()[:2] for line in shown.stdout.splitlines()] == [
        ["ok", name] for name in doctor.CHECKS
    ]


def test_command_ends_with_1_when_something_is_to_be_mended(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3_BUCKET", "uploads")
    monkeypatch.setenv("S3_ENDPOINT_URL", "http://127.0.0.1:1")
    shown = manage(running.data_dir, "doctor")
    assert shown.returncode == 1
    assert "mend  storage" in shown.stdout
    assert "1 of 11 need mending." in shown.stderr


def test_statements_that_nobody_projects_are_to_be_mended(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tenant.pk, [statement("waiting")])
    monkeypatch.setattr(doctor, "MOST_BEHIND", timedelta(0))
    found = findings()["projection"]
    assert not found.is_well
    assert "See that workers and the scheduler run" in found.words
