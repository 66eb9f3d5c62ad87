"""Every role × setting of a credential: what it may do at the xAPI statements endpoint (xapi.md section 5, A15).

W: writes. O: reads what it wrote. A: reads all. V: may void. "below": the grant is for an org unit.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from edu_csv.access import policy
from edu_csv.access.actors import Actor, Granted, system_actor
from edu_csv.access.models import ApiClient
from edu_csv.access.policy import StatementsRead, XapiRights
from edu_csv.access.roles import Role, XapiAccess
from tests.access.grid import read_grid

RIGHTS = read_grid("""
                         role  off  write  isolated  all
admin                    WAV   -    W      WO        WAV
admin:below              WO    -    W      WO        WO
org_admin                WAV   -    W      WO        WAV
org_admin:below          WO    -    W      WO        WO
department_admin         WAV   -    W      WO        WAV
department_admin:below   WO    -    W      WO        WO
integration              WAV   -    W      WO        WAV
integration:below        WO    -    W      WO        WO
analyst                  A     -    -      -         A
analyst:below            -     -    -      -         -
scheduler                -     -    -      -         -
scheduler:below          -     -    -      -         -
""")


def letters(rights: XapiRights) -> str:
    read = {StatementsRead.NONE: "", StatementsRead.OWN: "O", StatementsRead.ALL: "A"}[rights.reads]
    return ("W" if rights.writes else "") + read + ("V" if rights.voids else "") or "-"


def client_with(access: str, **fields: bool) -> ApiClient:
    return ApiClient(institution_id=1, name="x", key="x", xapi_access=access, **fields)


def holder(*grants: Granted) -> Actor:
    return Actor(1, "x", client=1, grants=grants)


def test_the_table_names_every_role_and_setting() -> None:
    assert {row for row, _ in RIGHTS} == {f"{role}{at}" for role in Role for at in ("", ":below")}
    assert {column for _, column in RIGHTS} == {"role", *XapiAccess.values}


@pytest.mark.parametrize("row", sorted({row for row, _ in RIGHTS}))
def test_a_credential_may_what_the_table_says(row: str) -> None:
    role, _, below = row.partition(":")
    actor = holder(Granted(Role(role), uuid4() if below else None))
    for setting in ("", *XapiAccess.values):
        found = letters(policy.xapi_rights(actor, client_with(setting)))
        assert found == RIGHTS[row, setting or "role"], setting


@pytest.mark.parametrize("role", list(Role))
def test_whoever_is_switched_off_may_nothing_whatever_the_setting(role: Role) -> None:
    for setting in ("", *XapiAccess.values):
        off = client_with(setting, may_use_xapi=False)
        assert policy.xapi_rights(holder(Granted(role, None)), off) == XapiRights()


def test_several_grants_add_up_and_none_gives_nothing() -> None:
    below, whole = Granted(Role.INTEGRATION, uuid4()), Granted(Role.ANALYST, None)
    assert letters(policy.xapi_rights(holder(below, whole), client_with(""))) == "WAV"
    assert letters(policy.xapi_rights(holder(below, whole), client_with("isolated"))) == "WO"
    assert letters(policy.xapi_rights(holder(), client_with("all"))) == "-"


def test_rows_of_imports_show_statements_to_who_reads_all_and_to_who_sent_them() -> None:
    for row in sorted({row for row, _ in RIGHTS}):
        role, _, below = row.partition(":")
        actor = holder(Granted(Role(role), uuid4() if below else None))
        for setting in ("", *XapiAccess.values):
            asks = replace(actor, xapi_access=setting)
            reads_all = "A" in RIGHTS[row, setting or "role"]
            assert policy.reads_statements(asks, own=False) is reads_all, (row, setting)
            assert policy.reads_statements(asks, own=True)
    assert policy.reads_statements(system_actor(1), own=False)
    assert not policy.reads_statements(holder(), own=False)
