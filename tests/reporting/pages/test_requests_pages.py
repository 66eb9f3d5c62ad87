"""Requests in the browser: watched, fetched by fresh links, asked for again; found by filters."""

from __future__ import annotations

import gzip
import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from edu_csv.access.actors import actor_of_account
from edu_csv.jobs.models import Job, State, Status
from edu_csv.tenancy import use_institution
from reporting.models import ReportRequest
from reporting.telling import webhooks
from tests.pages.house import House, browser_of
from tests.reporting.pages.test_report_page import empty_department, shown, text
from tests.reporting.requests.harness import Clock, fresh, made, person, submit, with_videos, work

WEEK = {"start": "2031-03-03", "end": "2031-03-10"}


@pytest.fixture
def told(house: House, clock: Clock) -> House:
    with_videos(house, 3)
    return house


def address(request: ReportRequest) -> str:
    return f"/reports/requests/{request.pk}/"


def test_a_request_is_watched_until_its_file_is_there_and_fetched_by_a_fresh_link(told: House) -> None:
    client = told.browser("analyst")
    asked = submit(told, "asset", None, {"spreadsheetSafe": True})
    page = shown(client, address(asked))
    assert "It waits for its turn." in page
    assert f'hx-get="{address(asked)}part/" hx-trigger="every 2s"' in page
    assert client.get(f"{address(asked)}file/").status_code == 404

    work(told)
    done = fresh(told, asked)
    part = shown(client, f"{address(asked)}part/")
    assert "<b>3 rows are ready.</b>" in part
    assert "hx-get" not in part
    for label, value in {
        "SHA-256": done.sha256,
        "Complete through": "2031-03-09 (UTC)",
        "File": done.file_name,
        "Written": "gzip, comma, formula signs made safe",
        "Rows": "3",
        "Columns": "25",
        "File kept until": "2031-03-26 12:00:00 UTC",
        "A link taken now ends": "2031-03-19 12:00:00 UTC",
        "Request": str(asked.pk),
    }.items():
        assert f"<dt>{label}</dt><dd>{value}</dd>" in part, label

    link = client.get(f"{address(asked)}file/")["Location"]
    stored = Client().get(link[link.index("/files/") :])
    body = gzip.decompress(b"".join(stored.streaming_content))  # type: ignore[attr-defined]  # of a test's answer
    assert body.startswith(b'"video_name","create_date"')
    assert fresh(told, asked).fetched_at is not None


def test_what_is_asked_for_is_shown_as_programs_say_it(told: House) -> None:
    page = shown(
        told.browser("analyst"),
        address(submit(told, "notes", WEEK, {"delimiter": "|", "compression": False})),
    )
    assert "<dt>start</dt><dd>2031-03-03</dd><dt>end</dt><dd>2031-03-10</dd>" in page
    assert "3 to 9 March 2031 (UTC)" in page
    assert "<dt>Written</dt><dd>plain, pipe</dd>" in page


def test_states_are_told_by_the_clock_in_word_and_glyph(told: House, clock: Clock) -> None:
    client = told.browser("analyst")
    available, failed = made(told), submit(told)
    with use_institution(told.pk):
        Job.objects.filter(pk=failed.pk).update(state=State.ENDED, status=Status.FAILED, finished_at=clock.at)
    missing = submit(told)
    page = shown(client, "/reports/requests/")
    assert page.count("i-check") == 1
    assert "link good until" in page
    clock.move(hours=25)
    states = {
        address(each): label
        for each, label in ((available, "Available"), (failed, "Failed"), (missing, "Missing"))
    }
    for path, label in states.items():
        assert f"<title>{label}: Asset engagement" in shown(client, path)
    assert "No worker was free to begin the report in time" in shown(client, address(missing))
    clock.move(days=13)
    page = shown(client, address(available))
    assert "The file was removed" in page
    assert "request it again" in page
    assert client.get(f"{address(available)}file/").status_code == 404
    lines = shown(client, "/reports/requests/?status=expired")
    assert "Expired" in lines
    assert str(available.pk) in lines
    assert str(missing.pk) not in lines


def test_whom_a_request_tells_is_chosen_and_shown(told: House) -> None:
    url = "https://hooks.fjord.example/reports/ready"
    account = told.account("analyst")
    client = browser_of(account)
    with use_institution(told.pk):
        webhooks.new_secret(actor_of_account(account, told.pk), url)
    page = shown(client, "/reports/asset/")
    assert f'<option value="{url}">Tell hooks.fjord.example/reports/ready</option>' in page
    answer = client.post("/reports/asset/", {"sent": "yes", "when": url})
    page = shown(client, answer["Location"])
    assert "1 address will be told." in page
    assert f"<dt>Told when ready</dt><dd>{url}</dd>" in page
    work(told)
    page = shown(client, answer["Location"])
    assert '<h2 id="told-h">Told when ready</h2>' in page
    assert f"<bdi>{url}</bdi>" in page
    # An address that is not the institution's is none of the choices.
    client.post("/reports/asset/", {"sent": "yes", "when": "https://elsewhere.example/"})
    with use_institution(told.pk):
        assert ReportRequest.objects.latest("job_id").notify == [account.email]


