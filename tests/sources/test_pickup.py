"""Files become imports: by name, one at a time, and each is answered beside itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from edu_csv import storage, tenancy
from edu_csv.errors import StorageUnavailable
from edu_csv.jobs import services as jobs
from edu_csv.jobs.runners import work_one
from imports import services
from imports.models import Import, InboxFile
from imports.sources import inbox, pickup
from imports.steps import report
from tests.imports.harness import Tenant
from tests.sources.feeding import Feed, courses, new_feed, zipped


def test_a_file_is_imported_moved_and_answered(feed: Feed) -> None:
    feed.send("courses.csv", courses("LAW1", "LAW2"))
    feed.work()
    assert feed.codes() == {"LAW1", "LAW2"}
    assert feed.names("incoming") == []
    assert feed.names("processed") == ["courses.csv", "courses.csv.log"]
    log = feed.read("processed", ".log")
    assert log.startswith("courses.csv: done\n")
    assert "Rows:      2 (2 created)" in log
    assert "Status:    completed" in log


def test_failed_rows_lie_beside_the_file_and_can_be_sent_again(feed: Feed) -> None:
    feed.send("courses.csv", courses("LAW1") + b",No code,C-9\n")
    feed.work()
    assert feed.names("processed") == ["courses.csv", "courses.csv.failed.csv", "courses.csv.log"]
    assert "No code" in feed.read("processed", ".failed.csv")
    log = feed.read("processed", ".log")
    assert "error: required_blank in Course Code: 1 row, the first row 3" in log
    assert "No code" not in log
    feed.send(
        "mended.csv", feed.read("processed", ".failed.csv").replace(",No code", "LAW9,No code").encode()
    )
    feed.work()
    assert feed.codes() == {"LAW1", "LAW9"}


def test_the_import_is_the_sources_own(feed: Feed) -> None:
    feed.send("courses.csv", courses("LAW1"))
    feed.work()
    [file] = [file for file in feed.files("processed") if not file.is_answer]
    assert file.upload is not None
    assert file.upload.source_id == feed.source.pk
    assert file.upload.job.submitted_by == "Source Banner nightly"
    assert file.upload.file_name == "courses.csv"


def test_the_oldest_name_is_taken_first_and_one_at_a_time(feed: Feed) -> None:
    for name in ("b.csv", "a.csv", "c.csv"):
        feed.send(name, courses(f"X{name[0]}"))
    taken = []
    while feed.pick_up():
        assert feed.pick_up() == 0, "the next waits for the end of the one before"
        [busy] = [file for file in feed.files("incoming") if file.state == "taken"]
        taken.append(busy.name)
        feed.tenant.work()
    assert taken == ["a.csv", "b.csv", "c.csv"]


def test_of_one_name_the_first_that_came_is_taken_first(feed: Feed) -> None:
    sent = [feed.send("courses.csv", courses(f"LAW{number}")).sha256 for number in range(12)]
    feed.work()
    with tenancy.use_institution(feed.tenant.pk):
        done = Import.objects.filter(source=feed.source).order_by("job__received")
        assert [upload.file_sha256 for upload in done] == sent
        assert {upload.file_name for upload in done} == {"courses.csv"}
    # Within one second: no two share a name there either.
    assert len([name for name in feed.names("processed") if not name.endswith(".log")]) == 12


def test_two_sources_do_not_wait_for_each_other(tenant: Tenant) -> None:
    first, second = new_feed(tenant), new_feed(tenant, name="Other", slug="other")
    first.send("a.csv", courses("LAW1"))
    second.send("a.csv", courses("LAW2"))
    assert (first.pick_up(), second.pick_up()) == (1, 1)


def test_the_minutes_sweep_looks_after_all_sources(feed: Feed) -> None:
    feed.send("courses.csv", courses("LAW1"))
    assert pickup.tick() >= 1
    feed.tenant.work()
    pickup.tick()
    assert feed.names("processed") == ["courses.csv", "courses.csv.log"]


@pytest.mark.parametrize("name", ["courses.CSV", "courses.xlsx", "courses", "courses.zip.gz", "Courses.ZIP"])
def test_other_names_are_answered_in_failed(feed: Feed, name: str) -> None:
    feed.send(name, courses("LAW1"))
    feed.send("good.csv", courses("LAW2"))
    feed.work()
    assert feed.names("failed") == [name, f"{name}.log"]
    log = feed.read("failed", ".log")
    assert ".zip, .csv or .csv.gz, in lower case" in log
    assert feed.codes() == {"LAW2"}
    assert name in feed.fresh().last_problem


def test_a_file_that_nothing_recognises_is_answered_in_failed(feed: Feed) -> None:
    feed.send("notes.csv", b"Dear,all\nhello,there\n")
    feed.work()
    assert feed.names("failed") == ["notes.csv", "notes.csv.log"]
    assert "not imported; nothing was changed" in feed.read("failed", ".log")
    [file] = [file for file in feed.files("failed") if not file.is_answer]
    assert file.problem is not None
    assert file.problem["code"] == "unknown_format"
    assert feed.read("failed", "notes.csv") == "Dear,all\nhello,there\n"


def test_a_damaged_zip_is_answered_in_failed(feed: Feed) -> None:
    feed.send("half.zip", zipped(courses__csv=courses("LAW1"))[:60])
    feed.work()
    assert feed.names("failed") == ["half.zip", "half.zip.log"]
    assert "failed; nothing was changed" in feed.read("failed", ".log") or "not imported" in feed.read(
        "failed", ".log"
    )


def test_an_import_that_is_cancelled_is_answered_in_failed(feed: Feed) -> None:
    feed.change(mode="preview")
    feed.send("courses.csv", courses("LAW1"))
    feed.work()
    assert feed.names("incoming") == ["courses.csv"], "it waits for approval"
    [file] = feed.files("incoming")
    with tenancy.use_institution(feed.tenant.pk):
        assert file.upload is not None
        services.cancel(feed.tenant.actor, file.upload)
    feed.work()
    assert feed.names("failed") == ["courses.csv", "courses.csv.log"]


def test_a_preview_holds_up_what_comes_after_it(feed: Feed) -> None:
    feed.change(mode="preview")
    feed.send("a.csv", courses("LAW1"))
    feed.send("b.csv", courses("LAW2"))
    feed.work()
    assert feed.names("incoming") == ["a.csv", "b.csv"]
    [file] = [file for file in feed.files("incoming") if file.state == "taken"]
    assert file.upload is not None
    feed.tenant.approve(file.upload)
    feed.work()
    assert feed.names("processed") == ["a.csv", "a.csv.log"]
    assert feed.codes() == {"LAW1"}


def test_a_source_that_only_checks_changes_nothing_and_answers(feed: Feed) -> None:
    feed.change(mode="validate")
    feed.send("a.csv", courses("LAW1"))
    feed.send("b.csv", courses("LAW2"))
    feed.work()
    assert feed.names("incoming") == []
    assert "checked; nothing is changed" in feed.read("processed", "a.csv.log")
    assert feed.codes() == set()


def test_a_paused_source_takes_nothing(feed: Feed) -> None:
    feed.send("a.csv", courses("LAW1"))
    with tenancy.use_institution(feed.tenant.pk):
        source = feed.fresh()
        source.paused_until = timezone.now() + timedelta(hours=1)
        source.save()
    assert feed.pick_up() == 0


def test_whatever_is_done_twice_happens_once(feed: Feed) -> None:
    """Two workers that look after the same inbox at the same moment, one after the other by the lock."""
    feed.send("a.csv", courses("LAW1"))
    assert [feed.pick_up() for _ in range(3)] == [1, 0, 0]
    feed.tenant.work()
    for _ in range(3):
        feed.pick_up()
    assert feed.names("processed") == ["a.csv", "a.csv.log"]
    with tenancy.use_institution(feed.tenant.pk):
        assert Import.objects.filter(source=feed.source).count() == 1


def test_a_fault_between_import_and_mark_leaves_neither(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    feed.send("a.csv", courses("LAW1"))

    def fails(*given: object, **options: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(InboxFile, "save", fails)
        with pytest.raises(RuntimeError):
            feed.pick_up()
    with tenancy.use_institution(feed.tenant.pk):
        assert not Import.objects.filter(source=feed.source).exists()
    feed.work()
    assert feed.codes() == {"LAW1"}


def test_a_fault_in_one_inbox_keeps_no_other_waiting(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = new_feed(tenant), new_feed(tenant, name="Other", slug="other")
    bad.send("a.csv", courses("LAW1"))
    good.send("a.csv", courses("LAW2"))
    receive = services.receive_stored

    def receive_stored(actor, kept, name, request, **options):  # type: ignore[no-untyped-def]  # in place of the real one
        if request.source == bad.source.pk:
            raise RuntimeError("a fault of ours")
        return receive(actor, kept, name, request, **options)

    monkeypatch.setattr(services, "receive_stored", receive_stored)
    pickup.tick()
    assert "tried again every minute" in bad.fresh().last_problem
    assert [file.state for file in good.files("incoming")] == ["taken"]


@pytest.mark.parametrize("fault", [RuntimeError("a fault of ours"), StorageUnavailable("no answer")])
@pytest.mark.parametrize("by", ["sweep", "message"])
def test_a_fault_of_ours_is_told_until_files_are_taken_again(
    feed: Feed, monkeypatch: pytest.MonkeyPatch, fault: Exception, by: str
) -> None:
    def fails(*args: object, **options: object) -> None:
        raise fault

    feed.send("a.csv", courses("LAW1"))
    with monkeypatch.context() as patch:
        patch.setattr(services, "receive_stored", fails)
        pickup.tick()
    assert "tried again every minute" in feed.fresh().last_problem
    if by == "sweep":
        pickup.tick()
    else:
        feed.pick_up()
    assert [file.state for file in feed.files("incoming")] == ["taken"]
    assert feed.fresh().last_problem == ""


def test_what_is_wrong_with_a_file_stays_told_while_others_are_taken(feed: Feed) -> None:
    feed.send("a.txt", b"x")
    feed.send("b.csv", courses("LAW1"))
    pickup.tick()
    assert [file.state for file in feed.files("incoming")] == ["taken"]
    assert "a.txt" in feed.fresh().last_problem


def test_a_long_answer_is_made_by_a_job_while_the_next_file_has_its_turn(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "ROWS_MADE_AT_ONCE", 1)
    feed.send("a.csv", courses("LAW1") + b",No code,C-9\n")
    feed.send("b.csv", courses("LAW2"))
    feed.work()
    assert feed.codes() == {"LAW1", "LAW2"}
    assert feed.names("incoming") == ["a.csv"]
    while work_one(["reports"], only_institution=feed.tenant.pk):
        pass
    feed.pick_up()
    assert "a.csv.failed.csv" in feed.names("processed")
    assert "No code" in feed.read("processed", ".failed.csv")


def test_failed_rows_are_made_again_when_a_person_was_erased(feed: Feed) -> None:
    feed.send("courses.csv", courses("LAW1") + b",No code,C-9\n")
    feed.work()
    for found in list(storage.list_keys(f"results/{feed.tenant.pk}/")):
        storage.delete(found.key)
    assert "No code" in feed.read("processed", ".failed.csv")


def test_a_file_is_taken_when_an_import_before_it_was_lost_with_its_job(feed: Feed) -> None:
    feed.send("a.csv", courses("LAW1"))
    feed.send("b.csv", courses("LAW2"))
    feed.pick_up()
    [file] = [file for file in feed.files("incoming") if file.state == "taken"]
    with tenancy.use_institution(feed.tenant.pk):
        assert file.upload is not None
        jobs.request_cancel(file.upload.pk)
        inbox.listing(feed.source, "incoming").filter(pk=file.pk).update(upload=None)
    feed.work()
    assert feed.names("failed") == ["a.csv", "a.csv.log"]
    assert feed.codes() == {"LAW2"}
