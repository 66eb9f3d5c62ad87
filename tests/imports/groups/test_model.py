"""Generated files of people and groups come to what a plain simulation says (csv data import 2.3, 2.4)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.imports.groups.rows import load_rows, outcomes, template
from tests.imports.groups.simulation import Roster, Said, World
from tests.imports.harness import Tenant, new_tenant

PEOPLE, GROUPS, ADDRESSES = ("p1", "p2", "p3"), ("g1", "g2", "g3", "g4"), ("a", "b", "c", "d")
NAMES = ("Ana", "Ben Ode", "Cy")


def persona(name: str) -> dict[str, str]:
    return {"mbox": f"mailto:{name}@example.edu"}


personas = st.lists(st.sampled_from(ADDRESSES).map(persona), min_size=1, max_size=2, unique_by=str)
group_lists = st.lists(st.sampled_from(GROUPS), max_size=2, unique=True)
person_references = st.one_of(
    st.sampled_from(PEOPLE), st.sampled_from(ADDRESSES).map(lambda name: {"persona": persona(name)})
)
with_customid = st.fixed_dictionaries(
    {"customId": st.sampled_from(PEOPLE)},
    optional={"name": st.sampled_from(NAMES), "personas": personas, "groups": group_lists},
)
without_customid = st.fixed_dictionaries(
    {"personas": personas}, optional={"name": st.sampled_from(NAMES), "groups": group_lists}
)
groups = st.fixed_dictionaries(
    {"customId": st.sampled_from(GROUPS)},
    optional={
        "name": st.sampled_from(("Owls", "Bats")),
        "type": st.sampled_from(("Team", "Club")),
        "parents": group_lists,
        "children": group_lists,
        "people": st.lists(person_references, max_size=1),
    },
)
# Most groups say what a new one needs, or little would come of a file.
whole_groups = st.fixed_dictionaries(
    {
        "customId": st.sampled_from(GROUPS),
        "name": st.sampled_from(("Owls", "Bats")),
        "type": st.sampled_from(("Team", "Club")),
    },
    optional={"parents": group_lists},
)
views = st.one_of(st.just({"everyone": True}), st.sampled_from(GROUPS).map(lambda key: {"group": key}))
permissions = st.one_of(
    st.fixed_dictionaries({"person": person_references, "canView": views}),
    st.fixed_dictionaries({"group": st.sampled_from(GROUPS), "canView": views}),
)
rows: st.SearchStrategy[Said] = st.fixed_dictionaries(
    {},
    optional={
        "people": st.lists(st.one_of(with_customid, without_customid), max_size=2),
        "groups": st.lists(st.one_of(groups, whole_groups, whole_groups), max_size=2),
        "permissions": st.lists(permissions, max_size=1),
    },
)
files = st.lists(st.tuples(st.lists(rows, min_size=1, max_size=7), st.booleans()), min_size=1, max_size=3)

_PERSON = (
    "coalesce({p}.external_id, '') AS custom_id, concat_ws(' ', {p}.given_name, {p}.family_name) AS name,"
    " array(SELECT split_part(i.key, 'mailto:', 2) FROM roster_persona AS i WHERE i.person_id = {p}.id AND i.deleted_at IS NULL"
    "        ORDER BY i.key) AS personas"
)  # fmt: skip


def seen(tenant: Tenant) -> World:
    def plain(key: Any, name: Any, addresses: list[str]) -> tuple[Any, ...]:
        return key, name, tuple(address.removesuffix("@example.edu") for address in addresses)

    person = _PERSON.format(p="p")
    found_people = tenant.query(f"SELECT {person} FROM roster_person AS p WHERE p.deleted_at IS NULL")  # noqa: S608  # our own text
    found_units = tenant.query(
        "SELECT u.external_id, u.name, u.type, array(SELECT up.external_id FROM unnest(u.parent_ids) WITH ORDINALITY AS p (id, place)"
        " JOIN roster_org_unit AS up ON up.id = p.id ORDER BY p.place) FROM roster_org_unit AS u WHERE u.deleted_at IS NULL"
    )
    found_members = tenant.query(
        f"SELECT {person}, u.external_id FROM roster_membership AS m JOIN roster_person AS p ON p.id = m.person_id"  # noqa: S608  # our own text
        " JOIN roster_org_unit AS u ON u.id = m.unit_id WHERE m.deleted_at IS NULL"
    )
    found_views = tenant.query(
        f"SELECT g.external_id, {person}, coalesce(u.external_id, 'everyone') FROM roster_viewing_permission AS v"  # noqa: S608  # our own text
        " LEFT JOIN roster_person AS p ON p.id = v.grantee_id LEFT JOIN roster_org_unit AS g ON g.id = v.grantee_id"
        " LEFT JOIN roster_org_unit AS u ON u.id = v.org_unit_id WHERE v.deleted_at IS NULL"
    )
    return World(
        sorted(plain(*one) for one in found_people),
        sorted((key, name, type_, tuple(parents)) for key, name, type_, parents in found_units),
        sorted((*plain(*one[:3]), one[3]) for one in found_members),
        sorted((g, what) if g else (*plain(*one), what) for g, *one, what in found_views),
    )


def addresses_are_short(world: World) -> World:
    """The simulation knows whole addresses."""

    def short(one: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            tuple(address.removesuffix("@example.edu") for address in part)
            if isinstance(part, tuple)
            else part
            for part in one
        )

    return World(
        sorted(map(short, world.people)),
        world.units,
        sorted(map(short, world.members)),
        sorted(map(short, world.views)),
    )


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(files)
def test_files_come_to_what_the_simulation_says(tenant: Tenant, loads: list[tuple[list[Said], bool]]) -> None:
    compare(loads)


@pytest.mark.slow
@pytest.mark.timeout(1_200)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(files)
def test_many_files_come_to_what_the_simulation_says(
    tenant: Tenant, loads: list[tuple[list[Said], bool]]
) -> None:
    compare(loads)


def compare(loads: list[tuple[list[Said], bool]]) -> None:
    """One file after the other into an empty institution: the same rows fail, the same stands, and again changes nothing."""
    tenant, roster = new_tenant(), Roster()
    versions = {
        replace: template(tenant, "replace" if replace else "add", f"mode {replace}")
        for replace in (False, True)
    }
    for said, replace in loads:
        upload = load_rows(tenant, versions[replace], *said, switches={"allow_large_removals": True})
        assert upload.job.status in ("completed", "completed_with_errors"), upload.job.problem
        failed = {row for row, outcome in outcomes(tenant, upload).items() if outcome == "failed"}
        assert failed == roster.load(said, replace=replace)
        assert seen(tenant) == addresses_are_short(roster.seen())
        again = load_rows(tenant, versions[replace], *said, switches={"allow_large_removals": True})
        assert (
            failed == {row for row, outcome in outcomes(tenant, again).items() if outcome == "failed"}
            or failed
        )
