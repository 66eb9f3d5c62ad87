"""No password is kept: not in storage, not in the database, not in what is told (design section 11; d2l D-31 overruled)."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import warnings
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from edu_csv import storage, tenancy
from edu_csv.errors import StorageUnavailable
from edu_csv.jobs import runners
from edu_csv.jobs import services as jobs
from edu_csv.jobs.models import Job, Kind, State
from edu_csv.tabular import Limits, TableRefused, open_table
from imports import retention, services
from imports.models import Import
from imports.problems import FileRejected
from imports.sources import inbox
from imports.steps import ended
from imports.steps.redaction import redact
from imports.steps.rewriting import rewrite
from imports.steps.secrets import Hider
from tests.imports.harness import Tenant
from tests.imports.packages.feeds import (
    ENROLLED,
    MANIFEST,
    ORGS,
    USERS_1,
    USERS_3,
    d2l,
    opened,
    package,
    rows,
)
from tests.sources.feeding import new_feed
from tests.tabular.reading import read

# Its bytes are nowhere else in a test.
SECRET = "hunter2-Qx7Zk9"
CELLS = "user,UPDATE,{0},{0},Kwame,Oduya,{1},1,Learner,{0}@fjord.example,,,,,"
GOOD = [
    CELLS.format("k.oduya", SECRET),
    CELLS.format("l.brandt", ""),
    CELLS.format("r.quist", f'"{SECRET},""{SECRET}"'),
]
BAD = [
    CELLS.format("too.many", f"{SECRET},{SECRET}"),
    f"user,UPDATE,too.few,{SECRET},1",
    CELLS.format("stray", f'"{SECRET}"x'),
    CELLS.format("bare", f'{SECRET}"{SECRET}'),
    CELLS.format("broken", f'"{SECRET}\n{SECRET}"'),
    f'"user,UPDATE,a,a,A,A,{SECRET},1\nuser,UPDATE,b,b,B,B,{SECRET},1","x{SECRET}"',
    CELLS.format("nul", f"{SECRET}\0"),
    "",
    ",,,",
]
FAULTS = {
    5: "ragged_row", 6: "ragged_row", 7: "stray_quote", 8: "bare_quote", 9: "line_break", 10: "line_break", 11: "nul_byte",
    12: "empty_row", 13: "empty_row",
}  # fmt: skip
USERS = "\r\n".join([USERS_3, *GOOD, *BAD]) + "\r\n"


def kept_bytes(upload: Import) -> bytes:
    with storage.open_file(upload.file_key) as file:
        return file.read()


def everything_in(data: bytes) -> bytes:
    """What a file holds, unpacked as far as it can be."""
    for begins, unpack in (
        (b"\x1f\x8b", gzip.decompress),
        (b"BZh", bz2.decompress),
        (b"\xfd7zXZ", lzma.decompress),
    ):
        if data.startswith(begins):
            return unpack(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # By entries: a name is only the last one that has it.
            return b"".join([*map(archive.read, archive.infolist()), archive.comment])
    except zipfile.BadZipFile:
        return data


def kept_files(tenant: Tenant) -> list[Path]:
    """All stored files of an institution, those that are being written too."""
    return [
        path for path in Path(django_settings.FILES_DIR).rglob("*") if path.is_file() and _is_of(path, tenant)
    ]


def _is_of(path: Path, tenant: Tenant) -> bool:
    parts = path.relative_to(django_settings.FILES_DIR).parts
    # Of other institutions there are files of tests that stop before they are read.
    return len(parts) < 2 or not parts[1].isdecimal() or parts[1] == str(tenant.pk)


def assert_nowhere(tenant: Tenant) -> None:
    for path in kept_files(tenant):
        assert SECRET.encode() not in everything_in(path.read_bytes()), path
    tables = tenant.query(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND has_schema_privilege(schemaname, 'USAGE')"
        " AND has_table_privilege(quote_ident(schemaname) || '.' || quote_ident(tablename), 'SELECT')"
    )
    assert len(tables) > 30
    for (table,) in tables:
        found = tenant.query(f"SELECT to_jsonb(o)::text FROM {table} AS o")  # noqa: S608  # names of this test
        assert not [row for (row,) in found if SECRET in row], table


def load(
    tenant: Tenant, data: bytes | str, key: str = "d2l.package", name: str = "feed.zip", **options: Any
) -> Import:
    return tenant.load(data, key, **{"action": "", "file_name": name, **options})


def test_neither_storage_nor_database_keep_a_byte_of_it(tenant: Tenant) -> None:
    data = d2l({"01-Orgs.csv": ORGS, "07-Users.csv": USERS, "08-Enrollments.csv": ENROLLED})
    upload = load(tenant, data)
    assert upload.job.status == "completed_with_errors"
    assert (upload.counts["rows"], upload.counts["created"]) == (1 + 12 + 1, 1 + 3)
    assert_nowhere(tenant)
    assert upload.file_sha256 == hashlib.sha256(data).hexdigest()
    assert upload.file_bytes == len(data)


def test_it_is_told_once_for_the_file(tenant: Tenant) -> None:
    upload = load(tenant, d2l({"01-Orgs.csv": ORGS, "07-Users.csv": USERS}))
    _, users = upload.files
    (note,) = [note for note in users["notes"] if note["code"] == "secret_dropped"]
    assert (note["severity"], note["message"]) == (
        "warning",
        (
            "Cells of `password` were filled (9), and are not kept: people in the roster are no log-ins. They were taken out of"
            " the stored file too."
        ),
    )


def test_the_copy_is_read_as_the_original_was(tenant: Tenant) -> None:
    data = d2l({"01-Orgs.csv": ORGS, "07-Users.csv": USERS})
    upload = load(tenant, data)
    copy = everything_in(kept_bytes(upload))
    assert copy.startswith(ORGS.encode())
    _, member = opened(kept_bytes(upload)).members
    assert member.name == "07-Users.csv"
    with zipfile.ZipFile(io.BytesIO(kept_bytes(upload))) as archive:
        again = read(archive.read("07-Users.csv"), strict=True)
        assert archive.namelist() == ["01-Orgs.csv", "07-Users.csv", "manifest.json"]
    assert again.fault_codes == FAULTS
    first = read(USERS.encode(), strict=True)
    assert first.fault_codes == FAULTS
    assert again.rows == {number: [*row[:6], "", *row[7:]] for number, row in first.rows.items()}


def test_a_plan_made_again_from_the_copy_is_the_same(tenant: Tenant) -> None:
    planned = load(tenant, d2l({"01-Orgs.csv": ORGS, "07-Users.csv": USERS}), mode="preview")
    assert planned.job.status == "awaiting_approval"
    assert_nowhere(tenant)
    before = tenant.plan(planned)
    applied = tenant.approve(planned)
    assert applied.job.status == "completed_with_errors"
    assert not applied.plan_changed
    assert applied.counts == planned.counts
    assert applied.files == planned.files
    assert [(row.row, row.outcome, row.codes) for row in tenant.plan(applied)] == [
        (row.row, row.outcome, row.codes) for row in before
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_a_csv_alone_is_emptied_of_it_and_packed_as_it_came(tenant: Tenant, packed: bool) -> None:
    data = gzip.compress(USERS.encode()) if packed else USERS.encode()
    upload = load(tenant, data, "d2l.users", "users.csv.gz" if packed else "users.csv")
    assert upload.counts["created"] == 3
    assert_nowhere(tenant)
    assert (kept_bytes(upload)[:2] == b"\x1f\x8b") == packed


def test_files_without_it_stay_as_they_came(tenant: Tenant) -> None:
    for data, key in (
        (d2l({"1.csv": ORGS, "2.csv": f"{USERS_3}\n{GOOD[1]}\n"}), "d2l.package"),
        (ENROLLED.encode(), "d2l.enrollments"),
    ):
        upload = load(tenant, data, key)
        assert kept_bytes(upload) == data
        assert "secrets" not in upload.seen or not upload.seen["secrets"]


def test_only_the_copy_is_left(tenant: Tenant) -> None:
    upload = load(tenant, d2l({"07-Users.csv": USERS}))
    kept = [
        path for path in kept_files(tenant) if path.is_relative_to(Path(django_settings.FILES_DIR, "uploads"))
    ]
    assert [path.relative_to(django_settings.FILES_DIR).as_posix() for path in kept] == [upload.file_key]


def _entries(*entries: tuple[str, str], comment: bytes = b"") -> bytes:
    """A zip of just these, were a name in it twice."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, text in entries:
            archive.writestr(name, text)
        archive.comment = comment
    return out.getvalue()


