"""Waking the projector when statements were stored. Its sweep finds them anyway, a minute later.

Writers by HTTP store a few statements at a time, so not each of them sends a message: the first does at once, and
what comes within a second after it is told of together, at the end of that second.
"""

from __future__ import annotations

import logging
import threading
import time

from django.db import transaction

from edu_csv.celery import app

log = logging.getLogger(__name__)

TASK = "activity.project"
QUEUE = "reports"
SECONDS_APART = 1.0

_lock = threading.Lock()
# Per institution: when the last message went, or will go (monotonic).
_sent: dict[int, float] = {}


def wake_on_commit(institution: int) -> None:
    """Have statements of this institution projected when the transaction commits."""
    transaction.on_commit(lambda: wake(institution), robust=True)


def wake(institution: int) -> None:
    now = time.monotonic()
    with _lock:
        last = _sent.get(institution, -SECONDS_APART)
        if last > now:
            # One is about to go, after what was just stored.
            return
        wait = last + SECONDS_APART - now
        _sent[institution] = now + max(wait, 0)
    if wait <= 0:
        send(institution)
        return
    timer = threading.Timer(wait, send, [institution])
    timer.daemon = True
    timer.start()


def send(institution: int) -> None:
    try:
        app.send_task(TASK, args=[institution], queue=QUEUE, retry=False)
    except Exception:  # any broker error of any transport; the sweep comes within a minute
        log.warning(
            "no message could be sent for the statements of %s; the sweep will look",
            institution,
            exc_info=True,
        )
