"""Templates that make statements and people and groups: a row is one unit, and previews agree with uploads."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edu_csv import tenancy
from imports import services
from imports.services import UndoRequest
from tests.chance import examples
from tests.imports.harness import Tenant, csv_text, new_tenant
from tests.imports.templated.house import live, load, make_template, stored, told
from tests.imports.templated.test_preview import previewed

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
