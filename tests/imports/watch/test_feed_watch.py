"""The watch in the database: what is news, whom it is mailed to, once, and what it asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import cast

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.models import Institution
from imports.mails import feeds as mailed
from imports.models import FeedEvent, FeedFault, InboxFile, Source
from imports.sources import feed_watch
from tests.imports.harness import Tenant, new_tenant
from tests.imports.watch.feeds import SUBSCRIBER, came, local, new_source

YESTERDAY, NOON = local("2026-08-17T07:04"), local("2026-08-18T12:00")


@pytest.fixture(autouse=True)
def no_mail() -> None:
    mail.outbox = []


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody's clock stands where ``look`` puts it."""
    monkeypatch.setattr(timezone, "now", lambda: Clock.now)


@pytest.fixture
def other(tenant: Tenant) -> Tenant:
    return new_tenant()


class Clock:
    now: datetime = NOON


def look(tenant: Tenant, now: datetime) -> dict[str, list[str]]:
    """One round of the watch: the faults of each source."""
    Clock.now = now
    with tenancy.use_institution(tenant.pk):
        found = feed_watch.look(tenant.pk, now)
        mailed.tell_of(tenant.pk)
    return {
        feed.source.name: [FeedFault(each.fault).value for each in feed.health.conditions] for feed in found
    }


def subjects() -> list[str]:
    return [str(sent.subject) for sent in mail.outbox]


def test_a_late_feed_is_mailed_once_and_once_when_it_is_well_again(tenant: Tenant) -> None:
    source = new_source(tenant)
    came(tenant, source, YESTERDAY, 66_975)
    assert look(tenant, local("2026-08-18T07:29")) == {source.name: []}
    assert subjects() == []
    for minute in ("07:30", "07:31", "09:42"):
        assert look(tenant, local(f"2026-08-18T{minute}")) == {source.name: ["late"]}
    [sent] = cast("list[mail.EmailMultiAlternatives]", mail.outbox)
    assert sent.subject == "CircleIn enrollments is late. Last file: yesterday, 07:04, 66,975 rows."
    assert sent.to == [SUBSCRIBER]
    [(html, _)] = sent.alternatives
    for part in (str(sent.body), str(html)):
        assert "Expected 07:00 to 07:30." in part
        assert "Fjord State University" in part
        assert "daily by 07:00" in part
        assert f"/sources/{source.pk}/" in part

    came(tenant, source, local("2026-08-18T09:50"), 66_000)
    look(tenant, local("2026-08-18T09:51"))
    look(tenant, local("2026-08-18T09:52"))
    assert subjects()[1:] == ["CircleIn enrollments is well again. Last file: today, 09:50, 66,000 rows."]
    assert "It was late." in str(mail.outbox[1].body)


def test_how_late_it_is_stands_in_the_mail_when_the_watch_itself_was_away(tenant: Tenant) -> None:
    came(tenant, new_source(tenant), YESTERDAY)
    look(tenant, local("2026-08-18T09:42"))
    assert subjects()[0].startswith("CircleIn enrollments is 2 h 12 min late.")


def test_each_day_that_is_missed_is_told_and_the_recovery_once(tenant: Tenant) -> None:
    source = new_source(tenant)
    came(tenant, source, YESTERDAY)
    look(tenant, NOON)
    look(tenant, NOON + timedelta(hours=12))
    assert len(mail.outbox) == 1
    look(tenant, NOON + timedelta(days=1))
    assert len(mail.outbox) == 2
    came(tenant, source, NOON + timedelta(days=1, hours=1))
    look(tenant, NOON + timedelta(days=1, hours=2))
    assert [subject.split(".")[0] for subject in subjects()][2:] == ["CircleIn enrollments is well again"]


def test_a_late_file_that_is_refused_is_not_well_and_its_import_has_told_so(tenant: Tenant) -> None:
    source = new_source(tenant)
    came(tenant, source, YESTERDAY)
    look(tenant, NOON)
    came(tenant, source, NOON, status="failed", problem={"code": "header_mismatch", "detail": "No `Role`."})
    assert look(tenant, NOON + timedelta(minutes=1)) == {source.name: ["stopped"]}
    assert len(mail.outbox) == 1, "the import's own mail told of the refusal"
    came(tenant, source, NOON + timedelta(minutes=5))
    look(tenant, NOON + timedelta(minutes=6))
    assert subjects()[1].startswith("CircleIn enrollments is well again.")


