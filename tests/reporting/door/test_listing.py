"""``GET /requests``: filters and pages (reporting-api.md 2.2, 5.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edu_csv import tenancy
from edu_csv.access.models import ApiClient
from edu_csv.jobs.models import Job, Kind, Queue, State, Status
from reporting.models import ReportRequest
from tests.reporting.door.asker import Asker

NOW = datetime.now(UTC)


def laid(asker: Asker, count: int, report: str = "asset", *, days_ago: float = 1, **job: Any) -> list[str]:
    """Requests that have ended well, each a second older than the one before; their ids, newest first."""
    made = []
    with tenancy.use_institution(asker.tenant.pk):
        client = ApiClient.objects.get(key=asker.key)
        for number in range(count):
            created = NOW - timedelta(days=days_ago, seconds=number)
            fields = {"state": State.ENDED, "status": Status.COMPLETED, **job}
            one = Job.objects.create(
                institution_id=asker.tenant.pk, kind=Kind.REPORT, queue=Queue.REPORTS, client=client,
                created_at=created, **fields,
            )  # fmt: skip
            ReportRequest.objects.create(
                job=one, institution_id=asker.tenant.pk, report_name=report, file_name=f"{number}.csv.gz",
                expires_at=created + timedelta(days=14),
            )  # fmt: skip
            made.append(str(one.pk))
    return made


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [each["requestId"] for each in answer.json()["requests"]]


def test_without_a_page_all_of_ninety_days_come_and_nothing_else_stands_beside(asker: Asker) -> None:
    recent = laid(asker, 160)
    laid(asker, 2, days_ago=90.1)
    assert ids(asker.get("/requests")) == recent
    assert list(asker.get("/requests").json()) == ["requests"]


def test_filters_may_be_combined(asker: Asker) -> None:
    available = laid(asker, 2)
    notes = laid(asker, 2, "notes", days_ago=2)
    expired = laid(asker, 1, "notes", days_ago=20)
    failed = laid(asker, 1, days_ago=3, status=Status.FAILED)
    assert ids(asker.get("/requests", status="Available")) == [*available, *notes]
    assert ids(asker.get("/requests", status="Expired")) == expired
    assert ids(asker.get("/requests", status="Failed")) == failed
    assert (
        ids(asker.get("/requests", status="Pending")) == ids(asker.get("/requests", status="Missing")) == []
    )
    assert ids(asker.get("/requests", reportName="notes")) == [*notes, *expired]
    assert ids(asker.get("/requests", reportName="notes", status="Available")) == notes


def test_pages_follow_one_another_to_the_end_and_what_comes_meanwhile_moves_nothing(asker: Asker) -> None:
    wanted = laid(asker, 7)
    page = asker.get("/requests", limit="3")
    seen = ids(page)
    laid(asker, 2, days_ago=0)
    while page.json()["has_more"]:
        following = page.json()["next"]
        assert following.startswith("/public/api/v1/reporting/requests?limit=3&offset=")
        page = asker.get(following)
        seen += ids(page)
    assert seen == wanted
    assert list(page.json()) == ["requests", "has_more"]


def test_the_next_page_keeps_the_filters(asker: Asker) -> None:
    laid(asker, 3)
    notes = laid(asker, 3, "notes", days_ago=2)
    first = asker.get("/requests", limit="2", reportName="notes", status="Available")
    assert ids(first) + ids(asker.get(first.json()["next"])) == notes


def test_requests_of_the_same_moment_are_on_one_page_each(asker: Asker) -> None:
    made = laid(asker, 4)
    with tenancy.use_institution(asker.tenant.pk):
        Job.objects.update(created_at=NOW - timedelta(days=1))
    page = asker.get("/requests", limit="1")
    seen = ids(page)
    while page.json()["has_more"]:
        page = asker.get(page.json()["next"])
        seen += ids(page)
    assert sorted(seen) == sorted(made)


def test_a_page_has_a_hundred_unless_asked_and_a_hundred_and_fifty_at_most(asker: Asker) -> None:
    laid(asker, 151)
    first = asker.get("/requests", limit="1").json()["next"].partition("offset=")[2]
    assert len(ids(asker.get(f"/requests?offset={first}"))) == 100
    for limit, count in (("150", 150), ("151", 150), ("99999999999999999999999", 150), ("007", 7)):
        assert len(ids(asker.get("/requests", limit=limit))) == count


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"), ("limit", "000"), ("limit", "-1"), ("limit", "1.5"), ("limit", "many"), ("limit", ""),
        ("limit", "٣"), ("offset", "x"), ("offset", "eyJrIjoiNGM5YSJ9"), ("status", "available"), ("status", "\0"),
        ("reportName", "pollingv2"), ("reportName", "none"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_in_the_address_is_400_and_says_what_would(
    asker: Asker, name: str, value: str
) -> None:
    answer = asker.get("/requests", **{name: value})
    body = answer.json()
    assert (answer.status_code, body["error"]) == (400, "InvalidParameter")
    assert list(body["param"]) == [f"query.{name}"]
    assert body["message"]


def test_parameters_that_nobody_knows_are_passed_over(asker: Asker) -> None:
    made = laid(asker, 2)
    assert ids(asker.get("/requests", colour="blue")) == made


def test_an_offset_of_another_institution_is_none(asker: Asker, stranger: Asker) -> None:
    laid(asker, 2)
    laid(stranger, 2)
    following = asker.get("/requests", limit="1").json()["next"]
    assert stranger.get(following).status_code == 400


def test_an_offset_that_was_changed_is_none(asker: Asker) -> None:
    laid(asker, 2)
    following = asker.get("/requests", limit="1").json()["next"]
    for changed in (following[:-1], f"{following}x", following.replace("offset=W", "offset=X", 1)):
        assert asker.get(changed).status_code == 400


def test_a_long_list_takes_no_more_statements_than_a_short_one(asker: Asker) -> None:
    laid(asker, 2)
    with CaptureQueriesContext(connection) as few:
        asker.get("/requests")
    laid(asker, 40)
    with CaptureQueriesContext(connection) as many:
        asker.get("/requests")
    assert len(few) == len(many)
