"""Mails about what sources send: packages file by file and kind by kind, to the subscribers of the source."""

from __future__ import annotations

from typing import cast

import pytest
from django.core import mail

from edu_csv import tenancy
from edu_csv.access.models import Institution
from imports.models import Folder
from imports.tasks import tell, watch
from tests.imports.feed.faulty import faulty
from tests.imports.harness import Tenant
from tests.imports.mails.test_endings import both, mails, parts
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
    assert "Done, 9 files: " in text
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
    assert str(sent.subject).startswith("Banner nightly: checked only, ")
    both(sent, "Checked only: ", "Nothing was changed.")
    assert named.query("SELECT FROM roster_person") == []
    assert named.query("SELECT applied_at FROM imports_import") == [(None,)], "there is nothing to undo"