def test_smaller_empty_and_unchanged_files_are_told_with_their_figures(tenant: Tenant) -> None:
    source = new_source(tenant, limits={"unchanged_days": 3})
    for day in (14, 15, 16, 17):
        came(tenant, source, local(f"2026-08-{day}T07:01"), 1_000, sha256="a" * 64)
    assert look(tenant, local("2026-08-17T08:00")) == {source.name: ["unchanged"]}
    came(tenant, source, local("2026-08-18T07:01"), 360)
    assert look(tenant, local("2026-08-18T08:00")) == {source.name: ["smaller"]}
    came(tenant, source, local("2026-08-19T07:01"), 0)
    assert look(tenant, local("2026-08-19T08:00")) == {source.name: ["empty"]}
    assert subjects() == [
        "CircleIn enrollments has been the same for 3 days",
        "CircleIn enrollments is 64 % smaller than usual",
        "The last file of CircleIn enrollments is empty",
    ]
    assert "enrollments.csv has 360 rows; usual are 1,000." in str(mail.outbox[1].body)


def test_bytes_that_differ_in_between_are_a_change(tenant: Tenant) -> None:
    source = new_source(tenant, limits={"unchanged_days": 3})
    for day, sha256 in ((13, "a"), (14, "a"), (15, "b"), (16, "a"), (17, "a")):
        came(tenant, source, local(f"2026-08-{day}T07:01"), sha256=sha256 * 64)
    assert look(tenant, local("2026-08-17T08:00")) == {source.name: []}
    # Another format in between is not.
    came(tenant, source, local("2026-08-18T07:01"), key="circlein.users", sha256="c" * 64)
    came(tenant, source, local("2026-08-19T07:01"), sha256="a" * 64)
    assert look(tenant, local("2026-08-19T08:00")) == {source.name: ["unchanged"]}


def test_an_import_tells_of_an_arrival_when_the_file_is_out_of_the_inbox(tenant: Tenant) -> None:
    source = new_source(tenant)
    came(tenant, source, local("2026-08-18T07:01"))
    with tenancy.use_institution(tenant.pk):
        InboxFile.objects.all().delete()
    assert look(tenant, NOON) == {source.name: []}


def test_a_file_that_waits_its_turn_has_come(tenant: Tenant) -> None:
    source = new_source(tenant)
    with tenancy.use_institution(tenant.pk):
        InboxFile.objects.create(
            institution_id=tenant.pk, source=source, name="a.csv", shown="a.csv", key="inbox/a", bytes=9,
            sha256="", state="arriving", door="sftp", arrived_at=local("2026-08-18T07:01"),
        )  # fmt: skip
    assert look(tenant, NOON) == {source.name: ["late"]}, "half a file is none"
    with tenancy.use_institution(tenant.pk):
        InboxFile.objects.update(state="complete")
    assert look(tenant, NOON) == {source.name: []}


def test_what_the_inbox_does_not_take_is_told(tenant: Tenant) -> None:
    source = new_source(tenant, last_problem="big.zip: The folders hold 20 GB, and 0 are free.")
    came(tenant, source, local("2026-08-18T07:01"))
    assert look(tenant, NOON) == {source.name: ["stopped"]}
    assert subjects() == ["CircleIn enrollments: a file was not taken"]
    assert "big.zip: The folders hold" in str(mail.outbox[0].body)


def test_nobody_hears_of_a_feed_that_is_paused_or_off(tenant: Tenant) -> None:
    source = new_source(tenant)
    came(tenant, source, YESTERDAY)
    look(tenant, NOON)
    with tenancy.use_institution(tenant.pk):
        Source.objects.update(paused_until=NOON + timedelta(days=3))
    look(tenant, NOON + timedelta(days=1))
    with tenancy.use_institution(tenant.pk):
        Source.objects.update(is_enabled=False)
    look(tenant, NOON + timedelta(days=2))
    assert len(mail.outbox) == 1
    with tenancy.use_institution(tenant.pk):
        assert not FeedEvent.objects.filter(well_told_at=None).exists()


def test_strangers_among_the_subscribers_are_not_mailed(tenant: Tenant) -> None:
    source = new_source(tenant, notify=["someone@elsewhere.example", SUBSCRIBER, SUBSCRIBER.upper()])
    came(tenant, source, YESTERDAY)
    look(tenant, NOON)
    assert [sent.to for sent in mail.outbox] == [[SUBSCRIBER]]


