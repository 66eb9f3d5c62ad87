"""Recurring reports by the clock: what runs, what is made up for, what pauses by itself."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from edu_csv import tenancy
from edu_csv.access.actors import Granted
from edu_csv.access.models import Account, ApiClient, Grant, Institution
from edu_csv.access.roles import Role
from reporting import services
from reporting.models import PauseReason, ReportSchedule
from reporting.problems import NotAllowed
from reporting.schedules import manage, running
from reporting.schedules.manage import BadField, NewSchedule
from reporting.services import RequestStatus, TooManyInFlight, status_of
from reporting.tasks import recur
from tests.imports.harness import Tenant, new_tenant
from tests.reporting.recurring.harness import (
    REGISTRY,
    days,
    deliveries,
    fresh,
    look,
    requests,
    runs,
    said,
    schedule,
    sent,
    strike,
)
from tests.reporting.requests.harness import Clock, person, program, submit, work


def test_the_first_run_is_the_next_that_is_due(fjord: Tenant, clock: Clock) -> None:
    made = schedule(fjord)
    assert (made.next_start, made.next_due) == (date(2031, 3, 10), datetime(2031, 3, 13, 5, tzinfo=UTC))
    assert strike(fjord) == []
    clock.at = datetime(2031, 3, 13, 4, 59, tzinfo=UTC)
    assert strike(fjord) == []
    clock.at = datetime(2031, 3, 13, 5, tzinfo=UTC)
    [request] = strike(fjord)
    assert (request.parameters, request.report_name) == (
        {"start": "2031-03-10", "end": "2031-03-11"},
        "notes",
    )
    assert status_of(request, clock.at) is RequestStatus.AVAILABLE
    assert request.complete_through == date(2031, 3, 10)
    assert strike(fjord) == []


def test_over_months_each_day_comes_once(fjord: Tenant, clock: Clock) -> None:
    """Looked at every 55 hours, over the day when clocks go forward; nothing is made, so nothing could be fetched."""
    schedule(fjord, email=())
    while clock.at < datetime(2031, 5, 14, tzinfo=UTC):
        clock.move(hours=55)
        recur()
    starts = [request.start for request in requests(fjord)]
    assert starts == [date.fromordinal(date(2031, 3, 10).toordinal() + n) for n in range(len(starts))]
    assert len(starts) > 60


def test_weeks_and_months_follow_each_other_over_the_turn_of_the_year(fjord: Tenant, clock: Clock) -> None:
    weekly = schedule(fjord, "weekly", week_starts=7)
    monthly = schedule(fjord, "monthly", email=())
    assert weekly.next_start.isoweekday() == 7
    assert monthly.next_start == date(2031, 3, 1)
    clock.at = datetime(2031, 4, 3, 5, tzinfo=UTC)
    found = strike(fjord)
    assert days([request for request in found if request.run and request.run.schedule_id == monthly.pk]) == [
        "03-01…03-08", "03-08…03-15", "03-15…03-22", "03-22…03-29", "03-29…04-01",
    ]  # fmt: skip
    weeks = [request for request in found if request.run and request.run.schedule_id == weekly.pk]
    assert days(weeks) == ["03-09…03-16", "03-16…03-23", "03-23…03-30"]
    for request in found:
        look(fjord, request)
    clock.at = datetime(2032, 1, 4, 5, tzinfo=UTC)
    found = strike(fjord)
    mine = [request for request in found if request.run and request.run.schedule_id == monthly.pk]
    assert {request.run.start for request in mine if request.run} == {date(2031, 11, 1), date(2031, 12, 1)}
    assert mine[-1].parameters == {"start": "2031-12-29", "end": "2032-01-01"}


def test_missed_windows_are_made_up_for_and_left_out_ones_are_told(fjord: Tenant, clock: Clock) -> None:
    schedule(fjord)
    clock.move(days=30)
    found = strike(fjord)
    assert days(found)[0] == "03-26"
    assert len(found) == 14
    assert strike(fjord) == []
    first = min(sent(), key=lambda message: str(message.subject))
    assert any("16 windows before this" in said(message)[0] for message in sent()), said(first)


def test_an_all_time_report_is_not_made_up_for_day_by_day(fjord: Tenant, clock: Clock) -> None:
    schedule(fjord, report="asset")
    clock.move(days=9)
    [request] = strike(fjord)
    assert request.parameters == {}
    assert fresh(
        fjord, ReportSchedule(pk=request.run.schedule_id if request.run else None)
    ).next_start == date(2031, 3, 19)


def test_runs_queue_beyond_the_limit_and_count_for_it(fjord: Tenant, clock: Clock) -> None:
    schedule(fjord, "monthly")
    clock.at = datetime(2031, 4, 3, 5, tzinfo=UTC)
    for _ in range(3):
        submit(fjord)
    recur()
    assert len(requests(fjord)) == 8
    with pytest.raises(TooManyInFlight):
        submit(fjord)
    work(fjord)
    assert {status_of(request, clock.at) for request in requests(fjord)} == {RequestStatus.AVAILABLE}


def test_two_clocks_that_strike_at_once_run_a_window_once(fjord: Tenant, clock: Clock) -> None:
    schedule(fjord)
    clock.move(days=3)
    barrier = threading.Barrier(4)

    def one() -> None:
        try:
            barrier.wait()
            running.run_due()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert days(requests(fjord)) == ["03-10", "03-11", "03-12"]


def test_whoever_dies_while_it_runs_leaves_nothing_half_done(
    fjord: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule(fjord, "monthly")
    clock.at = datetime(2031, 4, 3, 5, tzinfo=UTC)
    really, called = services.submit, []

    def dies(*args: Any, **more: Any) -> Any:
        called.append(args)
        if len(called) == 3:
            raise KeyboardInterrupt
        return really(*args, **more)

    monkeypatch.setattr(services, "submit", dies)
    with pytest.raises(KeyboardInterrupt):
        recur()
    tenancy.current.set(None)
    assert (requests(fjord), runs(fjord)) == ([], [])
    monkeypatch.setattr(services, "submit", really)
    recur()
    assert len(requests(fjord)) == 5


def test_it_pauses_itself_after_three_results_that_nobody_fetched(fjord: Tenant, clock: Clock) -> None:
    made = schedule(fjord)
    for _ in range(3):
        clock.move(days=1)
        assert len(strike(fjord)) == 1
    clock.move(days=1)
    assert strike(fjord) == []
    stored = fresh(fjord, made)
    assert (stored.pause_reason, stored.paused_at) == (PauseReason.NOT_FETCHED, clock.at)
    last = sent()[-1]
    assert last.subject == "Notes, daily: paused"
    for part in said(last):
        assert "nobody has fetched any of its last three results" in part
        assert f"/reports/recurring/{made.pk}/" in part
    clock.move(days=5)
    assert strike(fjord) == []
    # Somebody lets it go on: what was due meanwhile is not made up for, and it counts anew.
    with tenancy.use_institution(fjord.pk):
        manage.resume(fjord.actor, stored)
    assert strike(fjord) == []
    for day in ("03-19", "03-20", "03-21"):
        clock.move(days=1)
        assert days(strike(fjord)) == [day]
    clock.move(days=1)
    assert strike(fjord) == []


def test_one_that_is_fetched_now_and_then_goes_on(fjord: Tenant, clock: Clock) -> None:
    made = schedule(fjord)
    for day in range(9):
        clock.move(days=1)
        [request] = strike(fjord)
        if day % 3 == 2:
            look(fjord, request)
    assert fresh(fjord, made).paused_at is None


def test_windows_made_up_for_at_once_count_as_one_result(fjord: Tenant, clock: Clock) -> None:
    schedule(fjord)
    clock.move(days=6)
    assert len(strike(fjord)) == 6
    clock.move(days=1)
    assert len(strike(fjord)) == 1


def test_reports_that_failed_are_no_result_that_somebody_could_have_fetched(
    fjord: Tenant, clock: Clock
) -> None:
    made = schedule(fjord)
    for _ in range(5):
        clock.move(days=1)
        recur()
        fjord.query("UPDATE reporting_request SET report_name = 'liveviews' WHERE rows IS NULL")
        work(fjord)
    assert fresh(fjord, made).paused_at is None
    assert len(requests(fjord)) == 5


@pytest.mark.parametrize("lost", ["grant", "account", "client", "switched off", "report"])
def test_lost_rights_pause_it_and_say_whose(fjord: Tenant, clock: Clock, lost: str) -> None:
    actor = program(fjord) if lost in ("client", "switched off") else person(fjord)
    made = schedule(fjord, actor=actor)
    clock.move(days=1)
    assert len(strike(fjord)) == 1
    with tenancy.use_institution(fjord.pk):
        match lost:
            case "grant":
                Grant.objects.filter(account_id=actor.account or 0).update(role=Role.SCHEDULER)
            case "account":
                Account.objects.filter(pk=actor.account or 0).update(is_active=False)
            case "client":
                ApiClient.objects.filter(pk=actor.client or 0).delete()
            case "switched off":
                ApiClient.objects.filter(pk=actor.client or 0).update(may_use_reporting=False)
            case _:
                ReportSchedule.objects.filter(pk=made.pk).update(report_name="liveviews")
    clock.move(days=1)
    assert strike(fjord) == []
    stored = fresh(fjord, made)
    reasons = {"grant": PauseReason.NOT_PERMITTED, "report": PauseReason.REPORT_GONE}
    assert stored.pause_reason == reasons.get(lost, PauseReason.MAKER_GONE)
    assert "paused" in str(sent()[-1].subject)
    if lost != "report":
        assert actor.name in said(sent()[-1])[0]
    assert [notice.schedule_id for notice in deliveries(fjord)][-1] == made.pk


def test_a_person_pauses_it_and_lets_it_go_on(fjord: Tenant, clock: Clock) -> None:
    made = schedule(fjord)
    with tenancy.use_institution(fjord.pk):
        manage.pause(fjord.actor, made)
    clock.move(days=4)
    assert strike(fjord) == []
    with tenancy.use_institution(fjord.pk):
        manage.resume(fjord.actor, made)
        manage.resume(fjord.actor, made)
    assert strike(fjord) == []
    clock.move(days=1)
    assert days(strike(fjord)) == ["03-14"]


def test_another_rhythm_leaves_no_day_out(fjord: Tenant, clock: Clock) -> None:
    """From day by day to week by week and back again: the week that was begun comes whole, and no window twice."""
    made = schedule(fjord, email=())
    clock.move(days=2)
    assert days(strike(fjord)) == ["03-10", "03-11"]
    with tenancy.use_institution(fjord.pk):
        manage.change(fjord.actor, made, frequency="weekly")
        manage.change(fjord.actor, made, frequency="daily")
    clock.move(days=1)
    assert days(strike(fjord)) == ["03-12"]
    with tenancy.use_institution(fjord.pk):
        manage.change(fjord.actor, made, frequency="weekly", hour=9)
    clock.at = datetime(2031, 3, 19, 8, tzinfo=UTC)
    assert days(strike(fjord)) == ["03-10…03-17"]


def test_the_institution_moves_to_another_zone(fjord: Tenant, clock: Clock) -> None:
    made = schedule(fjord)
    with tenancy.use_institution(fjord.pk):
        Institution.objects.filter(pk=fjord.pk).update(time_zone="America/New_York")
    clock.at = datetime(2031, 3, 13, 5, tzinfo=UTC)
    assert strike(fjord) == []
    assert fresh(fjord, made).next_due == datetime(2031, 3, 13, 10, tzinfo=UTC)
    clock.at = datetime(2031, 3, 13, 10, tzinfo=UTC)
    assert days(strike(fjord)) == ["03-10"]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"report_name": "liveviews"}, "report", "Use one of: asset, assetbydate"),
    ({"frequency": "hourly"}, "frequency", "`daily`, `weekly`, `monthly`; got `hourly`"),
    ({"hour": 24}, "hour", "from 0 to 23, got `24`"),
    ({"hour": True}, "hour", "from 0 to 23"),
    ({"week_starts": 0}, "week_starts", "from 1 (Monday) to 7 (Sunday)"),
    ({"delimiter": ";"}, "output.delimiter", "a tab or “|”, got `;`"),
    ({"name": "x" * 201}, "name", "at most 200"),
    ({"email": ("registry",)}, "notify.email", "Expected a mail address, got “registry”"),
    ({"email": ("a@elsewhere.example",)}, "notify.email", "No mail would reach a@elsewhere.example"),
    ({"email": (REGISTRY,) * 51}, "notify.email", "at most 50"),
    ({"webhook": "http://hooks.example/"}, "notify.webhook", "begins with https://"),
    ({"webhook": "https://hooks.example/"}, "notify.webhook", "has no secret here yet"),
]


def test_what_is_wrong_is_said_with_what_would_do(fjord: Tenant, clock: Clock) -> None:
    for given, field, told in WRONG:
        new: dict[str, Any] = {"report_name": "notes", "frequency": "daily", **given}
        with tenancy.use_institution(fjord.pk), pytest.raises(BadField) as refused:
            manage.create(fjord.actor, NewSchedule(**new))
        assert (refused.value.field, told in refused.value.detail) == (field, True), refused.value.detail


def test_who_sees_and_changes_it(fjord: Tenant, clock: Clock) -> None:
    ann, ben = person(fjord), person(fjord)
    admin, scheduler = person(fjord, Role.ADMIN), person(fjord, Role.SCHEDULER)
    limited = replace(person(fjord), grants=(Granted(Role.ANALYST, uuid4()),))
    made = schedule(fjord, actor=ann)
    of_limited = schedule(fjord, actor=limited)
    with tenancy.use_institution(fjord.pk):
        seen = {
            actor: set(manage.visible_schedules(actor)) for actor in (ann, ben, admin, scheduler, limited)
        }
        assert seen[ann] == seen[ben] == seen[admin] == {made, of_limited}
        assert (seen[limited], seen[scheduler]) == ({of_limited}, set())
        assert [manage.may_change(actor, made) for actor in (ann, ben, admin, scheduler)] == [
            True, False, True, False,
        ]  # fmt: skip
        with pytest.raises(NotAllowed, match="made this recurring report"):
            manage.pause(ben, made)
        with pytest.raises(NotAllowed, match="Your role has no reports"):
            manage.create(scheduler, NewSchedule("notes", "daily"))


def test_nothing_of_one_institution_is_seen_in_another(fjord: Tenant, clock: Clock) -> None:
    other = new_tenant()
    schedule(fjord)
    clock.move(days=1)
    strike(fjord)
    with tenancy.use_institution(other.pk):
        assert not ReportSchedule.objects.exists()
    assert (requests(other), runs(other), deliveries(other)) == ([], [], [])
