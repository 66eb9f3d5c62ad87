"""Three requests in flight, 120 calls a minute (reporting-api.md 4.4, 5.7)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.models import Allowance
from tests.reporting.door.asker import Asker, asker_in, week


def at_once(number: int, work: Any) -> list[Any]:
    """What it returns for each of ``range(number)``, all begun at the same moment."""
    barrier = Barrier(number)

    def go(place: int) -> Any:
        barrier.wait()
        try:
            return work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(go, range(number)))


def test_the_fourth_in_flight_is_refused_as_the_specification_says(asker: Asker) -> None:
    pending = [asker.submit(report) for report in ("asset", "notes", "qanda")]
    answer = asker.post("/requests/polling", {"parameters": week()})
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert answer.json() == {
        "error": "TooManyInFlightRequests",
        "message": "3 report requests are still pending. Wait for one to finish before submitting another.",
        "limit": 3,
        "inFlight": pending,
    }
    assert len(asker.get("/requests").json()["requests"]) == 3
    asker.work()
    assert asker.post("/requests/polling", {"parameters": week()}).status_code == 200


def test_a_bad_request_is_400_also_when_no_more_may_be_in_flight(asker: Asker) -> None:
    for _ in range(3):
        asker.submit()
    assert asker.post("/requests/notes").json()["error"] == "MissingParameter"
    assert asker.post("/requests/none").json()["error"] == "ReportNotFound"


def test_all_clients_of_an_institution_are_counted_together(asker: Asker) -> None:
    other = asker_in(asker.tenant)
    for each in (asker, other, asker):
        each.submit()
    assert other.post("/requests/asset").json()["error"] == "TooManyInFlightRequests"


def test_of_two_at_once_only_one_is_the_third(asker: Asker) -> None:
    asker.submit()
    asker.submit()
    answers = at_once(2, lambda _: asker.post("/requests/asset"))
    assert sorted(answer.status_code for answer in answers) == [200, 429]
    [refused] = [answer.json() for answer in answers if answer.status_code == 429]
    [taken] = [answer.json()["requestId"] for answer in answers if answer.status_code == 200]
    assert refused["inFlight"][2] == taken


def test_of_eight_at_once_three_are_taken(asker: Asker) -> None:
    answers = at_once(8, lambda _: asker.post("/requests/asset"))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [429] * 5


def use_up(asker: Asker) -> None:
    """All calls of this minute are made."""
    calls = [timezone.now()] * django_settings.PUBLIC_API_REQUESTS_PER_MINUTE
    with tenancy.use_institution(asker.tenant.pk):
        Allowance.objects.filter(subject=f"institution {asker.tenant.pk}").update(calls=calls)


def test_one_call_more_than_a_minute_has_is_429_with_a_time_to_come_back(asker: Asker, settings: Any) -> None:
    settings.PUBLIC_API_REQUESTS_PER_MINUTE = 3
    answers = [asker.get("/reports") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    # The first is a minute old then.
    assert 55 <= int(answers[3]["Retry-After"]) <= 60
    body = answers[3].json()
    assert body["error"] == "TooManyRequests"
    assert "3 calls a minute" in body["message"]


def test_clients_of_an_institution_share_its_calls_and_others_have_their_own(
    asker: Asker, stranger: Asker, settings: Any
) -> None:
    settings.PUBLIC_API_REQUESTS_PER_MINUTE = 2
    other = asker_in(asker.tenant)
    assert [each.get("/requests").status_code for each in (asker, other, asker, other)] == [
        200,
        200,
        429,
        429,
    ]
    assert stranger.get("/requests").status_code == 200


@pytest.mark.parametrize("path", ["/reports", "/reports/notes", "/requests", "/request/x", "/requests/x"])
def test_every_address_counts(asker: Asker, path: str) -> None:
    asker.get("/reports")
    use_up(asker)
    assert asker.get(path).json()["error"] == "TooManyRequests"


def test_a_download_does_not_count(asker: Asker) -> None:
    from tests.reporting.door.test_flow import fetched

    link = asker.look(asker.made())["signedAssets"][0]
    use_up(asker)
    assert fetched(link)[0].status_code == 200
    assert asker.get("/reports").status_code == 429


def test_who_is_nobody_takes_nothing_from_anybody(asker: Asker) -> None:
    for _ in range(3):
        asker.ask("get", "/reports", headers={})
    with tenancy.use_institution(asker.tenant.pk):
        assert not Allowance.objects.filter(subject=f"institution {asker.tenant.pk}").exists()
