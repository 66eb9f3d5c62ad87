"""Names of files: in storage, and as a browser saves them."""

from __future__ import annotations

import pickle
from email.message import Message
from uuid import UUID

import pytest

from edu_csv import errors, storage
from edu_csv.storage.keys import LONGEST_NAME, attachment_header, check_key, content_type_of


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("enrol.csv", "enrol.csv"),
        ("06-Sections.csv.gz", "06-Sections.csv.gz"),
        ("Stéphane's élèves (2).CSV", "Stephane-s-eleves-2-.CSV"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\terms.csv", "terms.csv"),
        (".htaccess", "htaccess"),
        ("..", "file"),
        ("", "file"),
        ("名簿", "file"),
        ("名簿.csv", "csv"),
        ("a\r\nb\0.csv", "a-b-.csv"),
        ("\u202evsc.exe", "vsc.exe"),
        ("%2e%2e%2fa.csv", "2e-2e-2fa.csv"),
    ],
)
def test_an_uploaded_name_becomes_a_plain_one(given: str, kept: str) -> None:
    assert storage.safe_name(given) == kept


def test_a_long_name_is_cut_before_its_suffix() -> None:
    name = storage.safe_name("x" * 300 + ".csv.gz")

    assert len(name) == LONGEST_NAME
    assert name.endswith("x.csv.gz")


def test_a_key_is_built_from_folders_and_any_name() -> None:
    job = UUID("01900000-0000-7000-8000-000000000001")

    key = storage.file_key("uploads", 7, job, name="../Enrol ment.csv")

    assert key == f"uploads/7/{job}/Enrol-ment.csv"
    assert check_key(key) == key


def test_a_folder_cannot_be_climbed_out_of() -> None:
    with pytest.raises(storage.UnsafeKey):
        storage.file_key("uploads", "..", name="enrol.csv")


@pytest.mark.parametrize(
    ("key", "content_type"),
    [
        ("a/b.csv", "text/csv; charset=utf-8"),
        ("a/b.CSV", "text/csv; charset=utf-8"),
        ("a/b.tsv", "text/tab-separated-values; charset=utf-8"),
        ("a/b.csv.gz", "application/gzip"),
        ("a/b.zip", "application/zip"),
        ("a/b.html", "application/octet-stream"),
        ("a/b.svg", "application/octet-stream"),
        ("a.csv/b", "application/octet-stream"),
    ],
)
def test_no_file_is_sent_as_something_a_browser_would_run(key: str, content_type: str) -> None:
    assert content_type_of(key) == content_type


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("enrol.csv", "enrol.csv"),
        ("Élèves 2031.csv", "Élèves 2031.csv"),
        ("名簿.csv", "名簿.csv"),
        ('say "hi"; x=y.csv', 'say "hi"; x=y.csv'),
        ("folder/enrol.csv", "enrol.csv"),
        ("line\r\nbreak: 1.csv", "linebreak: 1.csv"),
        ("gpj.\u202evsc.csv", "gpj.vsc.csv"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_browser_reads_the_name_that_was_meant(given: str, read: str) -> None:
    message = Message()
    message["Content-Disposition"] = attachment_header(given)

    assert message["Content-Disposition"].isascii()
    assert message.get_content_disposition() == "attachment"
    extended = message["Content-Disposition"].partition("filename*=")[2]
    assert Message.get_filename(_only(f"attachment; filename*={extended}")) == read


def _only(header: str) -> Message:
    message = Message()
    message["Content-Disposition"] = header
    return message


@pytest.mark.parametrize(
    "error",
    [
        errors.StorageUnavailable("the disk is full"),
        errors.MissingFile("uploads/7/a.csv"),
        errors.UnsafeKey("../a", "a part of it begins with a dot"),
        errors.IncompleteUpload("part 2 is missing"),
    ],
)
def test_an_error_survives_the_way_back_from_a_worker(error: errors.EduCsvError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert type(copy) is type(error)
    assert str(copy) == str(error)


def test_only_what_may_pass_is_tried_again() -> None:
    assert issubclass(errors.StorageUnavailable, errors.TransientFailure)
    assert not issubclass(errors.MissingFile, errors.TransientFailure)
    assert not issubclass(errors.IncompleteUpload, errors.TransientFailure)