def test_the_same_is_asked_for_again(told: House, clock: Clock) -> None:
    client = told.browser("analyst")
    first = made(told, "notes", WEEK, {"delimiter": "\t", "compression": False, "spreadsheetSafe": True})
    clock.move(days=15)
    assert f'action="{address(first)}again/"' in shown(client, address(first))
    assert client.get(f"{address(first)}again/").status_code == 405
    answer = client.post(f"{address(first)}again/")
    pk = UUID(re.findall(r"[0-9a-f-]{36}", answer["Location"])[0])
    with use_institution(told.pk):
        again = ReportRequest.objects.get(pk=pk)
    same = ("report_name", "parameters", "delimiter", "compression", "spreadsheet_safe")
    assert [getattr(again, name) for name in same] == [getattr(first, name) for name in same]


def test_what_can_be_asked_for_no_more_is_told_and_leads_to_the_form(told: House, clock: Clock) -> None:
    client = told.browser("analyst")
    first = made(told, "assetbydate", WEEK)
    clock.move(days=400)
    answer = client.post(f"{address(first)}again/")
    assert answer["Location"] == "/reports/assetbydate/"
    assert "goes back to" in shown(client, answer["Location"])


def test_requests_in_flight_stand_in_the_way_of_the_same_again(told: House, clock: Clock) -> None:
    client = told.browser("analyst")
    first = made(told)
    clock.move(days=15)
    for _ in range(3):
        submit(told)
    answer = client.post(f"{address(first)}again/")
    assert answer["Location"] == address(first)
    assert "3 report requests are still pending" in shown(client, answer["Location"])


def test_the_list_is_filtered_and_paged_and_says_what_is_not_there(told: House, clock: Clock) -> None:
    client = told.browser("analyst")
    assert "No requests yet" in shown(client, "/reports/requests/")
    analyst = told.account("analyst", name="Ada Berg")
    with use_institution(told.pk):
        own = actor_of_account(analyst, told.pk)
    submit(told, "notes", WEEK, actor=own)
    for _ in range(51):
        submit(told, "asset", waits=True)
    page = shown(client, "/reports/requests/")
    assert "Requests 1 to 50" in page
    assert "52 requests are in flight." in page
    assert 'hx-get="/reports/requests/lines/"' in page
    [onward] = set(re.findall(r'href="(/reports/requests/\?cursor=[^"]+)"', page))
    rest = shown(client, onward)
    assert "Requests 51 to 52" in rest
    assert "Notes" in rest
    filtered = shown(client, "/reports/requests/?report=notes&by=Ada+Berg&status=pending")
    assert "Requests 1 to 1" in filtered
    assert "Remove the filter Report: Notes" in filtered
    assert "No request matches" in shown(client, "/reports/requests/?report=qanda")


def test_whoever_reaches_a_part_sees_their_own_requests_alone(told: House) -> None:
    account = told.account("department_admin", org_unit=empty_department(told))
    client = browser_of(account)
    foreign = submit(told, "asset", actor=person(told))
    assert client.get(address(foreign)).status_code == 404
    assert client.post(f"{address(foreign)}again/").status_code == 404
    answer: Any = client.post("/reports/asset/", {"sent": "yes"})
    assert shown(client, answer["Location"])
    assert text(client.get("/reports/requests/")).count("data-row-link") == 1
    assert shown(told.browser("analyst"), answer["Location"])


def test_today_of_an_analyst_has_requests_that_run_ended_and_are_about_to_go(
    told: House, clock: Clock
) -> None:
    account = told.account("analyst", name="Ada Berg")
    with use_institution(told.pk):
        actor = actor_of_account(account, told.pk)
    client = browser_of(account)
    done = made(told, "asset", actor=actor)
    submit(told, "notes", WEEK, actor=actor)
    page = shown(client, "/")
    assert "Report Notes, 3 to 9 Mar 2031" in page
    assert "The last requests that ended" in page
    assert "Nothing needs you." in page
    clock.move(days=13)
    page = shown(client, "/")
    assert "The file of Asset engagement is about to go" in page
    assert "One thing needs you." in page
    # Once fetched it is nobody's worry.
    client.get(f"{address(done)}file/")
    assert "is about to go" not in shown(client, "/")
    assert "is about to go" not in shown(told.browser("analyst"), "/")
