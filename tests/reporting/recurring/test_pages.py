"""Pages of recurring reports: made, looked at, paused, changed, ended; what was told; webhooks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from edu_csv import tenancy
from edu_csv.access.actors import actor_of_account
from edu_csv.access.models import Account, Grant, Institution
from reporting.models import ReportSchedule
from reporting.schedules import manage
from reporting.tasks import tell
from tests.imports.harness import csv_text
from tests.pages.conftest import house
from tests.pages.house import House, browser_of
from tests.reporting.recurring.harness import REGISTRY, deliveries, fresh, look, schedule, secret, strike
from tests.reporting.recurring.receiver import Receiver
from tests.reporting.requests.harness import Clock, submit, work

__all__ = ["house"]
LIST = "/reports/recurring/"
NEW = f"{LIST}new/"
HOOKS = f"{LIST}webhooks/"
FORM = {
    "name": "For the dean", "report": "notes", "frequency": "weekly", "week_starts": "7", "hour": "7",
    "compression": "plain", "delimiter": "tab", "email": REGISTRY, "webhook": "", "safe": "yes",
}  # fmt: skip


@pytest.fixture
def ann(house: House, clock: Clock) -> Account:
    with tenancy.use_institution(house.pk):
        Institution.objects.filter(pk=house.pk).update(notify_domains=["fjord.example"])
    return house.account("analyst", name="Ann Analyst")


@pytest.fixture
def browser(ann: Account) -> Client:
    return browser_of(ann)


def text(answer: Any) -> str:
    """What people read, blanks run together."""
    body = re.sub(r"<(style|script).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def made(house: House) -> ReportSchedule:
    with tenancy.use_institution(house.pk):
        return ReportSchedule.objects.select_related("institution").get()


def test_an_empty_list_says_what_will_be_there(browser: Client) -> None:
    answer = browser.get(LIST)
    assert answer.status_code == 200
    assert "No recurring reports yet" in text(answer)
    assert "After three results that nobody fetched it pauses itself." in text(answer)


def test_one_is_made_by_the_form(house: House, browser: Client, ann: Account) -> None:
    form = browser.get(f"{NEW}?report=notes")
    assert f">{ann.email}</textarea>" in form.content.decode()
    assert '<option value="notes" selected>' in form.content.decode()
    answer = browser.post(NEW, FORM)
    stored = made(house)
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{stored.pk}/")
    assert (stored.report_name, stored.frequency, stored.week_starts, stored.hour) == (
        "notes",
        "weekly",
        7,
        7,
    )
    assert (stored.compression, stored.delimiter, stored.spreadsheet_safe) == (False, "\t", True)
    assert (stored.email, stored.account_id) == ([REGISTRY], ann.pk)
    page = text(browser.get(answer["Location"]))
    assert "each week, Sunday to Saturday, at 07:00" in page
    assert "Next: 9 to 15 Mar 2031, 18 Mar" in page
    assert f"tells {REGISTRY}" in page
    listed = text(browser.get(LIST))
    assert "1 recurring report runs." in listed
    assert "For the dean" in listed


@pytest.mark.parametrize(
    ("given", "told", "field"),
    [
        ({"email": "a@elsewhere.example"}, "No mail would reach a@elsewhere.example", "email"),
        ({"hour": "25"}, "from 0 to 23, got 25", "hour"),
        ({"report": "liveviews"}, "There is no report liveviews", "report"),
        ({"webhook": "https://nowhere.example/"}, "has no secret here yet", "webhook"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_what_was_typed_stays(
    house: House, browser: Client, given: dict[str, str], told: str, field: str
) -> None:
    answer = browser.post(NEW, {**FORM, **given})
    assert answer.status_code == 422
    assert told in text(answer)
    assert f'href="#id_{field}"' in answer.content.decode()
    assert 'value="For the dean"' in answer.content.decode()
    with tenancy.use_institution(house.pk):
        assert not ReportSchedule.objects.exists()


def test_it_is_paused_let_go_on_changed_and_ended(house: House, browser: Client) -> None:
    browser.post(NEW, FORM)
    one = f"{LIST}{made(house).pk}/"
    assert browser.post(f"{one}pause/").status_code == 302
    page = text(browser.get(one))
    assert "Paused by Ann Analyst." in page
    assert "Nothing is asked for while it is paused." in page
    browser.post(f"{one}pause/", {"on": "yes"})
    assert made(house).paused_at is None
    wrong = browser.post(f"{one}change/", {**FORM, "email": "x"})
    assert (wrong.status_code, "Expected a mail address, got “x”" in text(wrong)) == (422, True)
    assert browser.post(f"{one}change/", {**FORM, "hour": "9", "name": ""}).status_code == 302
    assert (made(house).hour, made(house).name) == (9, "")
    assert "Notes, weekly" in text(browser.get(f"{one}?tab=settings"))
    assert browser.post(f"{one}end/")["Location"] == LIST
    assert browser.get(one).status_code == 404


def test_results_and_notices_stand_on_its_page(
    house: House, browser: Client, ann: Account, clock: Clock, receiver: Receiver
) -> None:
    secret(house, receiver.url)
    browser.post(NEW, {**FORM, "frequency": "monthly", "webhook": receiver.url})
    clock.move(days=25)
    receiver.statuses = [500, 503]
    found = strike(house)
    one = f"{LIST}{made(house).pk}/"
    page = browser.get(one)
    assert "1 to 31 Mar 2031" in text(page)
    assert page.content.decode().count("Download") == 5
    assert all(f"/reports/requests/{request.pk}/" in page.content.decode() for request in found)
    log = text(browser.get(f"{one}?tab=notices"))
    assert REGISTRY in log
    assert log.count("Tried again") == 2
    assert "It answered 500." in log
    clock.move(hours=30)
    receiver.statuses = [500] * 9
    tell()
    tell()
    lost = [notice for notice in deliveries(house) if notice.state == "given_up"]
    assert lost
    page = browser.get(f"{one}?tab=notices")
    assert "Given up" in text(page)
    assert f"/reports/recurring/notices/{lost[0].pk}/again/" in page.content.decode()
    receiver.statuses = []
    answer = browser.post(f"{LIST}notices/{lost[0].pk}/again/", {"back": f"{one}?tab=notices"}, follow=True)
    assert "is sent to" in text(answer)
    tell()
    assert {notice.state for notice in deliveries(house) if notice.pk == lost[0].pk} == {"taken"}
    again = browser.post(f"{LIST}notices/{lost[0].pk}/again/", {"back": "https://elsewhere.example/"})
    assert again["Location"] == LIST


def test_one_that_paused_itself_is_told_with_a_button(house: House, browser: Client, clock: Clock) -> None:
    browser.post(NEW, {**FORM, "frequency": "daily"})
    for _ in range(4):
        clock.move(days=1)
        strike(house)
    page = browser.get(f"{LIST}{made(house).pk}/")
    assert "It paused itself: nobody has fetched any of its last three results." in text(page)
    assert "Let it go on" in text(page)
    assert "Paused itself" in text(browser.get(LIST))
    assert "1 is paused" in text(browser.get(LIST))


def test_what_others_made_is_looked_at_and_not_changed(house: House, browser: Client) -> None:
    of_system = schedule(house)
    one = f"{LIST}{of_system.pk}/"
    assert browser.get(one).status_code == 200
    assert browser.get(f"{one}?tab=settings").status_code == 404
    assert browser.get(f"{one}?tab=other").status_code == 404
    for part in ("change", "pause", "end"):
        assert browser.post(f"{one}{part}/", FORM).status_code == 404
    assert "Pause" not in text(browser.get(one)).replace("Paused", "")
    assert fresh(house, of_system).paused_at is None
    admin = house.browser("admin")
    assert admin.post(f"{one}pause/").status_code == 302


def test_a_webhook_gets_a_secret_that_is_shown_once(
    house: House, browser: Client, settings: Settings
) -> None:
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    wrong = browser.post(HOOKS, {"url": "ftp://x"})
    assert (wrong.status_code, "begins with https://" in text(wrong)) == (422, True)
    answer = browser.post(HOOKS, {"url": "https://hooks.example/reports"})
    assert answer.status_code == 201
    shown = re.findall(r"whsec_[\w-]{43}", answer.content.decode())
    assert len(set(shown)) == 1
    page = browser.get(HOOKS)
    assert "whsec_" not in page.content.decode()
    assert "https://hooks.example/reports" in text(page)
    assert '<option value="https://hooks.example/reports">' in browser.get(NEW).content.decode()
    again = browser.post(HOOKS, {"url": "https://hooks.example/reports"})
    assert re.findall(r"whsec_[\w-]{43}", again.content.decode()) != shown
    other = browser_of(house.account("analyst", name="Ben"))
    refused = other.post(HOOKS, {"url": "https://hooks.example/reports"})
    assert (refused.status_code, "Ann Analyst made this webhook" in text(refused)) == (422, True)
    browser.post(NEW, {**FORM, "webhook": "https://hooks.example/reports"})
    assert "1 recurring report tells it. Take it out there first." in text(browser.get(HOOKS))
    delete = re.findall(r"/reports/recurring/webhooks/[0-9a-f-]{36}/delete/", page.content.decode())[0]
    assert "tells this address" in text(browser.post(delete, follow=True))
    with tenancy.use_institution(house.pk):
        manage.delete(house.actor, made(house))
    assert "taken away" in text(browser.post(delete, follow=True))
    assert browser.post(delete).status_code == 404


def test_pages_cost_as_many_statements_for_one_as_for_many(
    house: House, browser: Client, clock: Clock
) -> None:
    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(address).status_code == 200
        return len(caught)

    browser.get(LIST)
    counts = []
    for number in (1, 4):
        for _ in range(number):
            schedule(house, email=())
        counts.append(statements(LIST))
    assert counts[0] == counts[1]
    with tenancy.use_institution(house.pk):
        ReportSchedule.objects.all().delete()
    one = f"{LIST}{schedule(house, 'monthly').pk}/"
    for tab in ("results", "notices"):
        counts = []
        for days in (25, 31):
            clock.move(days=days)
            for request in strike(house):
                look(house, request)
            counts.append(statements(f"{one}?tab={tab}"))
        assert counts[0] == counts[1]


def test_a_notice_of_somebody_elses_request_is_not_sent_again(house: House, clock: Clock) -> None:
    submit(house, notify=[REGISTRY])
    work(house)
    tell()
    [notice] = deliveries(house)
    scheduler = house.browser("scheduler")
    assert scheduler.post(f"{LIST}notices/{notice.pk}/again/").status_code == 404


def test_results_made_with_a_wider_reach_are_not_shown_to_who_reaches_less_by_now(
    house: House, browser: Client, ann: Account, clock: Clock
) -> None:
    browser.post(NEW, {**FORM, "frequency": "daily"})
    clock.move(days=1)
    [request] = strike(house)
    one = f"{LIST}{made(house).pk}/"
    address = f"/reports/requests/{request.pk}/"
    assert address in browser.get(one).content.decode()
    organization = csv_text(["Name", "External ID"], ["College of Law", "LAW"])
    upload = house.load(organization, "echovideo.organizations.v1")
    assert upload.counts["created"] == 1, upload.counts
    [(unit,)] = house.query("SELECT id FROM roster_org_unit WHERE external_id = 'LAW'")
    with tenancy.use_institution(house.pk):
        Grant.objects.filter(account=ann).update(org_unit_id=unit)
    page = browser.get(one)
    assert (page.status_code, address in page.content.decode()) == (200, False)
    assert "or reach further than you do" in text(page)


def test_today_names_those_that_paused_themselves_to_whoever_made_them(
    house: House, browser: Client, ann: Account, clock: Clock
) -> None:
    with tenancy.use_institution(house.pk):
        actor = actor_of_account(ann, house.pk)
    stored = schedule(house, actor=actor, name="Notes for the dean")
    by_hand = schedule(house, actor=actor, name="Rests by hand")
    with tenancy.use_institution(house.pk):
        manage.pause(actor, by_hand)
    assert "recurring report" not in text(browser.get("/"))
    for _ in range(4):
        clock.move(days=1)
        strike(house)
    assert fresh(house, stored).pause_reason == "not_fetched"
    page = browser.get("/")
    assert "The recurring report Notes for the dean is paused" in text(page)
    assert (
        "nobody has fetched any of its last three results. Nothing is made until you let it go on."
        in text(page)
    )
    assert f'href="{LIST}{stored.pk}/"' in page.content.decode()
    assert "Rests by hand" not in text(page)
    # Another, who may see it all the same, has not to see to it.
    assert "Notes for the dean" not in text(house.browser("analyst").get("/"))
    with tenancy.use_institution(house.pk):
        manage.resume(actor, fresh(house, stored))
    assert "The recurring report" not in text(browser.get("/"))
