"""Who may ask for a report and see it, and how many at a time (reporting-api.md 2.2, 4.4)."""

from __future__ import annotations

import threading
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from edu_csv import tenancy
from edu_csv.access.models import Institution
from edu_csv.access.roles import Role
from edu_csv.roster.models import OrgUnit
from reporting import services
from reporting.models import ReportRequest
from reporting.services import NotAllowed, Refused, RequestStatus, TooManyInFlight, UnknownReport
from tests.imports.harness import Tenant, new_tenant
from tests.reporting.requests.harness import (
    NOON,
    WEEK,
    Clock,
    error,
    fresh,
    made,
    person,
    program,
    status,
    submit,
    work,
)


def test_a_request_is_kept_as_it_was_made(tenant: Tenant, clock: Clock) -> None:
    actor = person(tenant)
    output = {"compression": False, "delimiter": "\\t", "spreadsheetSafe": True}
    request = fresh(tenant, submit(tenant, "notes", WEEK, output, actor=actor, notify=["a@fjord.example"]))
    assert (request.report_name, request.parameters, request.notify) == ("notes", WEEK, ["a@fjord.example"])
    assert (request.compression, request.delimiter, request.spreadsheet_safe) == (False, "\t", True)
    assert (request.job.account_id, request.job.submitted_by) == (actor.account, actor.name)
    assert (request.job.created_at, request.expires_at.isoformat()) == (NOON, "2031-03-26T12:00:00+00:00")
    assert status(tenant, request) is RequestStatus.PENDING
    assert error(tenant, request) is None


def test_the_same_twice_makes_two_requests_with_two_files(tenant: Tenant) -> None:
    first, second = made(tenant), made(tenant)
    assert first.pk != second.pk
    assert len({first.file_key, second.file_key}) == len({first.file_name, second.file_name}) == 2


@pytest.mark.parametrize("name", ["videoviews", "Asset", "", "pollingv2", "viewsessions"])
def test_a_report_that_is_not_there_is_named(tenant: Tenant, name: str) -> None:
    with pytest.raises(UnknownReport) as caught:
        submit(tenant, name, {"start": "nonsense"})
    assert str(caught.value) == f"There is no report named '{name}'."


def test_roles_without_reports_get_none(tenant: Tenant) -> None:
    scheduler = person(tenant, Role.SCHEDULER)
    mine = submit(tenant)
    with pytest.raises(NotAllowed, match="An administrator can"):
        submit(tenant, "videoviews", actor=scheduler)
    with tenancy.use_institution(tenant.pk):
        assert not services.visible_requests(scheduler).exists()
        assert services.find(scheduler, mine.pk) is None


def test_who_has_reports_of_all_sees_all_and_others_their_own(tenant: Tenant) -> None:
    tenant.load("Department Name,External ID\nLaw,D-LAW\n", "echovideo.departments.v1")
    with tenancy.use_institution(tenant.pk):
        unit = OrgUnit.objects.get().pk
    whole, client = person(tenant), program(tenant)
    partial = person(tenant, Role.DEPARTMENT_ADMIN, unit)
    of_whole, of_client = submit(tenant, actor=whole), submit(tenant, actor=client)
    of_partial = submit(tenant, actor=partial)
    with tenancy.use_institution(tenant.pk):
        newest_first = [of_partial.pk, of_client.pk, of_whole.pk]
        for actor in (whole, client, tenant.actor):
            assert [each.pk for each in services.visible_requests(actor)] == newest_first
        assert [each.pk for each in services.visible_requests(partial)] == [of_partial.pk]
        assert services.find(partial, of_partial.pk) == of_partial
        assert services.find(partial, str(of_whole.pk)) is None


def test_another_institutions_requests_are_not_there(tenant: Tenant) -> None:
    other = new_tenant()
    request = submit(other)
    with tenancy.use_institution(tenant.pk):
        for asked in (request.pk, str(request.pk), uuid4(), "not-an-id", ""):
            assert services.find(tenant.actor, asked) is None
    # Not even to a query that forgot to ask whose they are.
    with tenancy.use_institution(tenant.pk):
        assert not ReportRequest.objects.filter(pk=request.pk).exists()


def test_the_fourth_in_flight_is_refused_and_told_what_it_waits_for(tenant: Tenant) -> None:
    pending = [submit(tenant).pk for _ in range(3)]
    with pytest.raises(TooManyInFlight) as caught:
        submit(tenant, "notes", WEEK | {"start": "2026-01-01", "end": "2026-01-02"})
    assert (caught.value.limit, caught.value.ids) == (3, pending)
    assert str(caught.value) == (
        "3 report requests are still pending. Wait for one to finish before submitting another."
    )
    with tenancy.use_institution(tenant.pk):
        assert ReportRequest.objects.count() == 3
    # It is counted for the institution, whoever asks; another has its own.
    with pytest.raises(TooManyInFlight):
        submit(tenant, actor=person(tenant))
    submit(new_tenant())
    # One that has ended makes room for one.
    work(tenant)
    submit(tenant)


