"""What inboxes forget by night, and what they keep."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from edu_csv import storage, tenancy
from edu_csv.jobs.models import Job
from imports import retention
from imports.models import InboxFile
from imports.sources import expiry
from tests.sources.feeding import Feed, courses


def night(feed: Feed) -> None:
    with tenancy.use_institution(feed.tenant.pk):
        expiry.expire(feed.tenant.pk)
        retention.purge(feed.tenant.pk)


def age(feed: Feed, days: int) -> None:
    """As if all that is in the folders were so many days old."""
    at = timezone.now() - timedelta(days=days)
    with tenancy.use_institution(feed.tenant.pk):
        InboxFile.objects.filter(source=feed.source).update(arrived_at=at)
        InboxFile.objects.filter(source=feed.source, ended_at__isnull=False).update(ended_at=at)


@pytest.fixture
def no_youth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files in storage count as old enough to be strays."""
    monkeypatch.setattr(retention, "STRAY_AFTER", timedelta(0))


def keys(feed: Feed) -> set[str]:
    return {stored.key.rpartition("/")[2] for stored in storage.list_keys(f"inbox/{feed.tenant.pk}/")}


def test_answered_files_go_after_their_time_and_the_imports_file_stays(feed: Feed, no_youth: None) -> None:
    feed.send("courses.csv", courses("LAW1") + b",No code,C-9\n")
    feed.work()
    age(feed, 29)
    night(feed)
    assert len(feed.files("processed")) == 3
    age(feed, 31)
    night(feed)
    assert feed.files("processed") == []
    # The upload can still be looked at, and its failed rows made, as long as uploads are kept.
    assert keys(feed) == {"courses.csv"}


def test_when_uploads_go_too_nothing_is_left(feed: Feed, no_youth: None, settings: Any) -> None:
    feed.send("courses.csv", courses("LAW1"))
    feed.work()
    age(feed, 31)
    with tenancy.use_institution(feed.tenant.pk):
        Job.objects.filter(institution=feed.tenant.pk).update(finished_at=timezone.now() - timedelta(days=91))
    night(feed)
    assert keys(feed) == set()


def test_what_waits_stays_however_long(feed: Feed, no_youth: None) -> None:
    feed.send("courses.csv", courses("LAW1"))
    age(feed, 400)
    night(feed)
    assert feed.names("incoming") == ["courses.csv"]
    feed.work()
    assert feed.codes() == {"LAW1"}


def test_an_upload_that_was_never_finished_goes_after_a_week(feed: Feed, no_youth: None) -> None:
    feed.send("courses.csv.part", b"half")
    age(feed, 6)
    night(feed)
    assert feed.names("incoming") == ["courses.csv.part"]
    age(feed, 8)
    night(feed)
    assert feed.names("incoming") == []
    assert keys(feed) == set()


def test_bytes_that_no_file_has_are_swept(feed: Feed, no_youth: None) -> None:
    storage.put(f"inbox/{feed.tenant.pk}/{feed.source.pk}/stray/a.csv", [b"x"])
    night(feed)
    assert keys(feed) == set()
