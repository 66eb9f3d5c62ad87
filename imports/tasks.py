"""What is done for imports by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.db import connection

from edu_csv import storage, tenancy
from edu_csv.access.services import all_institutions
from edu_csv.activity.events.months import add_event_months, add_waiting_months
from imports import retention
from imports.mails import endings
from imports.mails import feeds as mailed_feeds
from imports.sources import expiry, feed_watch, pickup, waking
from imports.steps import ended

# Longer than any file is written, or directly uploaded, at a stretch.
UNFINISHED_AFTER = timedelta(days=2)


@shared_task(name="imports.tell", ignore_result=True)
def tell() -> None:
    """Mail those whom ended or waiting imports name, and the subscribers of their sources."""
    endings.tell_ends()


@shared_task(name="imports.watch", ignore_result=True)
def watch() -> None:
    """See how all feeds are, and mail what is new of them."""
    feed_watch.look_everywhere()
    mailed_feeds.tell_feeds()


@shared_task(name="imports.pick_up", ignore_result=True)
def pick_up() -> None:
    """Look after the inboxes of all sources."""
    pickup.tick()


@shared_task(name=waking.TASK, ignore_result=True)
def pick_up_one(institution: int, source: str) -> None:
    """Look after one inbox at once: a file came, or an import ended."""
    pickup.pickup(institution, UUID(source))


@shared_task(name="imports.purge", ignore_result=True)
def purge() -> None:
    """Every night: remove uploads, results and plans past their retention, and what was never finished."""
    for institution in all_institutions():
        with tenancy.use_institution(institution):
            ended.sweep(institution)
            expiry.expire(institution)
            feed_watch.forget(institution)
            retention.purge(institution)
    storage.purge_unfinished(UNFINISHED_AFTER)


@shared_task(name="imports.partitions", ignore_result=True)
def partitions() -> None:
    """Every night: have the coming months and weeks ready, and drop those that nothing needs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT roster_add_months(3)")
        cursor.execute("SELECT activity_add_months(3)")
        cursor.execute("SELECT imports_add_weeks(4)")
        cursor.execute("SELECT roster_drop_months(%s)", [settings.JOURNAL_RETENTION_DAYS])
        cursor.execute("SELECT imports_drop_weeks()")
    today = datetime.now(UTC).date()
    add_event_months(today, today + timedelta(days=92))
    add_waiting_months()