def test_what_was_asked_is_judged_before_it_is_counted(tenant: Tenant) -> None:
    for _ in range(3):
        submit(tenant)
    with pytest.raises(Refused):
        submit(tenant, "asset", WEEK)
    with pytest.raises(UnknownReport):
        submit(tenant, "videoviews")


def test_what_may_wait_is_queued_beyond_the_limit_and_counts(tenant: Tenant, settings: Settings) -> None:
    settings.REPORTS_IN_FLIGHT = 1
    first = submit(tenant)
    waiting = submit(tenant, waits=True)
    with pytest.raises(TooManyInFlight) as caught:
        submit(tenant)
    assert caught.value.ids == [first.pk, waiting.pk]
    assert work(tenant) == 2
    assert status(tenant, waiting) is RequestStatus.AVAILABLE
    submit(tenant)


def test_one_pending_is_told_in_the_singular(tenant: Tenant, settings: Settings) -> None:
    settings.REPORTS_IN_FLIGHT = 1
    submit(tenant)
    with pytest.raises(TooManyInFlight, match=r"^1 report request is still pending\. Wait for it to finish"):
        submit(tenant)


def test_of_many_at_the_same_time_no_more_than_three_are_taken(tenant: Tenant) -> None:
    submit(tenant)
    submit(tenant)
    at_once = 6
    together, results = threading.Barrier(at_once), []

    def ask() -> None:
        try:
            with tenancy.use_institution(tenant.pk):
                connection.ensure_connection()
                together.wait(10)
                try:
                    results.append(services.submit(tenant.actor, "asset").pk)
                except TooManyInFlight as refusal:
                    results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == at_once
    assert sum(isinstance(each, TooManyInFlight) for each in results) == at_once - 1
    with tenancy.use_institution(tenant.pk):
        assert len(services.in_flight(tenant.pk)) == 3


def test_who_only_refers_to_the_institution_does_not_wait_for_a_submission(tenant: Tenant) -> None:
    """The lock of 4.4 leaves alone what everything else does: insert rows that point to the institution."""
    with tenancy.use_institution(tenant.pk), transaction.atomic():
        Institution.objects.select_for_update(no_key=True).only("pk").get(pk=tenant.pk)
        done = threading.Event()

        def insert() -> None:
            try:
                tenant.query("SET lock_timeout = '5s'")
                person(tenant)
                done.set()
            finally:
                connection.close()

        thread = threading.Thread(target=insert)
        thread.start()
        thread.join()
    assert done.is_set()


def test_a_limit_of_statements_not_of_rows(tenant: Tenant) -> None:
    """Listing takes as many statements for ten requests as for one."""

    def statements() -> int:
        with tenancy.use_institution(tenant.pk), CaptureQueriesContext(connection) as caught:
            for request in services.visible_requests(tenant.actor):
                services.status_of(request, NOON)
                services.error_of(request, NOON)
        return len(caught)

    submit(tenant, waits=True)
    one = statements()
    for _ in range(9):
        submit(tenant, waits=True)
    assert statements() == one


def test_a_filter_by_status_and_the_status_shown_agree(tenant: Tenant, clock: Clock) -> None:
    available, failed = submit(tenant), submit(tenant, actor=person(tenant))
    with tenancy.use_institution(tenant.pk):
        tenant.query("UPDATE access_account SET is_active = false WHERE id = %s", failed.job.account_id)
    work(tenant)
    waiting = submit(tenant)
    expected = {
        0: {
            RequestStatus.AVAILABLE: [available],
            RequestStatus.FAILED: [failed],
            RequestStatus.PENDING: [waiting],
        },
        2: {
            RequestStatus.AVAILABLE: [available],
            RequestStatus.FAILED: [failed],
            RequestStatus.MISSING: [waiting],
        },
        14: {
            RequestStatus.EXPIRED: [available],
            RequestStatus.FAILED: [failed],
            RequestStatus.MISSING: [waiting],
        },
    }
    for days, of_day in expected.items():
        clock.at = NOON
        clock.move(days=days)
        with tenancy.use_institution(tenant.pk):
            for each in RequestStatus:
                found = list(services.of_status(services.visible_requests(tenant.actor), each, clock.at))
                assert found == of_day.get(each, [])
                assert all(services.status_of(request, clock.at) is each for request in found)


def test_somebody_whose_grant_is_another_institutions_asks_for_nothing(tenant: Tenant) -> None:
    stranger = replace(person(tenant), grants=())
    with pytest.raises(NotAllowed):
        submit(tenant, actor=stranger)
