"""What is done when a request has ended, whatever way: mail and webhooks hook in here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from uuid import UUID

from django.db import transaction

from reporting.models import ReportRequest

log = logging.getLogger(__name__)

# Called with each request that ended, its job at hand, after the commit and with its institution entered. A worker
# that dies at this very moment calls none: whoever must not miss one looks for it by the clock too.
ON_DONE: list[Callable[[ReportRequest], None]] = []


def when_committed(ids: Iterable[UUID]) -> None:
    """Call them for these requests when the transaction that ends them is committed."""
    transaction.on_commit(partial(call, list(ids)), robust=True)


def call(ids: Iterable[UUID]) -> None:
    """Call them now. What one of them raises is logged and keeps no other from its work."""
    if not ON_DONE:
        return
    for request in ReportRequest.objects.filter(pk__in=list(ids)).select_related("job").order_by("pk"):
        for done in ON_DONE:
            try:
                done(request)
            except Exception:
                log.exception("report %s: what follows its end failed", request.pk)
