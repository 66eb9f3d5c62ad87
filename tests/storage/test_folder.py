"""The folder keeps the contract, and nothing leads out of it."""

from __future__ import annotations

import errno
import io
import os
import signal
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from edu_csv import storage
from tests.storage.contract import KEY, MIB, FileContract, read
from tests.storage.links_contract import DirectUploadContract, LinkContract

KILLED_WRITER = """
import sys
from django.conf import settings
settings.configure(FILES_DIR=sys.argv[1], PUBLIC_BASE_URL="", S3_BUCKET="", S3_ENDPOINT_URL="",
    S3_PUBLIC_ENDPOINT_URL="", S3_REGION="", S3_ACCESS_KEY="", S3_SECRET_KEY="")
from edu_csv import storage
with storage.writer("uploads/7/0190/enrol.csv") as file:
    file.write(bytes(5 << 20))
    print("written", flush=True)
    sys.stdin.read()
"""


@pytest.mark.usefixtures("folder")
class TestFolderFiles(FileContract):
    memory_bytes = 8 * MIB


@pytest.mark.usefixtures("folder")
class TestFolderLinks(LinkContract):
    pass


@pytest.mark.usefixtures("folder")
class TestFolderUploads(DirectUploadContract):
    pass


def test_only_the_servers_own_user_may_look_into_the_folder(folder: Path) -> None:
    storage.put(KEY, iter([b"x"]))

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}
    assert all(mode == (0o700 if path.is_dir() else 0o600) for path, mode in modes.items())


def test_deleting_the_last_file_takes_its_folders_along(folder: Path) -> None:
    storage.put("uploads/7/0190/a.csv", iter([b"x"]))
    storage.put("uploads/7/0191/b.csv", iter([b"x"]))

    storage.delete("uploads/7/0190/a.csv")

    assert not (folder / "uploads/7/0190").exists()
    assert (folder / "uploads/7/0191/b.csv").exists()


def test_a_symbolic_link_leads_nowhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.csv").write_bytes(b"secret")
    (folder / "uploads").mkdir(parents=True)
    (folder / "uploads" / "7").symlink_to(tmp_path / "outside")
    (folder / "uploads" / "secret.csv").symlink_to(tmp_path / "outside" / "secret.csv")

    for key in ("uploads/7/secret.csv", "uploads/secret.csv", "uploads/7/new.csv"):
        with pytest.raises(storage.UnsafeKey, match="symbolic link"):
            storage.open_file(key)
        with pytest.raises(storage.UnsafeKey, match="symbolic link"):
            storage.put(key, iter([b"x"]))
    assert list(storage.list_keys("")) == []
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["secret.csv"]


def test_the_folder_itself_may_be_reached_through_a_symbolic_link(
    folder: Path, tmp_path: Path, settings: Settings
) -> None:
    folder.mkdir()
    (tmp_path / "elsewhere").symlink_to(folder)
    settings.FILES_DIR = tmp_path / "elsewhere"

    storage.put(KEY, iter([b"x"]))

    assert read(KEY) == b"x"


def test_a_reader_goes_on_with_the_file_it_opened(folder: Path) -> None:
    storage.put(KEY, iter([b"a" * 3 * MIB]))
    with storage.open_file(KEY) as file:
        assert file.read(1) == b"a"
        storage.put(KEY, iter([b"b"]))
        storage.delete(KEY)

        assert file.read() == b"a" * (3 * MIB - 1)


def test_a_writer_that_is_killed_leaves_nothing_but_work_for_the_purge(folder: Path) -> None:
    storage.put(KEY, iter([b"before"]))
    with subprocess.Popen(
        [sys.executable, "-c", KILLED_WRITER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        writer.send_signal(signal.SIGKILL)

    assert read(KEY) == b"before"
    assert [found.key for found in storage.list_keys("")] == [KEY]
    assert storage.purge_unfinished(timedelta(hours=1)) == 0
    assert storage.purge_unfinished(timedelta(0)) == 1
    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / KEY]


def test_a_full_disk_is_said_to_be_full_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    storage.put(KEY, iter([b"before"]))
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(storage.StorageUnavailable, match="free some space"):
            storage.put(KEY, iter([b"after"]))
        with pytest.raises(storage.StorageUnavailable, match="free some space"):
            storage.reachable()

    assert read(KEY) == b"before"
    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / KEY]


def test_a_folder_that_cannot_be_made_is_unreachable(
    folder: Path, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "a-file").write_bytes(b"")
    settings.FILES_DIR = tmp_path / "a-file" / "files"

    with pytest.raises(storage.StorageUnavailable, match="Could not make the folder"):
        storage.reachable()
    with pytest.raises(storage.StorageUnavailable):
        storage.put(KEY, iter([b"x"]))


def test_a_key_below_a_file_is_missing(folder: Path) -> None:
    storage.put("uploads/a", iter([b"x"]))

    with pytest.raises(storage.MissingFile):
        storage.open_file("uploads/a/b")
    with pytest.raises(storage.MissingFile):
        storage.open_file("uploads")
    assert not storage.exists("uploads")
    storage.delete("uploads/a/b")
    assert storage.exists("uploads/a")


def test_writers_and_deleters_of_one_folder_do_not_trip_each_other(folder: Path) -> None:
    failures: list[Exception] = []

    def come_and_go(name: str) -> None:
        try:
            for _ in range(100):
                storage.put(f"uploads/7/{name}.csv", io.BytesIO(b"x"))
                storage.delete(f"uploads/7/{name}.csv")
        except Exception as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=come_and_go, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