def test_a_mail_server_that_was_away_is_tried_again_and_nobody_gets_two(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = EmailBackend.send_messages

    def away_for_b(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        if messages[0].to == ["b@fjord.example"]:
            raise SMTPServerDisconnected("gone")
        return honest(self, messages)

    came(tenant, new_source(tenant, notify=["a@fjord.example", "b@fjord.example"]), YESTERDAY)
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", away_for_b)
        look(tenant, NOON)
        look(tenant, NOON)
    look(tenant, NOON)
    look(tenant, NOON)
    assert [sent.to for sent in mail.outbox] == [["a@fjord.example"], ["b@fjord.example"]]


def test_news_that_could_not_be_written_is_tried_again_and_stops_no_other(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def why(feed: feed_watch.Feed, institution: Institution) -> str:
        if feed.source.name == "Broken":
            raise KeyError("a figure that is missing")
        return honest(feed, institution)

    honest = mailed._why
    for name in ("Broken", "Sound"):
        came(tenant, new_source(tenant, name), YESTERDAY)
    with monkeypatch.context() as faulty:
        faulty.setattr(mailed, "_why", why)
        look(tenant, NOON)
        assert [subject.split()[0] for subject in subjects()] == ["Sound"]
    look(tenant, NOON)
    assert [subject.split()[0] for subject in subjects()] == ["Sound", "Broken"]


def test_who_dies_while_telling_news_is_followed_by_another_later(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = EmailBackend.send_messages

    def killed_at_b(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        if messages[0].to == ["b@fjord.example"]:
            raise SystemExit
        return honest(self, messages)

    came(tenant, source := new_source(tenant, notify=["a@fjord.example", "b@fjord.example"]), YESTERDAY)
    with monkeypatch.context() as killed:
        killed.setattr(EmailBackend, "send_messages", killed_at_b)
        with pytest.raises(SystemExit):
            look(tenant, NOON)
    look(tenant, NOON + timedelta(minutes=1))
    assert [sent.to for sent in mail.outbox] == [["a@fjord.example"]]
    look(tenant, NOON + timedelta(minutes=6))
    assert [sent.to for sent in mail.outbox] == [["a@fjord.example"], ["b@fjord.example"]]
    # What is remembered of one mail is not taken for the next: both hear that it is well again.
    came(tenant, source, NOON + timedelta(minutes=7))
    for minute in (8, 9):
        look(tenant, NOON + timedelta(minutes=minute))
    assert [sent.to for sent in mail.outbox[2:]] == [["a@fjord.example"], ["b@fjord.example"]]


def test_feeds_of_others_are_neither_seen_nor_told(tenant: Tenant, other: Tenant) -> None:
    came(tenant, new_source(tenant), YESTERDAY)
    assert look(other, NOON) == {}
    assert mail.outbox == []


def test_every_institution_is_looked_at_by_the_clock(tenant: Tenant, other: Tenant) -> None:
    Clock.now = NOON
    for one in (tenant, other):
        came(one, new_source(one), YESTERDAY)
    feed_watch.look_everywhere(NOON)
    mailed.tell_feeds()
    for one in (tenant, other):
        with tenancy.use_institution(one.pk):
            assert FeedEvent.objects.filter(told_at__isnull=False).count() == 1


def test_the_number_of_statements_does_not_depend_on_sources_or_arrivals(tenant: Tenant) -> None:
    def asked() -> int:
        with tenancy.use_institution(tenant.pk), CaptureQueriesContext(connection) as queries:
            feed_watch.look(tenant.pk, NOON)
        return len(queries)

    came(tenant, new_source(tenant, "One"), YESTERDAY)
    few = asked()
    for name in ("Two", "Three", "Four"):
        source = new_source(tenant, name)
        for day in range(1, 18):
            came(tenant, source, local(f"2026-08-{day:02}T07:01"), key=f"circlein.{day % 3}")
    assert asked() == few
    assert few <= 8


def test_events_are_forgotten_when_they_are_long_over(tenant: Tenant) -> None:
    source = new_source(tenant)
    came(tenant, source, YESTERDAY)
    look(tenant, NOON)
    came(tenant, source, NOON + timedelta(minutes=1))
    look(tenant, NOON + timedelta(minutes=2))
    for days, left in ((399, 1), (401, 0)):
        Clock.now = NOON + timedelta(days=days)
        with tenancy.use_institution(tenant.pk):
            feed_watch.forget(tenant.pk)
            assert FeedEvent.objects.count() == left
