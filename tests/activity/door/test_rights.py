"""Each credential at the door: role × setting, against one table (xapi.md section 5, A15)."""

from __future__ import annotations

from typing import Any

import pytest

from edu_csv.access.roles import Role, XapiAccess
from tests.access.test_xapi_rights import RIGHTS
from tests.activity.door.calling import Sender, new_id, sender_in, statement, voiding
from tests.imports.harness import Tenant


@pytest.mark.parametrize("role", list(Role))
def test_the_door_opens_as_the_table_of_rights_says(sender: Sender, role: Role) -> None:
    of_others = statement()
    sender.store(of_others)
    for setting in ("", *XapiAccess.values):
        rights = RIGHTS[role, setting or "role"]
        one = sender_in(sender.tenant, role, setting)
        own = statement()
        assert one.post(own).status_code == (200 if "W" in rights else 403), setting
        assert one.put(statement()).status_code == (204 if "W" in rights else 403), setting
        reads = one.get(limit=1).status_code
        assert reads == (200 if "O" in rights or "A" in rights else 403), setting
        seen = 200 if "A" in rights else 404 if "O" in rights else 403
        assert one.get(statementId=of_others["id"]).status_code == seen, setting
        voided = one.post([statement(), voiding(new_id())]).status_code
        assert voided == (200 if "V" in rights else 403), setting


def test_an_isolated_credential_reads_what_it_wrote_and_pages_through_that_alone(sender: Sender) -> None:
    isolated = sender_in(sender.tenant, xapi_access="isolated")
    own = [isolated.store(statement())[0] for _ in range(3)]
    others = sender.store(statement(), statement())
    assert isolated.ids(ascending=True) == own
    assert isolated.get(statementId=others[0]).status_code == 404
    first = isolated.get(limit=2, ascending=True).json()
    assert [each["id"] for each in isolated.ask("get", first["more"]).json()["statements"]] == own[2:]
    assert set(sender.ids()) == {*own, *others}
    # What an import brought is nobody's here.
    sender.tenant.query("UPDATE access_api_client SET xapi_access = 'all' WHERE key = %s", isolated.key)
    assert len(isolated.ids()) == 5


def test_the_page_of_one_who_reads_all_shows_nobody_else_more(sender: Sender) -> None:
    """``more`` carries what was asked, never what may be seen."""
    isolated = sender_in(sender.tenant, xapi_access="isolated")
    sender.store(statement(), statement())
    own = isolated.store(statement())
    more = sender.get(limit=1, ascending=True).json()["more"]
    assert [each["id"] for each in isolated.ask("get", more).json()["statements"]] == own
    writer = sender_in(sender.tenant, xapi_access="write")
    assert writer.ask("get", more).status_code == 403


def test_without_the_right_to_void_the_whole_request_is_refused(sender: Sender) -> None:
    target = statement()
    sender.store(target)
    isolated = sender_in(sender.tenant, xapi_access="isolated")
    beside = statement()
    answer = isolated.post([beside, voiding(target["id"])])
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    assert isolated.put(voiding(target["id"])).status_code == 403
    assert sender.get(statementId=beside["id"]).status_code == 404
    assert sender.one(target["id"])["id"] == target["id"]


def test_the_switch_of_the_client_closes_the_door_at_once(sender: Sender) -> None:
    sender.tenant.query("UPDATE access_api_client SET may_use_xapi = false WHERE key = %s", sender.key)
    answer = sender.get()
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    assert "Settings, API clients" in answer.json()["detail"]
    assert sender.post(statement()).status_code == 403


def test_more_than_the_limit_of_a_second_is_429(tenant: Tenant, settings: Any) -> None:
    settings.XAPI_REQUESTS_PER_SECOND = 1
    one, other = sender_in(tenant), sender_in(tenant)
    answers = [one.get() for _ in range(4)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert (refused[0]["Retry-After"], refused[0].json()["code"]) == ("1", "too_many_requests")
    assert answers[0].status_code == other.get().status_code == 200
