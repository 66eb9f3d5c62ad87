"""The page of a report: what it offers, what it shows, what it asks for."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from edu_csv.access.models import Account
from edu_csv.tenancy import use_institution
from reporting.models import ReportRequest
from reporting.reports import RESERVED, reports
from reporting.steps.select import Asked
from reporting.views import drawing, gallery
from tests.pages.house import House, browser_of, new_house
from tests.pages.html import elements
from tests.reporting.pages.story import tell
from tests.reporting.requests.harness import Clock, person, submit, work

# Of the days before noon of 12 March 2031; Friday, the 7th, stands out.
VIEWS = [1, 2, 9, 0, 3, 2, 1]
FIRST = date(2031, 3, 5)


@pytest.fixture
def told(house: House, clock: Clock) -> House:
    tell(house, FIRST, VIEWS)
    return house


def text(answer: Any) -> str:
    return unescape(" ".join(answer.content.decode().split()))


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return text(answer)


def requests_of(house: House) -> list[tuple[Any, ...]]:
    names = ("report_name", "parameters", "compression", "delimiter", "spreadsheet_safe", "notify")
    with use_institution(house.pk):
        return list(ReportRequest.objects.order_by("job_id").values_list(*names))


def empty_department(house: House) -> UUID:
    house.load("Name,External ID\nEmpty department,D-EMPTY\n", "echovideo.departments.v1")
    [(unit,)] = house.query("SELECT id FROM roster_org_unit WHERE external_id = 'D-EMPTY'")
    return UUID(str(unit))


def test_the_gallery_has_the_eight_reports_and_opens_one(house: House, clock: Clock) -> None:
    client = house.browser("analyst")
    page = shown(client, "/reports/")
    places = [page.index(f"<b>{report.title}</b>") for report in reports().values()]
    assert places == sorted(places)
    assert 'href="/reports/videoview/" aria-current="page"' in page
    for name, report in reports().items():
        page = shown(client, f"/reports/{name}/")
        assert report.row_is in page
        assert f'href="/reports/{name}/columns/">{len(report.columns)} columns explained' in page
    for name in ("videoviews", *RESERVED):
        assert client.get(f"/reports/{name}/").status_code == 404


def test_the_form_offers_the_days_that_can_be_asked_for(house: House, clock: Clock) -> None:
    client = house.browser("analyst")
    page = shown(client, "/reports/videoview/")
    for label, days in {
        "Yesterday": "11 Mar 2031",
        "Last 7 days": "5 to 11 Mar 2031",
        "Last week": "3 to 9 Mar 2031",
    }.items():
        assert re.search(rf'<label title="{days}">[^/]*/?[^/]*<span>{label}</span>', page), label
    assert "5 to 11 March 2031 (UTC)" in page
    assert "0 of 3 requests are in flight." in page
    assert "Days are those of UTC, at most 7 at once." in page
    fields = {
        each.attributes["name"]: each.attributes
        for each in elements(shown(client, "/reports/assetbydate/"))
        if each.attributes.get("type") == "date"
    }
    assert {name: (each["min"], each["max"]) for name, each in fields.items()} == {
        "first": ("2030-03-12", "2031-03-12"),
        "last": ("2030-03-12", "2031-03-12"),
    }
    # What a spreadsheet would run is made safe unless somebody says otherwise.
    [safe] = [each for each in elements(page) if each.attributes.get("name") == "safe"]
    assert "checked" in safe.attributes
    assert 'type="date"' not in shown(client, "/reports/asset/")


def test_it_is_told_up_to_when_days_are_complete(house: House, clock: Clock) -> None:
    client = house.browser("analyst")
    page = shown(client, "/reports/videoview/")
    assert "Complete up to <b>9 March</b> (UTC)." in page
    assert "10 March and 11 March may still get rows." in page
    assert "may still get rows" not in shown(client, "/reports/videoview/?days=week")


def test_other_days_ask_for_the_part_that_hangs_on_them_and_keep_their_address(told: House) -> None:
    client = told.browser("analyst")
    answer = client.get("/reports/videoview/part/?days=other&first=2031-03-07&last=2031-03-07&sent=yes")
    assert answer["HX-Replace-Url"] == "/reports/videoview/?days=other&first=2031-03-07&last=2031-03-07"
    part = text(answer)
    assert "7 March 2031 (UTC)" in part
    assert "/reports/videoview/charts/?days=other&first=2031-03-07&last=2031-03-07" in part
    assert "/reports/videoview/rows/?days=other&first=2031-03-07&last=2031-03-07&safe=no" in part
    # The fields stay as they are: somebody may be typing there.
    assert "<input" not in part
    assert "<form" not in part
    # Behind a preset they are out of sight, and get its days.
    preset = elements(client.get("/reports/videoview/part/?days=yesterday&first=2031-03-07").content.decode())
    assert {e.attributes["value"] for e in preset if e.tag == "input"} == {"2031-03-11"}
    # Days that cannot be asked for draw nothing, and say why.
    wrong = shown(client, "/reports/videoview/?days=other&first=2031-03-07&last=2031-03-20")
    assert "2031-03-20 has not begun yet" in wrong
    assert "/charts/" not in wrong
    assert client.get("/reports/videoview/charts/?days=other&first=&last=").status_code == 404


def test_rows_are_counted_and_guessed_where_counting_takes_too_long(
    told: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = told.browser("analyst")
    assert shown(client, "/reports/videoview/estimate/?days=last") == f", {4 * sum(VIEWS)} rows"
    assert (
        shown(client, "/reports/videoview/estimate/?days=other&first=2031-03-08&last=2031-03-08")
        == ", 0 rows"
    )
    monkeypatch.setattr(drawing, "COUNT_SECONDS", 0.05)
    monkeypatch.setattr(
        drawing, "ALL_ROWS", "SELECT '' AS label, '' AS note, 1 AS value FROM pg_sleep(2), report"
    )
    assert re.fullmatch(r", about [\d,]+ rows", shown(client, "/reports/videoview/estimate/?days=last"))


@pytest.mark.parametrize(("rows", "said"), [(0, 0), (7, 7), (99, 99), (1_187_332, 1_200_000), (949, 950)])
def test_a_guess_has_two_figures(rows: int, said: int) -> None:
    assert drawing.two_figures(rows) == said


def test_charts_say_what_they_found_and_have_their_figures_as_a_table(told: House) -> None:
    part = shown(told.browser("analyst"), "/reports/videoview/charts/?days=last")
    # 9 views of 4 times 30 seconds.
    assert "Friday 7 March is the highest, with 0.3 hours." in part
    assert part.count("Show as table") == 2
    assert "Saturday 8 March: 0;" in part
    assert "Tides and Currents leads, with" in part
    assert "'=1+1" not in part


def test_what_is_not_there_is_said_and_not_drawn(told: House) -> None:
    client = told.browser("analyst")
    assert "There is nothing to draw" in shown(client, "/reports/qanda/charts/?days=last")
    assert "No rows: the file would have its header alone." in shown(client, "/reports/qanda/rows/?days=last")


def test_the_first_rows_stand_as_in_the_file_with_all_columns(told: House) -> None:
    client = told.browser("analyst")
    part = shown(client, "/reports/videoview/rows/?days=last")
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', part)
    assert heads == [column.header for column in reports()["videoview"].columns]
    assert f"All 14 columns, all {4 * sum(VIEWS)} rows" in part
    assert "<td>2031-03-05T08:03:30.000Z</td>" in part
    assert '<td class="num">49.5</td>' in part
    assert "<td>'=1+1</td>" in part
    assert "<td>=1+1</td>" in shown(client, "/reports/videoview/rows/?days=last&safe=no")


def test_what_takes_too_long_is_told_and_the_page_stays(told: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(asked: Asked, *_: object) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(drawing, "PREVIEW_SECONDS", 0.1)
    monkeypatch.setattr(drawing, "CHART_SECONDS", 0.1)
    monkeypatch.setattr(drawing, "preview", slow)
    monkeypatch.setattr(drawing, "draw", slow)
    client = told.browser("analyst")
    assert "The first rows take longer than" in shown(client, "/reports/videoview/rows/?days=last")
    charts = shown(client, "/reports/videoview/charts/?days=last")
    assert "Hours watched per day and Most watched videos take longer than" in charts
    assert "request the report" in charts


@pytest.mark.parametrize("state", ["40P01", "55P03", "57014"])
def test_a_part_that_meets_a_lock_is_told_as_late(
    told: House, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    def locked(*_: object) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'in the way' USING ERRCODE = '{state}'; END $$")

    monkeypatch.setattr(drawing, "preview", locked)
    monkeypatch.setattr(drawing, "draw", locked)
    client = told.browser("analyst")
    assert "The first rows take longer than" in shown(client, "/reports/videoview/rows/?days=last")
    assert "take longer than" in shown(client, "/reports/videoview/charts/?days=last")
    assert ", about" in shown(client, "/reports/videoview/estimate/?days=last")


def test_any_other_fault_of_the_database_is_a_fault(told: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'no memory' USING ERRCODE = '53200'; END $$")

    monkeypatch.setattr(drawing, "preview", broken)
    client = told.browser("analyst")
    client.raise_request_exception = False
    assert client.get("/reports/videoview/rows/?days=last").status_code in (500, 503)


def ask(client: Client, name: str = "videoview", **fields: str) -> Any:
    return client.post(f"/reports/{name}/", {"sent": "yes", "days": "last", **fields})


def test_what_the_form_says_is_what_is_asked_for(told: House) -> None:
    account: Account = told.account("analyst")
    client = browser_of(account)
    answer = ask(client, compression="plain", delimiter="tab", when="mail", safe="yes")
    assert re.fullmatch(r"/reports/requests/[0-9a-f-]{36}/", answer["Location"])
    ask(client, "asset", when="nothing")
    assert requests_of(told) == [
        ("videoview", {"start": "2031-03-05", "end": "2031-03-12"}, False, "\t", True, [account.email]),
        ("asset", {}, True, ",", False, []),
    ]
    page = shown(client, "/reports/videoview/")
    assert "2 of 3 requests are in flight." in page
    assert 'hx-get="/reports/videoview/requests/" hx-trigger="every 2s"' in page
    work(told)
    assert "hx-trigger" not in shown(client, "/reports/videoview/requests/")


def test_wrong_days_are_told_at_their_field_and_nothing_is_asked_for(told: House) -> None:
    answer = ask(told.browser("analyst"), days="other", first="2031-03-01", last="2031-03-31")
    assert answer.status_code == 422
    [field] = [each for each in elements(answer.content.decode()) if each.attributes.get("id") == "id_last"]
    assert field.attributes["aria-invalid"] == "true"
    assert field.attributes["value"] == "2031-03-31"
    assert requests_of(told) == []


def test_the_fourth_request_says_why_not_and_what_is_pending(told: House) -> None:
    client = told.browser("analyst", name="Ada Berg")
    for name in ("videoview", "asset", "notes"):
        assert ask(client, name).status_code == 302
    answer = ask(client, "polling")
    assert answer.status_code == 429
    page = text(answer)
    assert "3 requests are in flight, and 3 are all that can be at once" in page
    assert "Pending: Video views, 5 to 11 Mar 2031 (by Ada Berg," in page
    assert "Asset engagement, all time (by Ada Berg" in page
    assert "3 of 3 requests are in flight: the next can be asked for when one has ended." in page
    # Other days: the refusal was of those before, and what is in flight is counted anew.
    part = shown(client, "/reports/polling/part/?days=week")
    assert '<div role="alert" id="ask-problem" hx-swap-oob="true"></div>' in part
    assert part.count("in flight") == 1
    assert len(requests_of(told)) == 3
    # To whoever may not see them they are only so many.
    other = text(ask(told.browser("department_admin", org_unit=empty_department(told)), "polling"))
    assert "Pending: 3 requests of other people." in other
    assert "Ada Berg" not in other
    work(told)
    assert ask(client, "polling").status_code == 302


def test_a_refusal_and_the_form_below_say_one_figure_whatever_ends_meanwhile(
    told: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = told.browser("analyst")
    for name in ("videoview", "asset", "notes"):
        assert ask(client, name).status_code == 302

    def ends_while_the_page_is_made(*given: Any) -> Any:
        work(told)
        return in_the_way(*given)

    in_the_way = gallery.in_the_way
    monkeypatch.setattr(gallery, "in_the_way", ends_while_the_page_is_made)
    page = text(ask(client, "polling"))
    assert "3 requests are in flight, and 3 are all that can be at once" in page
    assert "3 of 3 requests are in flight:" in page
    # What has ended is seen as soon as anything is asked anew.
    assert "0 of 3 requests are in flight." in shown(client, "/reports/polling/part/?days=week")


def test_rows_and_charts_are_those_within_reach(told: House) -> None:
    client = told.browser("department_admin", org_unit=empty_department(told))
    assert shown(client, "/reports/videoview/estimate/?days=last") == ", 0 rows"
    assert "No rows" in shown(client, "/reports/videoview/rows/?days=last")


def test_of_another_institution_nothing_is_seen(told: House) -> None:
    asked = submit(told, "asset", actor=person(told))
    stranger = new_house("Elsewhere").browser("admin")
    assert stranger.get(f"/reports/requests/{asked.pk}/").status_code == 404
    assert "0 of 3 requests" in shown(stranger, "/reports/videoview/")
    assert shown(stranger, "/reports/videoview/estimate/?days=last") == ", 0 rows"
