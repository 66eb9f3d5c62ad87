"""Mails about what sources send: packages file by file and kind by kind, to the subscribers of the source."""

from __future__ import annotations

from typing import cast

import pytest
from django.core import mail

from edu_csv import tenancy
from edu_csv.access.models import Institution
from imports.models import Folder
from imports.sources import feed_watch, health_words
from imports.tasks import tell, watch
from tests.imports.feed.faulty import faulty
from tests.imports.harness import Tenant
from tests.imports.mails.test_endings import both, mails, parts
from tests.imports.packages.feeds import ORGS, d2l
from tests.sources.feeding import courses, new_feed


@pytest.fixture
def named(tenant: Tenant) -> Tenant:
    mail.outbox = []
    with tenancy.use_institution(tenant.pk):
        Institution.objects.filter(pk=tenant.pk).update(notify_domains=["fjord.example"])
    return tenant


def test_a_package_is_told_file_by_file_and_kind_by_kind(named: Tenant) -> None:
    upload = named.load(faulty(), "", "", file_name="night.zip", notify=["it@fjord.example"])
    [sent] = mails(named, upload)
    counts = upload.counts
    assert str(sent.subject).startswith("night.zip: ")
    for outcome in ("created", "failed"):
        assert f"{counts[outcome]} {outcome}" in str(sent.subject)
    for file in upload.files:
        both(sent, file["name"])
    text, html = parts(sent)
    # A file that was not read says why, and its rows are in no count.
    assert "09-Other.csv: not read." in text
    assert "<b>Not read.</b>" in html
    # That passwords came, and what was done about them.
    both(sent, "About the files", "07-Users-more.csv: Cells of “password” were filled")
    both(
        sent,
        "without the secret cells of 07-Users-more.csv and without what could not be read of 09-Other.csv",
    )
    # The place of a row is that of its own file.
    assert "of 08-Enrollments.csv" in text
    both(sent, "enrollments", "memberships", "people", "terms")
    assert "1 file of 9 was not read. Done, 8 files: " in text
    assert str(sent.subject).startswith("night.zip: 1 file of 9 was not read; ")
    assert (
        "1 row: unknown_org_unit First, row 5 of 08-Enrollments.csv: There is no org unit “SEC-NONE”." in text
    )
    assert "<b>Send it in this upload or before, or correct parent_code.</b>" in html


def test_a_file_of_a_source_is_told_to_its_subscribers_once_however_it_ends(named: Tenant) -> None:
    # Every institution is looked at by the clock: those of other tests too.
    desk = f"{named.slug}@fjord.example"
    feed = new_feed(named, notify=(desk,))
    feed.send("1.csv", courses("BIO110", "GEO140"))
    feed.send("2.csv", b"Course Kode\nx\n")
    feed.work()
    for _ in range(2):
        tell()
        watch()
    sent = [each for each in cast("list[mail.EmailMultiAlternatives]", mail.outbox) if each.to == [desk]]
    assert len(feed.files(Folder.PROCESSED)) >= 1
    subjects = [str(each.subject) for each in sent]
    assert subjects[0] == "Banner nightly: 2 created"
    assert len(subjects) == len(set(subjects)) == 2, subjects
    both(sent[0], "Banner nightly", "1.csv", f"/sources/{feed.source.pk}/")


def test_a_file_that_is_only_checked_says_so(named: Tenant) -> None:
    desk = f"{named.slug}@fjord.example"
    feed = new_feed(named, family="d2l", mode="validate", notify=(desk,))
    feed.send("night.zip", faulty())
    feed.work()
    tell()
    [sent] = [each for each in cast("list[mail.EmailMultiAlternatives]", mail.outbox) if each.to == [desk]]
    assert str(sent.subject).startswith("Banner nightly: 1 file of 9 was not read; checked only, ")
    both(sent, "Checked only: ", "Nothing was changed.")
    assert named.query("SELECT FROM roster_person") == []
    assert named.query("SELECT applied_at FROM imports_import") == [(None,)], "there is nothing to undo"


def test_a_file_that_was_not_read_comes_first_wherever_its_package_is_told_of(named: Tenant) -> None:
    desk = f"{named.slug}@fjord.example"
    feed = new_feed(named, family="d2l", notify=(desk,))
    feed.send("good.zip", d2l({"1.csv": ORGS}))
    feed.work()
    feed.send("part.zip", d2l({"1.csv": ORGS, "2.csv": "Type,Action,Code\norganization,UPDATE,X\n"}))
    feed.work()
    for _ in range(2):
        tell()
        watch()
    sent = [each for each in cast("list[mail.EmailMultiAlternatives]", mail.outbox) if each.to == [desk]]
    partly = [each for each in sent if "not read" in str(each.subject)]
    # The mail of the import says it: the watch has no other.
    assert [str(each.subject) for each in partly] == [
        "Banner nightly: 1 file of 2 was not read; nothing to change in 1 row"
    ]
    text, html = parts(partly[0])
    assert "1 file of 2 was not read. Nothing to do in the rest: " in text
    assert "1 file: header_mismatch First, 2.csv: " in text
    # Whole: what was found stands at its end.
    assert "“Type,Action,Code”" in text
    assert "“Type,Action,Code”" in html
    log = feed.read("processed", "part.zip.log")
    assert log.startswith("part.zip: 1 file of 2 was not read; done\n")
    assert "  error: header_mismatch: 1 file not read, the first 2.csv\n" in log
    with tenancy.use_institution(named.pk):
        [watched] = feed_watch.feeds(named.pk, feed.source.pk)
    assert health_words.state_words(watched.health) == "1 file was not read"
    assert [(each.unread, each.first_unread) for each in watched.arrivals] == [(1, "2.csv"), (0, "")]
