"""What both stores promise: files, whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from edu_csv import storage

MIB = 1 << 20
KEY = "uploads/7/0190/enrol.csv"
UNSAFE = [
    "",
    "/etc/passwd",
    "../enrol.csv",
    "uploads/../../enrol.csv",
    "uploads/./enrol.csv",
    "uploads//enrol.csv",
    "uploads/",
    "..",
    ".unfinished/enrol.csv",
    "uploads/.hidden",
    "uploads\\..\\enrol.csv",
    "uploads/enrol\n.csv",
    "uploads/enrol\0.csv",
    "uploads/\u202evsc.exe",
    "uploads/" + "x" * 201,
    "/".join(["x" * 99] * 10),
]


def mebibytes(count: int) -> Iterator[bytes]:
    """Blocks of one MiB, each different from the one before."""
    for number in range(count):
        yield number.to_bytes(2, "big") * (MIB // 2)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read(key: str) -> bytes:
    with storage.open_file(key) as file:
        return file.read()


class FileContract:
    """memory_bytes: what a file of any length may cost while it passes."""

    memory_bytes: int

    def test_what_is_put_is_read_back_with_its_size_and_hash(self) -> None:
        stored = storage.put(KEY, io.BytesIO(b"code,title\n1,One\n"))

        assert stored == storage.StoredFile(KEY, 17, sha256(b"code,title\n1,One\n"))
        assert read(KEY) == b"code,title\n1,One\n"
        assert storage.exists(KEY)
        assert storage.size(KEY) == 17

    def test_an_empty_file_is_a_file(self) -> None:
        stored = storage.put(KEY, iter([]))

        assert stored.size_bytes == 0
        assert read(KEY) == b""

    def test_a_large_file_passes_both_ways_in_constant_memory(self) -> None:
        storage.put("warm/up.bin", iter([b"x"]))
        digest = hashlib.sha256()
        tracemalloc.start()
        try:
            stored = storage.put(KEY, mebibytes(64))
            with storage.open_file(KEY) as file:
                while block := file.read(MIB):
                    digest.update(block)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        assert stored.size_bytes == 64 * MIB
        assert stored.sha256 == digest.hexdigest()
        assert peak < self.memory_bytes

    def test_putting_again_replaces(self) -> None:
        storage.put(KEY, iter([b"first and longer"]))
        storage.put(KEY, iter([b"second"]))

        assert read(KEY) == b"second"

    def test_a_file_is_read_from_where_the_stream_stands(self) -> None:
        stream = io.BytesIO(b"0123456789")
        stream.seek(4)

        assert storage.put(KEY, stream).size_bytes == 6

    def test_nothing_is_there_before_the_writer_ends(self) -> None:
        with storage.writer(KEY) as file:
            for block in mebibytes(20):
                file.write(block)
            assert not storage.exists(KEY)
            with pytest.raises(ValueError, match="not stored yet"):
                _ = file.stored

        assert storage.size(KEY) == file.stored.size_bytes == 20 * MIB
        with pytest.raises(ValueError, match="already published"):
            file.write(b"too late")

    @pytest.mark.parametrize("count", [1, 20])
    def test_a_writer_that_fails_leaves_what_was_there_before(self, count: int) -> None:
        storage.put(KEY, iter([b"before"]))

        def fail_midway() -> None:
            with storage.writer(KEY) as file:
                for block in mebibytes(count):
                    file.write(block)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_midway()

        assert read(KEY) == b"before"
        assert storage.purge_unfinished(timedelta(0)) == 0

    def test_a_stream_that_fails_leaves_nothing_and_its_own_error_goes_up(self) -> None:
        def breaking() -> Iterator[bytes]:
            yield from mebibytes(10)
            raise ConnectionResetError("the browser went away")

        with pytest.raises(ConnectionResetError, match="went away"):
            storage.put(KEY, breaking())

        assert not storage.exists(KEY)
        assert list(storage.list_keys("")) == []

    def test_gzip_may_stand_on_a_writer_and_close_it(self) -> None:
        with storage.writer(KEY) as file:
            with gzip.GzipFile(fileobj=file, mode="wb") as packed:
                packed.write(b"code\n" * 1_000)
            file.close()

        assert gzip.decompress(read(KEY)) == b"code\n" * 1_000

    def test_text_may_be_written_through_a_wrapper(self) -> None:
        with storage.writer(KEY) as file:
            text = io.TextIOWrapper(file, "utf-8", newline="")
            text.write("Stéphane\r\n")
            text.flush()

        assert read(KEY) == "Stéphane\r\n".encode()

    def test_a_stored_file_can_be_searched_through(self) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("first.csv", b"a" * 3 * MIB)
            archive.writestr("second.csv", b"code\n1\n")
        storage.put(KEY, iter([packed.getvalue()]))

        with storage.open_file(KEY) as file, zipfile.ZipFile(file) as archive:
            assert archive.read("second.csv") == b"code\n1\n"
            assert archive.read("first.csv") == b"a" * 3 * MIB
        with storage.open_file(KEY) as file:
            assert file.seekable()
            assert file.seek(-4, io.SEEK_END) == len(packed.getvalue()) - 4
            assert file.read() == packed.getvalue()[-4:]
            assert file.read() == b""

    def test_what_is_not_there_is_missing_at_once(self) -> None:
        with pytest.raises(storage.MissingFile, match=KEY):
            storage.open_file(KEY)
        with pytest.raises(storage.MissingFile, match=KEY):
            storage.size(KEY)
        with pytest.raises(storage.MissingFile, match=KEY):
            storage.copy(KEY, "exports/1.csv")
        assert not storage.exists(KEY)

    def test_deleting_twice_is_deleting_once(self) -> None:
        storage.put(KEY, iter([b"x"]))

        storage.delete(KEY)
        storage.delete(KEY)

        assert not storage.exists(KEY)
        with pytest.raises(storage.MissingFile):
            storage.open_file(KEY)

    def test_a_copy_stands_on_its_own(self) -> None:
        storage.put(KEY, mebibytes(10))

        storage.copy(KEY, "exports/7/copy.csv")
        storage.delete(KEY)

        assert sha256(read("exports/7/copy.csv")) == sha256(b"".join(mebibytes(10)))

    def test_keys_are_listed_by_how_they_begin(self) -> None:
        before = datetime.now(UTC) - timedelta(seconds=2)
        for key in ("uploads/7/a.csv", "uploads/7/deep/b.csv", "uploads/70/c.csv", "exports/7/d.csv.gz"):
            storage.put(key, iter([b"12345"]))

        def listed(prefix: str) -> list[str]:
            return sorted(found.key for found in storage.list_keys(prefix))

        assert listed("uploads/7/") == ["uploads/7/a.csv", "uploads/7/deep/b.csv"]
        assert listed("uploads/7") == ["uploads/7/a.csv", "uploads/7/deep/b.csv", "uploads/70/c.csv"]
        assert listed("uploads/7/a") == ["uploads/7/a.csv"]
        assert len(listed("")) == 4
        assert listed("nothing/here/") == []
        found = next(storage.list_keys("exports/"))
        assert found.size_bytes == 5
        assert before < found.modified < datetime.now(UTC) + timedelta(seconds=2)

    def test_what_was_just_listed_may_be_deleted(self) -> None:
        for number in range(5):
            storage.put(f"uploads/7/{number}/a.csv", iter([b"x"]))

        for found in storage.list_keys("uploads/"):
            storage.delete(found.key)

        assert list(storage.list_keys("")) == []

    @pytest.mark.parametrize("key", ["uploads/7/Ünïcode (1) & 50%+x.csv", "uploads/7/名簿.csv", "a"])
    def test_names_in_any_script_are_kept(self, key: str) -> None:
        storage.put(key, iter([b"x"]))

        assert [found.key for found in storage.list_keys("")] == [key]
        assert read(key) == b"x"

    @pytest.mark.parametrize("key", UNSAFE)
    def test_a_key_that_could_leave_the_store_is_refused(self, key: str) -> None:
        for refused in (
            lambda: storage.put(key, iter([b"x"])),
            lambda: storage.open_file(key),
            lambda: storage.exists(key),
            lambda: storage.delete(key),
            lambda: storage.copy(key, "a"),
            lambda: storage.copy("a", key),
            lambda: storage.signed_url(key, lifetime=timedelta(hours=1)),
            lambda: storage.start_upload(key, 1),
        ):
            with pytest.raises(storage.UnsafeKey, match="Expected a key such as"):
                refused()

    def test_django_sees_a_storage_of_its_own_kind(self) -> None:
        store = storage.current_store()
        assert isinstance(store, Storage)

        assert store.save(KEY, ContentFile(b"from django")) == KEY
        with store.open(KEY) as file:
            assert file.read() == b"from django"
        with pytest.raises(ValueError, match="Expected a lifetime"):
            store.url(KEY)

    def test_a_writer_at_work_is_not_purged(self) -> None:
        with storage.writer(KEY) as file:
            for block in mebibytes(10):
                file.write(block)
            assert storage.purge_unfinished(timedelta(hours=1)) == 0

        assert storage.size(KEY) == 10 * MIB

    def test_a_store_that_answers_is_reachable(self) -> None:
        storage.reachable()
