"""Watched folders and prefixes: a file comes when it stands still, and then it is ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.db import connection

from edu_csv import storage, tenancy
from imports.models import InboxFile
from imports.sources import inbox, watching
from imports.sources.errors import InboxRefused
from tests.imports.harness import Tenant
from tests.sources.feeding import Feed, courses, new_feed


@pytest.fixture
def folder(feed: Feed, settings: Any, tmp_path: Path) -> Path:
    """The folder that the source has watched."""
    settings.SOURCE_FOLDERS_DIR = tmp_path / "drop"
    feed.change(watched_folder="banner")
    found = tmp_path / "drop" / feed.tenant.slug / "banner"
    found.mkdir(parents=True)
    return found


def look(feed: Feed) -> int:
    with tenancy.use_institution(feed.tenant.pk):
        return watching.look(feed.fresh())


def test_a_file_is_taken_when_two_polls_saw_the_same(feed: Feed, folder: Path) -> None:
    (folder / "courses.csv").write_bytes(courses("LAW1"))
    assert look(feed) == 0
    (folder / "courses.csv").write_bytes(courses("LAW1", "LAW2"))
    assert look(feed) == 0, "it has grown"
    assert look(feed) == 1
    assert list(folder.iterdir()) == []
    assert [file.door for file in feed.files("incoming")] == ["folder"]
    feed.work()
    assert feed.codes() == {"LAW1", "LAW2"}


def test_what_is_unfinished_a_folder_or_a_link_stays_where_it_is(
    feed: Feed, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.csv").write_bytes(courses("SECRET"))
    (folder / "courses.csv.part").write_bytes(b"x")
    (folder / ".courses.csv.Xy12").write_bytes(b"x")
    (folder / "deeper").mkdir()
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    os.mkfifo(folder / "pipe.csv")
    for _ in range(3):
        assert look(feed) == 0
    assert len(list(folder.iterdir())) == 5


def test_a_link_in_place_of_the_folder_is_not_followed(feed: Feed, folder: Path, tmp_path: Path) -> None:
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.csv").write_bytes(courses("SECRET"))
    folder.symlink_to(tmp_path / "elsewhere")
    for _ in range(3):
        assert look(feed) == 0
    assert "a symbolic link leads out of it" in feed.fresh().last_problem
    assert (tmp_path / "elsewhere" / "secret.csv").exists()


def test_a_folder_that_is_not_there_is_told_and_disturbs_nothing(feed: Feed, folder: Path) -> None:
    folder.rmdir()
    assert look(feed) == 0
    assert "No such file or directory" in feed.fresh().last_problem


def test_cut_off_between_taking_and_removing_it_comes_once(
    feed: Feed, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "courses.csv").write_bytes(courses("LAW1"))
    look(feed)

    def dies(self: object, name: str, facts: watching.Facts) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(watching.FolderPlace, "remove", dies)
        with pytest.raises(KeyboardInterrupt):
            look(feed)
    feed.work()
    assert feed.names("processed") == ["courses.csv", "courses.csv.log"]
    assert look(feed) == 0, "known by its id, though it was imported meanwhile"
    assert list(folder.iterdir()) == []
    feed.work()
    assert feed.names("processed") == ["courses.csv", "courses.csv.log"]


def test_the_same_file_put_there_again_is_another_file(feed: Feed, folder: Path) -> None:
    for _ in range(2):
        (folder / "courses.csv").write_bytes(courses("LAW1"))
        os.utime(folder / "courses.csv", (1_000_000, 1_000_000))
        look(feed)
        assert look(feed) == 1
        feed.work()
    assert (
        feed.names("processed").count("courses.csv.log") + feed.names("processed").count("courses~1.csv.log")
        == 2
    )


def test_what_the_inbox_refuses_stays_in_the_folder_and_is_told(feed: Feed, folder: Path) -> None:
    feed.change(limits={"max_file_bytes": 10})
    (folder / "courses.csv").write_bytes(courses("LAW1"))
    for _ in range(3):
        look(feed)
    assert (folder / "courses.csv").exists()
    assert "more than 10 bytes" in feed.fresh().last_problem


def test_a_source_that_is_switched_off_is_not_looked_after(feed: Feed, folder: Path) -> None:
    (folder / "courses.csv").write_bytes(courses("LAW1"))
    feed.change(is_enabled=False)
    for _ in range(3):
        assert look(feed) == 0
    assert (folder / "courses.csv").exists()


def test_a_prefix_in_storage_is_watched_in_the_same_way(feed: Feed) -> None:
    feed.change(watched_prefix="banner")
    key = f"drop/{feed.tenant.slug}/banner/courses.csv"
    storage.put(key, [courses("LAW1")])
    storage.put(f"drop/{feed.tenant.slug}/banner/deeper/other.csv", [courses("LAW2")])
    assert [look(feed), look(feed), look(feed)] == [0, 1, 0]
    assert not storage.exists(key)
    feed.work()
    assert feed.codes() == {"LAW1"}
    assert storage.exists(f"drop/{feed.tenant.slug}/banner/deeper/other.csv")


def test_no_institution_can_name_anothers_folder_or_prefix(
    tenant: Tenant, settings: Any, tmp_path: Path
) -> None:
    settings.SOURCE_FOLDERS_DIR = tmp_path
    feed = new_feed(tenant, watched_folder="banner", watched_prefix="banner")
    with tenancy.use_institution(tenant.pk):
        addresses = [place.address for place in watching.places(feed.fresh())]
    assert addresses == [str(tmp_path / tenant.slug / "banner"), f"drop/{tenant.slug}/banner/"]


def test_what_a_stream_raises_leaves_no_trace(feed: Feed) -> None:
    def blocks() -> Iterator[bytes]:
        yield b"x"
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        feed.send("a.csv", blocks())
    with tenancy.use_institution(feed.tenant.pk):
        assert not InboxFile.objects.filter(source=feed.source).exists()
        with pytest.raises(InboxRefused):
            inbox.rename(feed.source, "a.csv", "b.csv")


@pytest.mark.parametrize("when", ["before it is opened", "while it is read"])
def test_a_file_that_is_written_again_is_not_taken_half_and_stays(
    feed: Feed, folder: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    (folder / "courses.csv").write_bytes(courses("LAW1"))
    look(feed)
    opens = watching.FolderPlace.open

    def written_again(self: watching.FolderPlace, name: str) -> BinaryIO:
        if when == "while it is read":
            file = opens(self, name)
        with (folder / name).open("ab") as further:
            further.write(b"LAW2,Course LAW2,C-")
        return file if when == "while it is read" else opens(self, name)

    with monkeypatch.context() as patch:
        patch.setattr(watching.FolderPlace, "open", written_again)
        assert look(feed) == 0
    assert feed.files("incoming") == []
    assert feed.fresh().last_problem == "", "it is no fault"
    with (folder / "courses.csv").open("ab") as further:
        further.write(b"LAW2\n")
    assert [look(feed), look(feed)] == [0, 1]
    feed.work()
    assert feed.codes() == {"LAW1", "LAW2"}


@pytest.mark.parametrize("kind", ["folder", "prefix"])
def test_what_is_put_in_the_place_of_a_file_just_taken_is_not_removed(
    feed: Feed, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    feed.change(watched_folder="banner" if kind == "folder" else "", watched_prefix="banner")
    key = f"drop/{feed.tenant.slug}/banner/courses.csv"

    def put(*codes: str) -> None:
        if kind == "prefix":
            storage.put(key, [courses(*codes)])
        else:
            (folder / "new").write_bytes(courses(*codes))
            (folder / "new").rename(folder / "courses.csv")

    put("LAW1")
    look(feed)
    receive = inbox.receive

    def and_then_another(*args: Any, **kwargs: Any) -> InboxFile:
        received = receive(*args, **kwargs)
        put("LAW2", "LAW3")
        return received

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "receive", and_then_another)
        assert look(feed) == 1
    feed.work()
    assert feed.codes() == {"LAW1"}
    look(feed)
    assert look(feed) == 1
    feed.work()
    assert feed.codes() == {"LAW1", "LAW2", "LAW3"}
    assert not storage.exists(key)
    assert list(folder.iterdir()) == []


def test_two_processes_that_poll_at_once_are_not_two_polls(feed: Feed, folder: Path) -> None:
    (folder / "courses.csv").write_bytes(courses("LAW1"))
    assert look(feed) == 0
    key = f"edu_csv.watching:{feed.source.pk}"
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
        assert look(feed) == 0
    finally:
        other.close()
    assert look(feed) == 1


def test_what_a_process_saw_meanwhile_counts_and_not_what_a_caller_remembers(
    feed: Feed, folder: Path
) -> None:
    (folder / "courses.csv").write_bytes(courses("LAW1"))
    look(feed)
    remembered = feed.fresh()
    (folder / "courses.csv").write_bytes(courses("LAW1", "LAW2"))
    look(feed)
    with tenancy.use_institution(feed.tenant.pk):
        assert watching.look(remembered) == 1, "the newest poll saw the same"
