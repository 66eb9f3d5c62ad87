"""Today: what needs this person, what runs, what ended; and the badges beside it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from edu_csv.jobs.models import Job
from edu_csv.tenancy import use_institution
from imports.formats.registry import formats
from tests.imports.harness import csv_text, sample
from tests.pages.house import House

TERMS = "echovideo.terms.v1"
TERM_HEADER = ["Name", "Start Date", "End Date", "External ID"]


def waiting_import(house: House, name: str = "Terms for approval") -> str:
    upload = house.load(sample(formats()[TERMS]), TERMS, name=name, mode="preview")
    return str(upload.pk)


def test_the_first_day_says_where_to_begin(house: House) -> None:
    page = house.browser().get("/").content.decode()
    assert "Nothing needs you." in page
    assert "No imports yet" in page
    assert 'href="/help/formats/"' in page


def test_a_scheduler_is_told_to_load_what_schedulers_may(house: House) -> None:
    page = unescape(house.browser("scheduler").get("/").content.decode())
    [said] = re.findall(r"Load [^.]*\.", page)
    assert "schedules" in said
    assert "people" not in said


def test_an_analyst_begins_with_a_report_and_sees_no_imports(house: House) -> None:
    waiting_import(house)
    page = house.browser("analyst").get("/").content.decode()
    assert "No requests yet" in page
    assert 'href="/reports/"' in page
    assert "Terms for approval" not in page
    assert 'href="/imports/' not in page


def test_a_plan_that_waits_is_this_persons_move_and_counted_beside_imports(house: House) -> None:
    pk = waiting_import(house)
    page = house.browser().get("/").content.decode()
    assert "One thing needs you." in page
    assert "Terms for approval waits for your approval" in page
    assert f'href="/imports/{pk}/"' in page
    assert "2 created" in page
    assert '<span class="count count-turn" title="1 waits for you">1</span>' in page


def test_what_a_role_cannot_decide_is_not_its_move(house: House) -> None:
    house.load_basics()
    rows = csv_text(
        ["First Name", "Last Name", "Email", "Role"], ["Ada", "Berg", "ada@fjord.example", "Student"]
    )
    house.load(rows, "echovideo.users.v1", name="People for approval", mode="preview")
    page = house.browser("scheduler").get("/").content.decode()
    assert "Nothing needs you." in page
    assert "count-turn" not in page


def test_what_ended_stands_with_its_counts_and_why_rows_failed(house: House) -> None:
    bad = csv_text(
        TERM_HEADER, ["Autumn", "2031-08-18", "2031-12-19", "T-1"], ["Winter", "soon", "2032-01-09", "T-2"]
    )
    upload = house.load(bad, TERMS, name="Half of it")
    page = house.browser().get("/").content.decode()
    assert "Half of it" in page
    assert "Completed, 1 failed" in page
    assert 'aria-label="1 created, 1 failed"' in page
    assert "Why rows failed, 7 days" in page
    assert "bad date" in page
    # From the second day on, rows that failed are a task.
    assert "1 row of Half of it failed" not in page
    with use_institution(house.pk):
        Job.objects.filter(pk=upload.pk).update(finished_at=timezone.now() - timedelta(hours=25))
    page = house.browser().get("/").content.decode()
    assert "1 row of Half of it failed" in page


def test_what_waits_its_turn_is_shown_and_asks_again(house: House) -> None:
    house.receive(sample(formats()[TERMS]), TERMS, name="Queued terms")
    client = house.browser()
    page = client.get("/").content.decode()
    assert 'hx-get="/today/running/"' in page
    part = client.get("/today/running/").content.decode()
    assert "Queued terms" in part
    assert "<html" not in part
    house.work()
    part = client.get("/today/running/").content.decode()
    # Nothing more to ask for: the page stops asking.
    assert "hx-get" not in part


def test_times_are_the_institutions_with_utc_on_hover(house: House) -> None:
    upload = house.load(sample(formats()[TERMS]), TERMS)
    with use_institution(house.pk):
        Job.objects.filter(pk=upload.pk).update(created_at="2020-07-01T22:30:00Z")
    page = house.browser().get("/imports/?waiting=0").content.decode()
    found = re.search(r'<time datetime="[^"]+" title="2020-07-01 22:30:00 UTC">([^<]+)</time>', page)
    assert found
    # Half an hour past midnight in Oslo.
    assert found[1] == "2 Jul 2020"


def test_the_term_that_comes_is_named_with_its_sections(house: House) -> None:
    house.load_basics()
    page = house.browser().get("/").content.decode()
    assert re.search(r"Autumn 2031 begins in [\d,]+ days, with 2 sections\.", page)


@pytest.mark.parametrize("role", ["admin", "scheduler", "analyst", "integration", "department_admin"])
def test_every_role_has_a_today(house: House, role: str) -> None:
    assert house.browser(role).get("/").status_code == 200
