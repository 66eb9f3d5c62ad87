"""Packages of D2L and CircleIn through an inbox: taken, answered file by file, redacted, and checked only until allowed."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

import pytest

from edu_csv import storage, tenancy
from imports.models import Import
from imports.requests import BadRequest
from imports.sources import automation, inbox, manage
from tests.imports.circlein import files
from tests.imports.harness import Tenant
from tests.sources.feeding import Feed, new_feed, zipped

MANIFEST = b'{"version": "3.0"}'
USERS = (
    b"type,action,username,org_defined_id,first_name,last_name,password,is_active,role_name,email,relationships,"
    b"pref_first_name,pref_last_name,sort_last_name,pronouns\n"
    b"user,UPDATE,k.oduya,70021,Kwame,Oduya,S3cret!Word,1,Student,k.oduya@example.edu,,,,,\n"
    b"user,UPDATE,l.brandt,70044,Lena,Brandt,,1,Juggler,l.brandt@example.edu,,,,,\n"
)


@pytest.fixture
def circlein(tenant: Tenant) -> Feed:
    return new_feed(tenant, name="CircleIn", slug="circlein", family="circlein")


@pytest.fixture
def d2l(tenant: Tenant) -> Feed:
    return new_feed(tenant, name="D2L", slug="d2l", family="d2l")


def people(feed: Feed) -> set[str]:
    found: list[tuple[Any, ...]] = feed.tenant.query(
        "SELECT external_id FROM roster_person WHERE deleted_at IS NULL"
    )
    return {each for (each,) in found}


def imports_of(feed: Feed) -> list[Import]:
    with tenancy.use_institution(feed.tenant.pk):
        return list(Import.objects.filter(source=feed.source).select_related("job").order_by("job__received"))


def test_a_d2l_package_is_imported_and_its_log_tells_each_file(d2l: Feed) -> None:
    d2l.send("nightly.zip", zipped(**{"manifest.json": MANIFEST, "7-Users.csv": USERS}))
    d2l.work()
    [upload] = imports_of(d2l)
    assert upload.format_key == "d2l.package"
    assert "70021" in people(d2l)
    log = d2l.read("processed", ".log")
    assert "\nFiles\n  7-Users.csv: 2 (1 created, 1 failed)" in log
    assert "of 7-Users.csv" in log
    assert "nightly.zip.failed.zip" in d2l.names("processed")


def test_passwords_are_gone_from_the_inbox_too(d2l: Feed) -> None:
    sent = zipped(**{"manifest.json": MANIFEST, "7-Users.csv": USERS})
    d2l.send("nightly.zip", sent)
    d2l.work()
    [file] = [file for file in d2l.files("processed") if not file.is_answer]
    log = d2l.read("processed", ".log")
    assert f"\nBytes:     {len(sent):,}\nSHA-256:   {hashlib.sha256(sent).hexdigest()}\n" in log
    assert f"\nKept:      {file.bytes:,} bytes, without the secret cells of 7-Users.csv\n" in log
    assert "  warning: secret_dropped in 7-Users.csv: Cells of `password` were filled (1)" in log
    with tenancy.use_institution(d2l.tenant.pk), inbox.open_file(file) as stream:
        packed = io.BytesIO(stream.read())
    with zipfile.ZipFile(packed) as archive:
        kept = archive.read("7-Users.csv")
    assert b"S3cret!Word" not in kept
    assert b"70021" in kept
    for stored in storage.list_keys(f"inbox/{d2l.tenant.pk}/"):
        with storage.open_file(stored.key) as stream:
            assert b"S3cret!Word" not in stream.read()


def test_a_file_that_is_not_kept_since_it_may_hold_passwords_is_said_to_be_so(d2l: Feed) -> None:
    sent = USERS.replace(b",", b";")
    d2l.send("users.csv", sent)
    d2l.work()
    [file] = [file for file in d2l.files("failed") if not file.is_answer]
    assert file.bytes == 2
    log = d2l.read("failed", ".log")
    assert f"\nBytes:     {len(sent):,}\nSHA-256:   {hashlib.sha256(sent).hexdigest()}\n" in log
    assert "\nKept:      2 bytes, without what could not be read, since that may hold passwords\n" in log


def test_a_file_of_another_family_is_answered_in_failed(d2l: Feed) -> None:
    d2l.send("Users.csv", files.SAMPLE_USERS.encode())
    d2l.work()
    assert d2l.names("failed") == ["Users.csv", "Users.csv.log"]
    log = d2l.read("failed", ".log")
    assert "takes files of D2L Standard CSV, and this is a file of CircleIn: Users." in log
    assert "Code:      wrong_family" in log


def test_a_file_whose_rows_do_not_say_what_they_do_is_of_another_family_before_all_else(d2l: Feed) -> None:
    d2l.send("terms.csv", b"Name,Start Date,End Date,External ID\nAutumn,2026-09-01,2026-12-18,27A\n")
    d2l.work()
    log = d2l.read("failed", ".log")
    assert "this is a file of EchoVideo: Terms." in log
    assert "Code:      wrong_family" in log


def test_a_package_whose_manifest_is_broken_is_answered_in_failed(d2l: Feed) -> None:
    d2l.send("nightly.zip", zipped(**{"manifest.json": b"{", "7-Users.csv": USERS}))
    d2l.work()
    assert d2l.names("failed") == ["nightly.zip", "nightly.zip.log"]
    assert people(d2l) == set()


def test_circlein_is_checked_only_until_it_was_right_once_and_somebody_allows_it(circlein: Feed) -> None:
    """circlein-csv.md C-18."""
    with tenancy.use_institution(circlein.tenant.pk):
        assert not automation.ready(circlein.source)
        with pytest.raises(BadRequest, match="Courses and of Enrollments"):
            manage.change(circlein.tenant.actor, circlein.source, automation_enabled=True)
    whole = files.package(
        {
            "Courses.csv": files.lines(
                files.SAMPLE_COURSES.splitlines()[0], *files.SAMPLE_COURSES.splitlines()[1:3]
            ),
            "Users.csv": files.lines(
                files.SAMPLE_USERS.splitlines()[0], *files.SAMPLE_USERS.splitlines()[1:3]
            ),
            "Enrollments.csv": files.lines(files.ENROLLMENTS, "27A-BIO110-01,27A,student,70021,,,,Active"),
        }
    )
    circlein.send("first.zip", whole)
    circlein.work()
    [upload] = imports_of(circlein)
    assert upload.job.status == "completed", upload.job.problem
    assert people(circlein) == set(), "checked, and nothing more"
    assert "first.zip: checked only; nothing was changed\n" in circlein.read("processed", ".log")
    with tenancy.use_institution(circlein.tenant.pk):
        assert automation.ready(circlein.source)
        manage.change(circlein.tenant.actor, circlein.source, automation_enabled=True)
    circlein.send("second.zip", whole)
    circlein.work()
    assert people(circlein) == {"70021", "70044"}


@pytest.mark.parametrize(
    ("status", "enrollments"),
    [("completed", ()), ("completed_with_errors", ("27A-NONE-01,27A,student,70021,,,,Active",))],
    ids=["without a row", "of an unknown section"],
)
def test_circlein_was_not_right_yet_when_files_were_empty_or_could_not_be_applied(
    circlein: Feed, status: str, enrollments: tuple[str, ...]
) -> None:
    """circlein-csv.md C-18: what is only checked has been planned in full."""
    circlein.send(
        "first.zip",
        files.package(
            {
                "Courses.csv": files.SAMPLE_COURSES,
                "Enrollments.csv": files.lines(files.ENROLLMENTS, *enrollments),
            }
        ),
    )
    circlein.work()
    [upload] = imports_of(circlein)
    assert upload.job.status == status
    assert upload.counts["failed"] == len(enrollments)
    assert circlein.tenant.query("SELECT FROM roster_section") == []
    with tenancy.use_institution(circlein.tenant.pk):
        assert automation.ready(circlein.source) == automation.Ready(
            courses=not enrollments, enrollments=False
        )


def test_a_header_alone_does_not_make_circlein_right(tenant: Tenant, circlein: Feed) -> None:
    for key, text in (("circlein.courses", files.COURSES), ("circlein.enrollments", files.ENROLLMENTS)):
        assert tenant.load(files.lines(text), key, "").job.status == "completed"
    with tenancy.use_institution(tenant.pk):
        assert automation.ready(circlein.source) == automation.Ready(courses=False, enrollments=False)


def test_circlein_says_of_checked_rows_what_it_would_say_of_applied_ones_and_changes_nothing(
    circlein: Feed,
) -> None:
    package = files.package(
        {
            "UpdateIDs.csv": files.lines(files.UPDATE_IDS, "70021,U-1,User"),
            "Courses.csv": files.SAMPLE_COURSES,
            "Users.csv": files.SAMPLE_USERS + "70045,Ida,Holm,i.holm@example.edu,Active\n" * 2,
            "Enrollments.csv": files.SAMPLE_ENROLLMENTS
            + "27A-BIO110-01,27A,student,70046,,,,Active\n27A-NONE-01,27A,student,70044,,,,Active\n",
        }
    )
    circlein.tenant.load(
        files.lines(files.USERS, "70021,Kwame,Oduya,k.oduya@example.edu,Active"), "circlein.users", ""
    )
    circlein.send("checked.zip", package)
    circlein.work()
    assert people(circlein) == {"70021"}
    assert circlein.tenant.query("SELECT FROM roster_section") == []
    applied = circlein.tenant.load(package, "circlein.package", "", file_name="checked.zip")
    [checked] = imports_of(circlein)
    assert people(circlein) > {"70044", "U-1"}

    def told(upload: Import) -> list[tuple[Any, ...]]:
        others = ("failed", "superseded")
        return [
            (
                row.file,
                row.row,
                row.outcome if row.outcome in others else None,
                [each.as_json() for each in row.problems if each.code != "held_validation"],
            )
            for row in circlein.tenant.plan(upload)
        ]

    assert told(checked) == told(applied)
    codes = {each["code"] for *_, problems in told(checked) for each in problems}
    assert codes >= {"unknown_course", "unknown_user", "delete_missing", "duplicate_row"}
    kept = {name: applied.counts[name] for name in ("rows", "failed", "superseded", "warnings")}
    held = applied.counts["rows"] - applied.counts["failed"] - applied.counts["superseded"]
    assert {name: count for name, count in checked.counts.items() if count} == {**kept, "held": held}
    assert checked.effects == {}


def test_only_circlein_has_this_switch(d2l: Feed) -> None:
    with tenancy.use_institution(d2l.tenant.pk), pytest.raises(BadRequest, match="Only sources of CircleIn"):
        manage.change(d2l.tenant.actor, d2l.source, automation_enabled=True)


def test_switches_of_the_source_are_those_of_its_imports(tenant: Tenant) -> None:
    feed = new_feed(tenant, name="D2L", slug="d2l", family="d2l", switches={"user_key": "username"})
    feed.send("nightly.zip", zipped(**{"manifest.json": MANIFEST, "7-Users.csv": USERS}))
    feed.work()
    [upload] = imports_of(feed)
    assert upload.switches["user_key"] == "username"
