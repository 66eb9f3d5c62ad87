"""``GET /requests``: what was asked for, the newest first (reporting-api.md 2.2); in pages when somebody asks so (5.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.http import QueryDict

from reporting import clock, services
from reporting.api.doors import Call
from reporting.api.errors import bad_query
from reporting.api.shapes import listed
from reporting.models import ReportRequest
from reporting.reports import reports
from reporting.services import RequestStatus

PATH = "/public/api/v1/reporting/requests"
# 2.2: who asks for nothing gets those of so many days.
LISTED = timedelta(days=90)
DEFAULT_LIMIT, MOST = 100, 150
FILTERS = ("status", "reportName")
PAGING = ("limit", "offset")
AT_ONCE = 500


def fetch(call: Call) -> dict[str, Any]:
    """R2. Raises Refused 400 for a filter or a page that makes no sense."""
    now = clock.now()
    query = call.request.GET
    found = _filtered(services.visible_requests(call.actor), query, now)
    if any(name in query for name in PAGING):
        return _page(call, found, now)
    if not any(name in query for name in FILTERS):
        found = found.filter(job__created_at__gte=now - LISTED)
    return {"requests": [listed(each, now) for each in found.iterator(chunk_size=AT_ONCE)]}


def _filtered(found: QuerySet[ReportRequest], query: QueryDict, now: datetime) -> QuerySet[ReportRequest]:
    if status := query.get("status"):
        if status not in set(RequestStatus):
            words = ", ".join(RequestStatus)
            raise bad_query(
                "status", "Status not known", status, f"Expected one of {words}; got '{status[:40]}'."
            )
        found = services.of_status(found, RequestStatus(status), now)
    if name := query.get("reportName"):
        if name not in reports():
            words = ", ".join(reports())
            raise bad_query(
                "reportName", "Report not known", name, f"Expected one of {words}; got '{name[:40]}'."
            )
        found = found.filter(report_name=name)
    return found


def _page(call: Call, found: QuerySet[ReportRequest], now: datetime) -> dict[str, Any]:
    query = call.request.GET
    limit = _limit(query.get("limit"))
    if given := query.get("offset"):
        created, request_id = _place(call, given)
        # All before it in the order of the list: what came meanwhile moves nothing.
        found = found.filter(
            Q(job__created_at__lt=created) | Q(job__created_at=created, job_id__lt=request_id)
        )
    page = list(found[: limit + 1])
    told: dict[str, Any] = {
        "requests": [listed(each, now) for each in page[:limit]],
        "has_more": len(page) > limit,
    }
    if told["has_more"]:
        last = page[limit - 1]
        place = _signer(call).sign_object([last.job.created_at.astimezone(UTC).isoformat(), str(last.pk)])
        kept = {name: query[name] for name in FILTERS if query.get(name)}
        told["next"] = f"{PATH}?{urlencode({'limit': limit, 'offset': place, **kept})}"
    return told


def _limit(given: str | None) -> int:
    """More than MOST is taken for MOST."""
    if given is None:
        return DEFAULT_LIMIT
    digits = given.lstrip("0")
    if not (digits.isascii() and digits.isdigit()):
        raise bad_query(
            "limit",
            "Not a whole number from 1",
            given,
            f"Expected a whole number from 1 to {MOST}; got '{given[:40]}'.",
        )
    return min(int(digits[:4]), MOST)


def _place(call: Call, given: str) -> tuple[datetime, UUID]:
    try:
        created, request_id = _signer(call).unsign_object(given)
    except (BadSignature, ValueError):
        raise bad_query(
            "offset", "Not an offset of ours", given, "This offset is none of ours. Follow `next` as it is."
        ) from None
    return datetime.fromisoformat(created), UUID(request_id)


def _signer(call: Call) -> Signer:
    """Of this institution: another's key is none."""
    return Signer(salt=f"reporting.offset.{call.actor.institution}")
