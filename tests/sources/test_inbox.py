"""What comes into an inbox, under which name, and what its sender may still do with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from edu_csv import storage, tenancy
from edu_csv.errors import StorageUnavailable
from imports.models import Door
from imports.sources import inbox, waking
from imports.sources.errors import InboxRefused, NoSuchFile, QuotaReached
from tests.sources.feeding import Feed, courses


def test_a_file_lies_in_incoming_with_its_bytes_and_hash(feed: Feed) -> None:
    file = feed.send("courses.csv", courses("LAW1"))
    assert feed.names("incoming") == ["courses.csv"]
    assert file.bytes == len(courses("LAW1"))
    assert feed.read("incoming", ".csv") == courses("LAW1").decode()


def test_the_same_bytes_under_the_same_name_are_the_same_file(feed: Feed) -> None:
    first = feed.send("courses.csv", courses("LAW1"))
    assert feed.send("courses.csv", courses("LAW1")).pk == first.pk
    assert feed.names("incoming") == ["courses.csv"]
    assert len(list(storage.list_keys(f"inbox/{feed.tenant.pk}/"))) == 1


def test_another_file_of_a_name_that_waits_overwrites_nothing(feed: Feed) -> None:
    feed.send("courses.csv", courses("LAW1"))
    feed.send("courses.csv", courses("LAW2"))
    feed.send("courses.csv", courses("LAW3"))
    assert feed.names("incoming") == ["courses.csv", "courses~1.csv", "courses~2.csv"]
    assert feed.read("incoming", "courses.csv") == courses("LAW3").decode()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x.csv", "a/b.csv", "a\\b.csv", "a\nb.csv", "a\0.csv", "x" * 201]
)
def test_no_name_leads_out_of_the_inbox(feed: Feed, name: str) -> None:
    with pytest.raises(InboxRefused) as refused:
        feed.send(name, b"x")
    assert refused.value.code in ("bad_name", "long_name")
    assert feed.names("incoming") == []


def test_a_stream_that_breaks_leaves_nothing(feed: Feed) -> None:
    def broken() -> Iterator[bytes]:
        yield courses("LAW1")
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        feed.send("courses.csv", broken())
    assert feed.names("incoming") == []
    assert list(storage.list_keys(f"inbox/{feed.tenant.pk}/")) == []


def test_a_file_larger_than_any_may_be_is_refused_while_it_comes(feed: Feed) -> None:
    feed.change(limits={"max_file_bytes": 1_000})
    with pytest.raises(QuotaReached, match="more than 1,000 bytes"):
        feed.send("courses.csv", (b"x" * 600 for _ in range(1_000_000_000)))
    assert feed.names("incoming") == []


def test_the_quota_counts_all_three_folders(feed: Feed) -> None:
    feed.send("courses.csv", courses("LAW1"))
    feed.work()
    with tenancy.use_institution(feed.tenant.pk):
        used = inbox.used_bytes(feed.source)
    assert used > len(courses("LAW1"))
    feed.change(limits={"quota_bytes": used + 10})
    with pytest.raises(QuotaReached, match="10 are free"):
        feed.send("more.csv", b"x" * 11)
    feed.send("more.csv", b"x" * 10)


def test_a_source_that_is_switched_off_takes_nothing_and_says_so(feed: Feed) -> None:
    feed.send("courses.csv", courses("LAW1"))
    feed.change(is_enabled=False)
    with pytest.raises(InboxRefused, match="Banner nightly is switched off"):
        feed.send("more.csv", courses("LAW2"))
    assert feed.pick_up() == 0
    assert feed.names("incoming") == ["courses.csv"]
    feed.change(is_enabled=True)
    feed.work()
    assert feed.codes() == {"LAW1"}


def test_a_waiting_file_can_be_taken_back(feed: Feed) -> None:
    feed.send("courses.csv", courses("LAW1"))
    with tenancy.use_institution(feed.tenant.pk):
        inbox.remove(feed.source, "courses.csv")
        with pytest.raises(NoSuchFile):
            inbox.remove(feed.source, "courses.csv")
    assert feed.names("incoming") == []
    assert list(storage.list_keys(f"inbox/{feed.tenant.pk}/")) == []


def test_a_file_that_is_being_imported_can_neither_be_taken_back_nor_renamed(feed: Feed) -> None:
    feed.send("courses.csv", courses("LAW1"))
    feed.pick_up()
    with tenancy.use_institution(feed.tenant.pk):
        for change in (
            lambda: inbox.remove(feed.source, "courses.csv"),
            lambda: inbox.rename(feed.source, "courses.csv", "other.csv"),
        ):
            with pytest.raises(InboxRefused, match="being imported"):
                change()


@pytest.mark.parametrize(
    "unfinished", ["c.zip.part", "c.csv.tmp", "c.csv.filepart", "c.csv.FilePart", ".c.csv.Xy12"]
)
def test_a_file_with_an_unfinished_name_is_taken_when_it_is_renamed(feed: Feed, unfinished: str) -> None:
    feed.send(unfinished, courses("LAW1"))
    feed.work()
    assert feed.names("incoming") == [unfinished]
    with tenancy.use_institution(feed.tenant.pk):
        inbox.rename(feed.source, unfinished, "courses.csv")
    feed.work()
    assert feed.names("incoming") == []
    assert feed.codes() == {"LAW1"}


def test_an_unfinished_file_sent_anew_replaces_what_had_come(feed: Feed) -> None:
    feed.send("c.csv.part", b"half")
    feed.send("c.csv.part", courses("LAW1"))
    assert feed.names("incoming") == ["c.csv.part"]
    assert feed.read("incoming", ".part") == courses("LAW1").decode()


def test_renaming_onto_a_file_that_waits_loses_neither(feed: Feed) -> None:
    feed.send("courses.csv", courses("LAW1"))
    feed.send("c.part", courses("LAW2"))
    with tenancy.use_institution(feed.tenant.pk):
        inbox.rename(feed.source, "c.part", "courses.csv")
    assert feed.names("incoming") == ["courses.csv", "courses~1.csv"]
    feed.work()
    assert feed.codes() == {"LAW1", "LAW2"}


def test_no_institution_sees_another_ones_inbox(feed: Feed) -> None:
    feed.send("courses.csv", courses("LAW1"))
    with tenancy.use_institution(feed.tenant.pk + 1):
        assert not inbox.listing(feed.source, "incoming").exists()


def test_a_fault_after_the_commit_costs_a_file_that_came_nothing(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(waking, "wake", ended)
        with pytest.raises(SystemExit):
            feed.send("courses.csv", courses("LAW1"))
    assert feed.read("incoming", "courses.csv") == courses("LAW1").decode()
    feed.work()
    assert feed.codes() == {"LAW1"}


def test_storage_that_cannot_remove_a_repetition_disturbs_nobody(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(key: str) -> None:
        raise StorageUnavailable("no answer")

    first = feed.send("courses.csv", courses("LAW1"))
    monkeypatch.setattr(storage, "delete", away)
    assert feed.send("courses.csv", courses("LAW1")).pk == first.pk
    feed.send("a.csv.part", b"a")
    feed.send("a.csv.part", b"b")
    feed.change(is_enabled=False)
    with tenancy.use_institution(feed.tenant.pk), pytest.raises(InboxRefused, match="switched off"):
        inbox.enter(feed.source, "b.csv", storage.put("inbox/b.csv", [b"b"]), door=Door.REST)
    assert feed.names("incoming") == ["a.csv.part", "courses.csv"]


def test_what_is_refused_after_it_came_leaves_nothing(feed: Feed) -> None:
    feed.change(is_enabled=False)
    with tenancy.use_institution(feed.tenant.pk), pytest.raises(InboxRefused, match="switched off"):
        inbox.enter(feed.source, "b.csv", storage.put("inbox/b.csv", [b"b"]), door=Door.REST)
    assert not storage.exists("inbox/b.csv")


def test_a_file_whose_bytes_were_lost_is_replaced_when_it_is_sent_again(feed: Feed) -> None:
    storage.delete(feed.send("courses.csv", courses("LAW1")).key)
    feed.send("courses.csv", courses("LAW1"))
    assert feed.names("incoming") == ["courses.csv"]
    feed.work()
    assert feed.codes() == {"LAW1"}
