"""Rows of an import show statements only to who may read them, or sent the file (xapi.md section 5)."""

from __future__ import annotations

from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.models import ApiClient
from edu_csv.access.roles import Role
from imports.formats.templated import key_of
from imports.models import Import
from tests.api.caller import Caller, caller_in
from tests.imports.harness import Tenant, csv_text
from tests.imports.templated.house import load, make_template
from tests.imports.templated.test_mixed import HEADER, IDS, MIXED
from tests.imports.views.conftest import client_of

VERB = "http://adlnet.gov/expapi/verbs/attended"
HIDDEN = "Its statements are shown to whoever may read all statements of the institution."
ROW = csv_text(HEADER, ["p-1", "Ana", "arts", "Department", "", IDS[0]])


def sent(tenant: Tenant) -> Import:
    """An import of the institution's admin: one row, which makes a person, a group and a statement."""
    upload = load(tenant, make_template(tenant, MIXED, kind="groups"), ROW)
    assert upload.counts["created"] == 1
    return upload


def waiting(tenant: Tenant) -> Import:
    """One that waits for approval, beside the one that was sent: a person of that group, and a statement."""
    sent(tenant)
    another = csv_text(HEADER, ["p-2", "Ben", "arts", "Department", "", IDS[1]])
    return load(tenant, make_template(tenant, MIXED, name="Other", kind="groups"), another, mode="preview")


def some_unit(tenant: Tenant) -> UUID:
    [(unit,)] = tenant.query("SELECT id FROM roster_org_unit WHERE deleted_at IS NULL ORDER BY id LIMIT 1")
    return UUID(str(unit))


def row_by(caller: Caller, upload: Import) -> dict[str, Any]:
    [row] = caller.results(f"/imports/{upload.pk}/rows")
    return row


def setting(caller: Caller, **fields: Any) -> Caller:
    """The same client with other settings of its xAPI access."""
    with tenancy.use_institution(caller.tenant.pk):
        assert ApiClient.objects.filter(key=caller.key).update(**fields) == 1
    return caller


@pytest.mark.parametrize("is_applied", [True, False])
def test_from_below_an_org_unit_nobody_reads_statements_of_others_through_rows(
    tenant: Tenant, is_applied: bool
) -> None:
    upload = sent(tenant) if is_applied else waiting(tenant)
    below = row_by(caller_in(tenant, Role.DEPARTMENT_ADMIN, some_unit(tenant)), upload)
    assert set(below["made"]) == {"people", "groups"}
    assert VERB not in str(below)
    assert below["outcome"] == "created"
    whole = row_by(caller_in(tenant, Role.ORG_ADMIN), upload)
    assert whole["made"]["statements"][0]["verb"]["id"] == VERB


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"xapi_access": ""}, True),
        ({"xapi_access": "all"}, True),
        ({"xapi_access": "isolated"}, False),
        ({"xapi_access": "write"}, False),
        ({"xapi_access": "off"}, False),
        ({"may_use_xapi": False}, False),
    ],
)
def test_a_key_is_shown_through_rows_what_its_setting_lets_it_read(
    tenant: Tenant, fields: dict[str, Any], shown: bool
) -> None:
    caller = setting(caller_in(tenant, Role.ADMIN), **fields)
    assert ("statements" in row_by(caller, sent(tenant))["made"]) is shown


def test_whoever_sent_the_file_is_shown_what_it_makes(tenant: Tenant) -> None:
    caller = setting(caller_in(tenant, Role.INTEGRATION), xapi_access="write")
    version = make_template(tenant, MIXED, kind="groups")
    body = caller.import_(ROW, format=key_of(version.template_id))
    [row] = caller.results(f"/imports/{body['id']}/rows")
    assert row["made"]["statements"][0]["verb"]["id"] == VERB


def test_pages_show_the_rest_of_a_row_and_say_who_reads_statements(tenant: Tenant) -> None:
    waits = waiting(tenant)
    unit = some_unit(tenant)
    [(done,)] = tenant.query("SELECT job_id FROM activity_statement")
    browsers = [browser(tenant, unit), browser(tenant, None)]
    for where in (
        f"{waits.pk}/",
        f"{waits.pk}/rows/2/",
        f"{done}/",
        f"{done}/rows/2/",
        f"{done}/rows/2/cells/",
    ):
        below, whole = (unescape(each.get(f"/imports/{where}").content.decode()) for each in browsers)
        assert "attended" not in below
        assert "attended" in whole
        assert HIDDEN not in whole
        if "rows/2/" in where:
            assert ("Ben" if str(waits.pk) in where else "Ana") in below
        if not where.endswith("cells/"):
            assert HIDDEN in below


def browser(tenant: Tenant, unit: UUID | None) -> Client:
    """Of a department administrator, below a unit or of all."""
    account = access.create_account(
        institution=tenant.pk,
        email=f"{unit or 'all'}@{tenant.slug}.example",
        role=Role.DEPARTMENT_ADMIN,
        org_unit=unit,
        name="Maren Holt",
    )
    return client_of(account)
