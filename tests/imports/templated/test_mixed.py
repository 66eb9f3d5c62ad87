"""Templates that make statements and people and groups: a row is one unit, and previews agree with uploads."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edu_csv import tenancy
from edu_csv.jobs.runners import work_one
from imports import services
from imports.formats.templated import key_of
from imports.services import UndoRequest
from tests.chance import examples
from tests.imports.harness import Tenant, csv_text, new_tenant
from tests.imports.templated.house import live, load, make_template, stored, told
from tests.imports.templated.test_preview import previewed
from tests.imports.test_statements import statements_of

MIXED = """{
  "people": [{"customId": "{{columns.person}}", {{#if columns.name}}"name": "{{columns.name}}",{{/if}}
              "groups": [{{#if columns.group}}{"customId": "{{columns.group}}"}{{/if}}]}],
  "groups": [{{#if columns.type}}{"customId": "{{columns.group}}", "name": "{{columns.group}}", "type": "{{columns.type}}",
              "parents": [{{#if columns.parent}}{"customId": "{{columns.parent}}"}{{/if}}]}{{/if}}],
  "statements": [{{#if columns.id}}{"id": "{{columns.id}}", "actor": {"mbox": "mailto:{{columns.person}}@example.edu"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/attended"}, "object": {"id": "https://lecture.example.edu/{{columns.group}}"}}{{/if}}]
}"""
HEADER = ["person", "name", "group", "type", "parent", "id"]
IDS = [str(uuid4()) for _ in range(3)]
rows = st.lists(
    st.tuples(
        st.sampled_from(["p-1", "p-2", "p-3", ""]),
        st.sampled_from(["Ana", "Ben", ""]),
        st.sampled_from(["arts", "music", "law"]),
        st.sampled_from(["Department", "Faculty", "", ""]),
        st.sampled_from(["arts", "music", "nowhere", "", ""]),
        st.sampled_from([*IDS, "", "bad"]),
    ),
    min_size=1,
    max_size=10,
)


@settings(
    max_examples=examples(4, 40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=rows, after=rows)
def test_preview_and_upload_agree_on_rows_that_make_people_and_groups(
    tenant: Tenant, before: list[tuple[str, ...]], after: list[tuple[str, ...]]
) -> None:
    own = new_tenant()
    version = make_template(own, MIXED, kind="groups")
    load(own, version, csv_text(HEADER, *map(list, before)))
    file = csv_text(HEADER, *map(list, after))
    seen = previewed(own, version, file)
    done = load(own, version, file)
    assert done.job.status.startswith("completed"), done.job.problem
    assert seen.failed_rows == told(own, done)
    assert {row.number for row in seen.rows if row.fault is None} == {
        row.row for row in own.plan(done) if row.outcome != "failed"
    }


def test_a_row_whose_group_is_unknown_stores_no_statement_either(tenant: Tenant) -> None:
    version = make_template(tenant, MIXED, kind="groups")
    file = csv_text(
        HEADER,
        ["p-1", "Ana", "arts", "Department", "", IDS[0]],
        ["p-2", "Ben", "law", "", "", IDS[1]],
        # The same statement as the row above would have stored.
        ["p-2", "Ben", "arts", "", "", IDS[1]],
    )
    done = load(tenant, version, file)
    assert told(tenant, done) == {
        3: 'Group "law" is not in this file and does not exist.',
    }
    assert [row.outcome for row in tenant.plan(done)] == ["created", "failed", "created"]
    assert live(tenant) == {IDS[0], IDS[1]}
    assert done.effects["statement"] == {"created": 2}
    assert done.effects["person"] == {"created": 2}


def test_what_people_and_statements_came_of_a_file_goes_with_it(tenant: Tenant) -> None:
    version = make_template(tenant, MIXED, kind="groups")
    done = load(tenant, version, csv_text(HEADER, ["p-1", "Ana", "arts", "Department", "", IDS[0]]))
    with tenancy.use_institution(tenant.pk):
        found = services.preview_void(tenant.actor, done, UndoRequest())
    assert found["statements"]["voided"] == 1
    assert found["removed"] >= 3
    undone = tenant.undo(done)
    assert undone.void is not None
    assert undone.void["statements"]["voided"] == 1
    assert live(tenant) == set()
    assert tenant.query("SELECT count(*) FROM roster_person WHERE deleted_at IS NULL") == [(0,)]
    assert len(stored(tenant)) == 2


def test_statements_may_stay_when_people_go(tenant: Tenant) -> None:
    version = make_template(tenant, MIXED, kind="groups")
    done = load(tenant, version, csv_text(HEADER, ["p-1", "Ana", "arts", "Department", "", IDS[0]]))
    with tenancy.use_institution(tenant.pk):
        services.void(tenant.actor, done, UndoRequest(restore=False, keep_statements=True))
    tenant.work()
    assert tenant.fresh(done).job.status == "voided"
    assert live(tenant) == {IDS[0]}
    assert tenant.query("SELECT count(*) FROM roster_person WHERE deleted_at IS NULL") == [(0,)]


A, B, C = IDS


def people(*rows: tuple[str, str, str, str]) -> str:
    """(person, group, the group's type when the row makes it, statement)."""
    return csv_text(HEADER, *([person, person, group, kind, "", id_] for person, group, kind, id_ in rows))


def test_what_a_row_says_that_fails_for_another_s_clash_counts_for_no_later_row(tenant: Tenant) -> None:
    version = make_template(tenant, MIXED, kind="groups")
    load(tenant, version, people(("p-0", "arts", "Team", A)))
    file = people(
        # Stored already, and otherwise: the group that this row makes is not made.
        ("p-1", "law", "Team", A),
        ("p-2", "law", "", B),
        # Different from the row above, which stores nothing.
        ("p-3", "arts", "", B),
    )
    seen = previewed(tenant, version, file)
    done = load(tenant, version, file)
    assert list(told(tenant, done)) == [2, 3]
    assert told(tenant, done)[3] == 'Group "law" is not in this file and does not exist.'
    assert seen.failed_rows == told(tenant, done)
    assert live(tenant) == {A, B}
    assert done.effects["statement"] == {"created": 1}
    assert tenant.query("SELECT external_id FROM roster_person ORDER BY 1") == [("p-0",), ("p-3",)]


def test_rows_whose_fates_go_round_in_a_circle_come_to_an_end(tenant: Tenant) -> None:
    version = make_template(tenant, MIXED, kind="groups")
    # The first needs the group of the second, whose statement clashes with the first's.
    file = people(("p-1", "law", "", A), ("p-2", "law", "Team", A), ("p-3", "arts", "Team", B))
    done = load(tenant, version, file)
    assert done.counts["failed"] in (1, 2)
    assert len(stored(tenant)) == done.effects["statement"]["created"] == 3 - done.counts["failed"]


# A second statement of a row.
TWICE = MIXED.replace(
    "{{/if}}]\n}",
    """{{/if}}, {{#if columns.also}}{
    "id": "{{columns.also}}", "actor": {"mbox": "mailto:{{columns.person}}@example.edu"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/attended"}, "object": {"id": "https://lecture.example.edu/"}}{{/if}}]\n}""",
)


def chain(links: int) -> str:
    """Each link fails for the one before it only once that one is known to fail.

    need: of a group, and says a; blocked: by that a, and says b; maker: of the next group, and clashes with that b if it is said.
    """
    rows = [["maker", "M", "g-0", "Team", "", A, ""]]
    for n in range(links):
        a, b = (str(uuid5(NAMESPACE_URL, f"{name}-{n}")) for name in "ab")
        rows += [
            [f"need-{n}", "N", f"g-{n}", "", "", a, ""],
            [f"blocked-{n}", "B", "arts", "", "", a, b],
            [f"maker-{n}", "M", f"g-{n + 1}", "Team", "", b, ""],
        ]
    return csv_text([*HEADER, "also"], *rows)


def load_chain(links: int) -> tuple[int, dict[int, str]]:
    """How many SQL statements it takes, and what failed rows are told."""
    own = new_tenant()
    version = make_template(own, TWICE, kind="groups")
    load(own, version, csv_text([*HEADER, "also"], ["p-0", "P", "arts", "Team", "", A, ""]))
    upload = own.receive(chain(links), key_of(version.template_id), "")
    count = statements_of(lambda: work_one(["imports"], only_institution=own.pk), own)
    done = own.fresh(upload)
    assert done.job.status.startswith("completed"), done.job.problem
    assert len(stored(own)) == 1 + done.effects.get("statement", {}).get("created", 0)
    return count, told(own, done)


def test_rows_that_hang_on_one_another_come_out_as_if_each_came_alone(tenant: Tenant) -> None:
    # Needs fail, and makers behind those who were in their way; who was blocked is not any more.
    _, failed = load_chain(2)
    assert list(failed) == [2, 3, 5, 6, 8]


@pytest.mark.slow
def test_however_long_rows_hang_on_one_another_the_number_of_statements_is_bounded(tenant: Tenant) -> None:
    assert load_chain(8)[0] == load_chain(40)[0]
