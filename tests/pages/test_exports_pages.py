"""Exports in the browser: ask, watch, fetch, delete."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client

from edu_csv.front import find
from edu_csv.front.roster.kinds import PEOPLE
from edu_csv.jobs.runners import work_one
from tests.pages.house import House, new_house

SECTIONS = "echovideo.sections.v1"


@pytest.fixture
def loaded(house: House) -> House:
    house.load_basics()
    return house


def work(house: House) -> None:
    while work_one(["exports"], only_institution=house.pk):
        pass


def ask(client: Client, **fields: str) -> str:
    """Ask for an export; the address of its page."""
    answer = client.post("/exports/", {"format": SECTIONS, **fields})
    assert answer.status_code == 302, answer.content.decode()[-3_000:]
    return str(answer["Location"])


def test_the_form_offers_formats_and_tells_how_many_rows(loaded: House) -> None:
    client = loaded.browser()
    page = client.get("/exports/new/").content.decode()
    assert "EchoVideo sections" in page
    part = client.get(f"/exports/form/?format={SECTIONS}").content.decode()
    assert "Export about 2 rows" in part
    assert "Autumn 2031" in part
    [(term,)] = loaded.query("SELECT id FROM roster_term WHERE external_id = 'T-2032S'")
    part = client.get(f"/exports/form/?format={SECTIONS}&term={term}").content.decode()
    assert "Export about 0 rows" in part


def test_an_export_is_watched_fetched_and_deleted(loaded: House) -> None:
    client = loaded.browser()
    address = ask(client, delimiter=";")
    page = client.get(address).content.decode()
    assert "It waits for its turn." in page
    assert f'hx-get="{address}part/"' in page
    assert client.get(f"{address}file/").status_code == 404
    assert 'hx-get="/exports/lines/"' in client.get("/exports/").content.decode()

    work(loaded)
    page = client.get(f"{address}part/").content.decode()
    assert "<b>2 rows are ready.</b>" in page
    assert "hx-get" not in page
    link = client.get(f"{address}file/")["Location"]
    stored = Client().get(link[link.index("/files/") :])
    body = b"".join(stored.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # of a test's answer
    rows = list(csv.DictReader(io.StringIO(body), delimiter=";"))
    assert [row["External ID"] for row in rows] == ["S-OCE210-31A-01", "S-OCE210-31A-02"]

    assert client.get(f"{address}delete/").status_code == 405
    assert client.post(f"{address}delete/")["Location"] == "/exports/"
    assert client.get(address).status_code == 404
    assert "No exports yet" in client.get("/exports/").content.decode()


def test_several_terms_are_asked_for_at_once_and_stay_chosen(loaded: House) -> None:
    client = loaded.browser()
    terms = [str(id_) for (id_,) in loaded.query("SELECT id FROM roster_term ORDER BY start_date")]
    query = f"format={SECTIONS}&" + "&".join(f"term={term}" for term in terms)
    part = client.get(f"/exports/form/?{query}").content.decode()
    assert "Export about 2 rows" in part
    assert re.findall(
        r'<option value="([^"]*)" selected>', part.split('name="term"')[1].split("</select>")[0]
    ) == [*reversed(terms)]
    address = client.post("/exports/", {"format": SECTIONS, "term": ["", *terms]})["Location"]
    assert "2 terms" in client.get(address).content.decode()


def test_a_filter_that_names_nothing_is_answered_at_its_field(loaded: House) -> None:
    client = loaded.browser()
    answer = client.post("/exports/", {"format": SECTIONS, "course": "C-999"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is no course `C-999`" in page
    assert 'value="C-999"' in page


def test_exports_of_others_follow_the_policy(loaded: House) -> None:
    address = ask(loaded.browser("admin"))
    work(loaded)
    assert loaded.browser("department_admin").get(address).status_code == 200
    for stranger in (loaded.browser("analyst"), loaded.browser("scheduler"), new_house("Other").browser()):
        assert stranger.get(address).status_code == 404
        assert stranger.get(f"{address}file/").status_code == 404
        assert stranger.post(f"{address}delete/").status_code == 404
    assert loaded.browser().get(f"/exports/{uuid4()}/").status_code == 404


def test_formats_have_help_from_their_declaration(house: House) -> None:
    client = house.browser()
    page = client.get("/help/formats/").content.decode()
    addresses = re.findall(r'href="(/help/formats/[^"]+/)"', page)
    assert "/help/formats/echovideo.sections.v1/" in addresses
    for address in addresses:
        assert client.get(address).status_code == 200
    create = client.get("/help/formats/echovideo.terms.v1/").content.decode()
    assert "Exclusion Dates" in create
    assert "2026-09-01" in create or "date" in create
    delete = client.get("/help/formats/echovideo.terms.v1/?action=delete").content.decode()
    assert "that still have sections are not deleted" in delete
    assert "Exclusion Dates" not in delete
    assert client.get("/help/")["Location"] == "/help/formats/"
    assert client.get("/help/formats/nothing.v9/").status_code == 404


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("P-1001", ["Ingrid Solberg"]),
        ("tan", ["Mei Tan"]),
        ("C-OCE210", ["Tides and Currents"]),
        ("zzz", []),
        ("%", []),
    ],
)
def test_the_finder_finds_people_and_courses(loaded: House, q: str, found: list[str]) -> None:
    client = loaded.browser()
    part = client.get("/find/", {"q": q}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    names = re.findall(r"<bdi>(.*?)</bdi>", part)
    assert [name for name in found if name not in names] == []
    assert bool(names) == bool(found)
    assert ("Nothing is called" in part) == (not found)
    assert "<h1>Find</h1>" in client.get("/find/", {"q": q}).content.decode()


def test_the_finder_finds_imports_only_for_who_may_see_them(house: House) -> None:
    house.receive("Name\r\n", "echovideo.terms.v1", name="Spring cleaning")
    assert "Spring cleaning" in house.browser().get("/find/?q=cleaning").content.decode()
    assert "Spring cleaning" not in house.browser("analyst").get("/find/?q=cleaning").content.decode()
    assert "Spring cleaning" not in new_house().browser().get("/find/?q=cleaning").content.decode()


def test_when_looking_through_all_names_takes_too_long_the_finder_answers_from_indexes(
    loaded: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = replace(PEOPLE, cells=(), words="(pg_sleep(0.3)::text || o.family_name)")
    monkeypatch.setattr(find, "KINDS", (slow,))
    client = loaded.browser()
    for q, name in (("solb", "Ingrid Solberg"), ("P-1002", "Mei Tan"), ("ingrid.s", "Ingrid Solberg")):
        page = client.get("/find/", {"q": q}, headers={"HX-Request": "true"}).content.decode()
        assert re.findall(r"<bdi>(.*?)</bdi>", page) == [name]


def test_activity_has_a_page_of_help_that_leads_there_from_where_its_format_is_chosen(house: House) -> None:
    client = house.browser()
    guide = 'href="/help/activity/"'
    for address in (
        "/help/formats/",
        "/help/formats/activity.media/",
        "/imports/new/?format=activity.media",
    ):
        assert client.get(address).content.decode().count(guide) == 1, address
    for address in ("/help/formats/echovideo.terms.v1/", "/imports/new/?format=echovideo.terms.v1"):
        assert guide not in client.get(address).content.decode(), address
    page = client.get("/help/activity/").content.decode()
    for heading in ("The files", "Sent again, corrected, taken back", "How it is kept"):
        assert f">{heading}</h2>" in page
