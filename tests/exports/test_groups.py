"""Exports of a roster with personas and viewing permissions: no family but templates has them, and that is told."""

from __future__ import annotations

import pytest

from exports import services
from tests.exports.harness import export
from tests.exports.test_feeds import members
from tests.imports.feed.packing import USERS
from tests.imports.groups.rows import group, load_rows, person, template
from tests.imports.harness import Tenant, new_tenant


@pytest.fixture
def made(committed: None) -> Tenant:
    tenant = new_tenant()
    load_rows(
        tenant,
        template(tenant),
        {
            "groups": [
                group("choir", "Choir", "Ensemble", parents=["arts"]),
                group("arts", "Arts", "Faculty"),
            ],
            "people": [person("p-11", "Kofi Mensah", "kofi@example.edu", "k@example.edu", groups=["choir"])],
            "permissions": [{"person": "p-11", "canView": {"group": "arts"}}],
        },
    )
    return tenant


@pytest.mark.parametrize("sheet", ["d2l.package", "circlein.package"])
def test_a_package_tells_what_it_has_no_file_for(made: Tenant, sheet: str) -> None:
    told = {each.object_type: each.count for each in services.omitted_from(export(made, sheet))}
    assert told["persona"] == 2
    assert told["viewing_permission"] == 1


def test_a_package_of_d2l_has_groups_as_units_and_their_members(made: Tenant) -> None:
    # A user of D2L has a role, which no template gives.
    made.load(
        f"{USERS}\nuser,UPDATE,kofi,p-11,Kofi,Mensah,,1,Student,kofi@example.edu,,,,,\n", "d2l.users", ""
    )
    files = members(export(made, "d2l.package"))
    units = [(row["type"], row["code"], row["custom_code"]) for row in files["01-Other"]]
    assert units == [("faculty", "arts", ""), ("ensemble", "choir", "arts")]
    assert [(row["child_code"], row["parent_code"], row["role_name"]) for row in files["08-Enrollments"]] == [
        ("p-11", "choir", "Student")
    ]
