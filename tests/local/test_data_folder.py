"""The data folder: its locks, its keys, and what stops a start."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections import namedtuple
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from edu_csv.local import folder, state
from edu_csv.local.refusal import StartRefused
from edu_csv.local.secret_key import kept_secret_key

Usage = namedtuple("Usage", "total used free")


def test_nearly_full_disk_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1 << 40, 1 << 40, 12 << 20))
    with pytest.raises(StartRefused) as refused:
        folder.prepare(tmp_path / "var")
    assert str(refused.value) == (
        f"The disk of {tmp_path / 'var'} is full: 12 MiB are free and 200 MiB are needed. "
        "Free some space and start again."
    )


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full, noticed while resting. Free some space and start again."),
        (errno.EDQUOT, "The disk is full, noticed while resting. Free some space and start again."),
        (errno.EACCES, "No permission (/there), noticed while resting. Correct its owner or mode, or choose another folder with --data-dir."),  # noqa: E501
        (errno.EIO, "Input/output error (/there), noticed while resting."),
    ],
)  # fmt: skip
def test_refusal_of_the_system_is_put_into_a_sentence(number: int, sentence: str) -> None:
    assert str(StartRefused.because(OSError(number, os.strerror(number), "/there"), "resting")) == sentence


def test_folder_is_held_by_one_at_a_time_and_free_afterwards(tmp_path: Path) -> None:
    with folder.sole_use(tmp_path):
        assert folder.is_in_use(tmp_path)
        refused = pytest.raises(StartRefused, match=f"already runs on {tmp_path} \\(process {os.getpid()}\\)")
        with refused, folder.sole_use(tmp_path):
            pytest.fail("held twice")
    assert not folder.is_in_use(tmp_path)


def test_only_the_last_user_of_the_database_is_told_so(tmp_path: Path) -> None:
    first, second = folder.Users(tmp_path), folder.Users(tmp_path)
    first.join()
    second.join()
    with first.leaving() as last:
        assert not last
    with second.leaving() as last:
        assert last


def test_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = kept_secret_key(tmp_path / "var")
    assert len(key) >= 50
    assert kept_secret_key(tmp_path / "var") == key
    assert stat.S_IMODE((tmp_path / "var/secret-key").stat().st_mode) == 0o600


def test_damaged_secret_key_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("short")
    with pytest.raises(ImproperlyConfigured, match="too short to be a key. Delete it"):
        kept_secret_key(tmp_path)


def test_what_is_remembered_of_the_database_is_for_its_owner_only(tmp_path: Path) -> None:
    database = state.LocalDatabase(str(tmp_path / "postgres"), 5001)
    state.write(tmp_path, database)
    assert state.read(tmp_path) == database
    assert stat.S_IMODE((tmp_path / state.FILE).stat().st_mode) == 0o600
    assert len(set(database.passwords.values())) == 4


def test_damaged_memory_of_the_database_is_refused_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / state.FILE).write_text("{")
    with pytest.raises(StartRefused, match="is damaged"):
        state.read(tmp_path)
    assert (tmp_path / state.FILE).read_text() == "{"
