"""Activity by the doors of imports: who may send it, with or without saying what the rows do, and what pages show."""

from __future__ import annotations

import pytest

from edu_csv.access.roles import Role
from imports.formats.registry import formats
from tests.api.caller import caller_in
from tests.exports.doors import DOORS, Pages
from tests.imports.activity.acts import number
from tests.imports.harness import ACTIVITY, Tenant, sample

EVENTS = "activity.view-events"
TEXT = "View ID,Watched At\nV-90001,2026-10-01T09:00:00Z\nV-90001,2026-10-01T09:00:30Z\n"


def test_every_door_takes_events_and_hands_out_their_samples(active: Tenant) -> None:
    for at, make in enumerate(DOORS.values()):
        door = make(active)
        text = TEXT.replace("10-01", f"10-{at + 10}").encode()
        assert door.load(text, EVENTS, "create").counts["created"] == 2
        assert door.sample(EVENTS, "create").decode("utf-8-sig").split() == sample(formats()[EVENTS]).split()
        assert door.load(door.sample(EVENTS, "delete"), EVENTS, "delete").counts["deleted"] == 2


def test_rest_needs_no_action_for_what_happened_and_no_format_either(active: Tenant) -> None:
    caller = caller_in(active, "integration")
    done = caller.import_(TEXT, format=EVENTS)
    assert (done["format"], done["action"], done["counts"]["created"]) == (EVENTS, "create", 2)
    known = caller.import_(TEXT, file_name="nightly.csv")
    assert (known["format"], known["action"], known["counts"]["unchanged"]) == (EVENTS, "create", 2)
    gone = caller.import_(TEXT, format=EVENTS, action="delete")
    assert gone["counts"]["deleted"] == 2
    refused = caller.upload(TEXT, format=EVENTS, action="update")
    assert refused.status_code == 400
    assert "View events can be: create, delete; got `update`." in refused.content.decode()
    # All others still say it.
    other = caller.upload("Name\nAutumn\n", format="echovideo.terms.v1")
    assert other.status_code == 400
    assert "Say what the rows do" in other.content.decode()


def test_a_row_fails_by_rest_with_its_sentence(active: Tenant) -> None:
    caller = caller_in(active)
    done = caller.import_("View ID,Watched At\nV-90001,01/10/2026 9:00\n", format=EVENTS)
    [row] = caller.results(f"/imports/{done['id']}/rows")
    assert [problem["code"] for problem in row["problems"]] == ["bad_moment"]
    assert row["problems"][0]["value"] == "01/10/2026 9:00"


@pytest.mark.parametrize("role", list(Role))
def test_who_may_send_activity(active: Tenant, role: Role) -> None:
    caller = caller_in(active, role)
    shown = {each["key"] for each in caller.results("/formats", limit=200)} if role else set()
    answer = caller.upload(TEXT, format=EVENTS, action="create")
    may = role in (Role.ADMIN, Role.INTEGRATION)
    assert answer.status_code == (202 if may else 403)
    assert (set(ACTIVITY) & shown) == (set(ACTIVITY) if may else set())
    active.work()
    assert number(active, "view_event") == (4 if may else 2)


@pytest.mark.parametrize("role", ["admin", "integration"])
def test_who_reaches_a_part_of_the_institution_sends_none(active: Tenant, role: str) -> None:
    [(unit,)] = active.query("SELECT id FROM roster_org_unit WHERE type = 'organization' LIMIT 1")
    caller = caller_in(active, role, unit)
    answer = caller.upload(TEXT, format=EVENTS)
    assert answer.status_code == 403
    assert "speaks for the whole institution" in answer.content.decode()
    assert not set(ACTIVITY) & {each["key"] for each in caller.results("/formats", limit=200)}


def test_pages_offer_explain_and_show_it(active: Tenant) -> None:
    browser = Pages(active).client
    picker = browser.get("/imports/new/").content.decode()
    listed = browser.get("/help/formats/").content.decode()
    for key in ACTIVITY:
        assert f'value="{key}"' in picker
        assert f"/help/formats/{key}/" in listed
        assert browser.get(f"/help/formats/{key}/").status_code == 200
    assert "Activity" in picker
    assert "activity.views" not in browser.get("/exports/new/").content.decode()
    wizard = browser.get("/imports/new/", {"format": "activity.views", "action": "create"}).content.decode()
    assert "/api/v1/formats/activity.views/sample?action=create" in wizard
    upload = active.load(TEXT + "V-404,2026-10-01T09:00:00Z\n", EVENTS, mode="preview")
    plan = browser.get(f"/imports/{upload.pk}/").content.decode()
    assert "2 view events" in plan
    assert "V-404" in plan
    active.approve(upload)
    for rest in ("", "rows/", "undo/"):
        assert browser.get(f"/imports/{upload.pk}/{rest}").status_code in (200, 404), rest
    shown = browser.get(f"/imports/{upload.pk}/").content.decode()
    assert "view events" in shown
    assert "view_event" not in shown.replace("view_events", "")
    made = active.load(
        "Media ID,Media Name,Created At,Duration Seconds,External ID\nM-7002,Other,2026-09-01T16:40:00Z,412,M-7002\n",
        "activity.media",
        "update",
        mode="preview",
        keep_absent=True,
    )
    [row] = caller_in(active).results(f"/imports/{made.pk}/rows")
    assert row["changes"] == {"Media Name": ["How to read a tide table", "Other"]}
    assert "How to read a tide table" in browser.get(f"/imports/{made.pk}/").content.decode()