def _damaged(data: bytes, text: str) -> bytes:
    """The zip with another checksum of the file that has this text."""
    checksum = zlib.crc32(text.encode()).to_bytes(4, "little")
    assert checksum in data
    return data.replace(checksum, bytes(4))


REFUSED = {
    "no manifest": package({"07-Users.csv": USERS}),
    "in a folder": d2l({"feed/07-Users.csv": USERS}),
    "another order of columns": d2l({"07-Users.csv": USERS.replace("type,action", "action,type", 1)}),
    "a column more": d2l({"07-Users.csv": USERS.replace("pronouns", "pronouns,more", 1)}),
    "no header": d2l({"07-Users.csv": "\r\n".join(GOOD) + "\r\n"}),
    "semicolons": d2l({"07-Users.csv": USERS.replace(",", ";")}),
    "bad bytes": d2l({"07-Users.csv": USERS.encode() + f"user,,a,a,\xe9,A,{SECRET},1\r\n".encode("latin-1")}),
    "bad bytes early": d2l({"07-Users.csv": USERS_1.encode() + b"\r\n\xff\r\n" + GOOD[0].encode()}),
    "utf-16": d2l({"07-Users.csv": USERS.encode("utf-16")}),
    "an open quote": d2l({"07-Users.csv": USERS + f'user,,a,a,"A,A,{SECRET},1\r\n' + GOOD[0]}),
    "a lone return": d2l({"07-Users.csv": USERS + f"user,,a,a,A,A,{SECRET},1\r" + GOOD[0]}),
    "a packed file": d2l({"07-Users.csv": package({"x.csv": USERS})}),
    "a package in it": d2l({"07-Users.csv": USERS, "more.zip": package({"x.csv": USERS})}),
    "damaged": d2l({"07-Users.csv": USERS})[:-40],
    "a damaged file beside it": _damaged(d2l({"01-Orgs.csv": ORGS * 50, "07-Users.csv": USERS}), ORGS * 50),
    "one name twice": _entries(("07-Users.csv", USERS), ("07-Users.csv", ORGS), ("manifest.json", MANIFEST)),
    "one name twice with it": _entries(
        ("07-Users.csv", USERS), ("07-Users.csv", USERS), ("manifest.json", MANIFEST)
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_not_kept_of_files_that_are_refused_either(tenant: Tenant, name: str) -> None:
    upload = load(tenant, REFUSED[name])
    assert upload.job.status == "failed"
    assert upload.counts["rows"] == 0
    assert SECRET.encode() not in everything_in(kept_bytes(upload))
    assert_nowhere(tenant)


@pytest.mark.parametrize("name", ["bad bytes", "an open quote", "a lone return"])
def test_a_file_refused_in_its_middle_is_refused_there_again(tenant: Tenant, name: str) -> None:
    upload = load(tenant, REFUSED[name])
    told = upload.job.problem
    assert told is not None
    found = opened(kept_bytes(upload))
    for member in found:
        again = member.problem
        if again is None:
            with pytest.raises(FileRejected) as caught:
                rows(member)
            again = caught.value
        assert (again.code, again.params["row"]) == (told["code"], told["row"])


def test_what_cannot_be_looked_into_is_told_as_such(tenant: Tenant) -> None:
    bad = d2l({"1.csv": ORGS, "2.csv": USERS_3.encode("utf-16")})
    upload = load(tenant, bad)
    assert upload.files[1]["notes"][-1]["message"] == (
        "`2.csv` could not be read to its end, and may have `password`: the rest of it is not kept."
    )


def test_taken_out_once_it_is_told_again_and_nothing_is_written_again(tenant: Tenant) -> None:
    upload = load(tenant, d2l({"07-Users.csv": USERS}))
    key = upload.file_key
    with tenancy.use_institution(tenant.pk):
        told = redact(upload)
    assert (list(told), upload.file_key) == (["07-Users.csv"], key)


cells = st.sampled_from(["", "a", " ", '"a,b"', '"a""b"', 'a"b', '"a"b', '"a\nb"', "\0", "é", "x" * 60])
lines = st.lists(st.lists(cells, min_size=0, max_size=5).map(",".join), max_size=12)


@given(lines, st.sampled_from(["\n", "\r\n"]), st.sampled_from([[1], [0, 2], [2]]))
def test_whatever_is_in_a_file_its_copy_is_read_alike(
    lines: list[str], ending: str, places: list[int]
) -> None:
    limits = Limits(cell_chars=50, record_chars=120)
    data = ending.join(["h,i,j", *lines, ""]).encode()
    try:
        first = read(data, strict=True, limits=limits)
    except TableRefused:
        return
    copy = io.BytesIO()
    with open_table(io.BytesIO(data), strict=True, limits=limits) as table:
        assert not rewrite(table, Hider(places, 3), copy, limits)
    again = read(copy.getvalue(), strict=True, limits=limits)
    # What was nothing but a secret is a blank row to all who read it.
    empty = {
        number
        for number, row in first.rows.items()
        if not any(c for at, c in enumerate(row) if at not in places)
    }
    assert again.fault_codes == first.fault_codes | dict.fromkeys(empty, "empty_row")
    for number in first.rows.keys() - empty:
        row = first.rows[number]
        assert again.rows[number] == ["" if place in places else cell for place, cell in enumerate(row)]


def test_an_inbox_says_how_long_the_copy_is(tenant: Tenant) -> None:
    feed = new_feed(tenant, name="D2L", slug="d2l", family="d2l")
    feed.send("nightly.zip", d2l({"07-Users.csv": USERS}))
    feed.work()
    (file,) = [file for file in feed.files("processed") if not file.is_answer]
    assert file.bytes == storage.size(file.stored_key)
    assert_nowhere(tenant)


@pytest.mark.parametrize("name", REFUSED)
def test_no_inbox_keeps_it_either(tenant: Tenant, name: str) -> None:
    feed = new_feed(tenant, name="D2L", slug="d2l", family="d2l")
    feed.send("nightly.zip", REFUSED[name])
    feed.work()
    assert [file for file in feed.files("failed") if not file.is_answer]
    assert_nowhere(tenant)


def test_a_csv_alone_with_a_strange_header_is_told_as_its_source_sends_it(tenant: Tenant) -> None:
    feed = new_feed(tenant, name="D2L", slug="d2l", family="d2l")
    feed.send("users.csv", USERS.replace("pronouns", "pronouns,more", 1).encode())
    feed.work()
    (file,) = [file for file in feed.files("failed") if not file.is_answer]
    assert file.upload is not None
    assert file.upload.job.problem is not None
    assert file.upload.job.problem["code"] == "header_mismatch"
    assert_nowhere(tenant)


def test_a_csv_said_to_be_a_package_is_its_layout(tenant: Tenant) -> None:
    upload = load(tenant, USERS, "d2l.package", "users.csv")
    assert (upload.format_key, upload.counts["created"]) == ("d2l.users", 3)


def test_what_could_not_be_deleted_goes_by_night(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = new_feed(tenant, name="D2L", slug="d2l", family="d2l")
    feed.send("nightly.zip", d2l({"07-Users.csv": USERS}))
    feed.pick_up()
    with monkeypatch.context() as away:
        away.setattr(storage, "delete", _away)
        tenant.work()
    feed.work()
    (file,) = [file for file in feed.files("processed") if not file.is_answer]
    assert file.upload is not None
    assert file.key == file.upload.file_key
    monkeypatch.setattr(retention, "STRAY_AFTER", timedelta(0))
    with tenancy.use_institution(tenant.pk):
        retention.purge(tenant.pk)
    assert_nowhere(tenant)
    assert storage.exists(file.key)


def _away(key: str) -> None:
    raise StorageUnavailable(key)


STATED = [
    (REFUSED["another order of columns"], "circlein.package", "feed.zip"),
    (d2l({"07-Users.csv": USERS}), "circlein.package", "feed.zip"),
    (USERS.encode(), "circlein.users", "users.csv"),
    (("\r\n".join(GOOD) + "\r\n").encode(), "circlein.users", "users.csv"),
    (USERS.encode(), "echovideo.courses.v1", "users.csv"),
    (USERS.encode("utf-16"), "echovideo.courses.v1", "users.csv"),
    (gzip.compress(USERS.encode()), "echovideo.courses.v1", "users.csv.gz"),
    (package({"users.csv": USERS}), "echovideo.courses.v1", "users.zip"),
    (d2l({"07-Users.csv": USERS}), "echovideo.courses.v1", "feed.zip"),
    (f"{USERS_3}\r\n{GOOD[0]}\r\n".encode(), "echovideo.users.v1", "users.csv"),
]


@pytest.mark.parametrize(("data", "key", "name"), STATED)
def test_whatever_it_is_said_to_be_it_is_not_kept(tenant: Tenant, data: bytes, key: str, name: str) -> None:
    upload = load(tenant, data, key, name, action="update" if key.startswith("echo") else "")
    assert upload.job.status == "failed"
    assert_nowhere(tenant)


def test_refused_files_without_it_are_kept(tenant: Tenant) -> None:
    data = "Nämé,Ort\r\nA,B\r\n".encode("latin-1")
    upload = tenant.load(data, "echovideo.courses.v1", file_name="courses.csv")
    assert upload.job.status == "failed"
    assert kept_bytes(upload) == data


def test_it_is_not_kept_of_an_import_that_is_cancelled_in_the_queue(tenant: Tenant) -> None:
    upload = tenant.receive(USERS, "d2l.users", "", file_name="users.csv")
    with tenancy.use_institution(tenant.pk):
        services.cancel(tenant.actor, upload)
    assert_nowhere(tenant)
    assert b"k.oduya" in kept_bytes(tenant.fresh(upload))


def test_nor_when_a_fault_of_ours_stops_it(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(runners.RUNNERS, Kind.IMPORT, _fail)
    upload = load(tenant, d2l({"07-Users.csv": USERS}))
    assert (upload.job.problem or {})["code"] == "internal_error"
    assert_nowhere(tenant)


def test_nor_when_its_workers_died_too_often(tenant: Tenant, settings: Any) -> None:
    upload = tenant.receive(USERS, "d2l.users", "", file_name="users.csv")
    settings.JOB_MAX_ATTEMPTS = 1
    with tenancy.use_institution(tenant.pk):
        Job.objects.filter(pk=upload.pk).update(
            state=State.RUNNING, attempt=1, losses=9, beat_at=timezone.now() - timedelta(hours=9)
        )
    runners.sweep()
    assert tenant.fresh(upload).job.state == State.ENDED
    assert_nowhere(tenant)


def test_what_was_cut_off_before_it_was_redacted_is_redacted_by_night(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = tenant.receive(USERS, "d2l.users", "", file_name="users.csv")
    with tenancy.use_institution(tenant.pk):
        with monkeypatch.context() as killed:
            killed.setitem(jobs.ON_CANCELLED, Kind.IMPORT, _fail)
            jobs.request_cancel(upload.pk)
        assert SECRET.encode() in kept_bytes(upload)
        assert ended.sweep(tenant.pk) == 1
        assert ended.sweep(tenant.pk) == 0
    assert_nowhere(tenant)


def _fail(_: object) -> None:
    raise RuntimeError("stopped")


LITTER = {
    "__MACOSX/._07-Users.csv": _entries(
        ("07-Users.csv", USERS), ("__MACOSX/._07-Users.csv", USERS), ("manifest.json", MANIFEST)
    ),
    "a lock": _entries(("01-Orgs.csv", ORGS), ("~$07-Users.csv", USERS), ("manifest.json", MANIFEST)),
    "a comment": _entries(("01-Orgs.csv", ORGS), ("manifest.json", MANIFEST), comment=SECRET.encode()),
}


@pytest.mark.parametrize("name", LITTER)
def test_nor_what_lies_about_in_a_package(tenant: Tenant, name: str) -> None:
    upload = load(tenant, LITTER[name])
    assert upload.job.status.startswith("completed")
    assert_nowhere(tenant)
    with zipfile.ZipFile(io.BytesIO(kept_bytes(upload))) as archive:
        assert archive.namelist()[-1] == "manifest.json"
        assert len(archive.namelist()) == 2


NEVER_IMPORTED = {
    "another case": ("07-Users.CSV", USERS.encode(), "k.oduya"),
    "packed, another case": ("07-Users.csv.GZ", gzip.compress(USERS.encode()), "k.oduya"),
    "a package, another case": ("nightly.ZIP", d2l({"07-Users.csv": USERS}), "k.oduya"),
    "no header": ("07-Users.CSV", "\r\n".join(GOOD).encode(), ""),
    "another encoding": ("07-Users.CSV", USERS.encode("utf-16"), ""),
    "another packing": ("users.bz2", bz2.compress(USERS.encode()), ""),
    "another packing, rows alone": ("users.xz", lzma.compress("\r\n".join(GOOD).encode()), ""),
    "not to be read": ("07-Users.CSV", "\r\n".join([*GOOD, "ü"]).encode("latin-1"), ""),
    "a spreadsheet": ("users.xlsx", package({"xl/workbook.xml": "<x/>", "[Content_Types].xml": SECRET}), ""),
    "damaged": ("nightly.ZIP", d2l({"07-Users.csv": USERS})[:-40], ""),
    "cut off": ("07-Users.csv", "\n".join([USERS_3, *GOOD * 300])[:32_768].encode(), "k.oduya"),
    "of another family": ("07-Users.csv", USERS.encode(), "k.oduya"),
}


SOURCES = [
    *(("d2l", name) for name in NEVER_IMPORTED if name != "of another family"),
    *(
        (family, name)
        for family in ("circlein", "echovideo")
        for name in ("another case", "of another family", "damaged")
    ),
]


@pytest.mark.parametrize(("family", "name"), SOURCES)
def test_nor_of_a_file_that_never_becomes_an_import(tenant: Tenant, family: str, name: str) -> None:
    called, data, kept = NEVER_IMPORTED[name]
    feed = new_feed(tenant, name="Nightly", slug="nightly", family=family)
    feed.send(called, data)
    feed.work()
    (file,) = [file for file in feed.files("failed") if not file.is_answer]
    assert_nowhere(tenant)
    assert (file.name, file.sha256) == (called, hashlib.sha256(data).hexdigest())
    with tenancy.use_institution(tenant.pk), inbox.open_file(file) as stream:
        assert kept.encode() in everything_in(stream.read())
    log = feed.read("failed", ".log")
    assert f"Bytes:     {len(data):,}" in log
    assert "`password`" in log
