"""A person can be erased (design section 11): nothing of them is shown any more, wherever it was kept."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command

from edu_csv import storage, tenancy
from edu_csv.access.models import AuditEvent
from edu_csv.access.policy import EVERYWHERE
from imports import plans
from imports.models import Erasure, Import
from imports.steps import record, report
from tests.imports.harness import Tenant, csv_text
from tests.roster.timetables import Timetable

USERS, SECTIONS, ENROLLMENTS = "echovideo.users.v1", "echovideo.sections.v1", "echovideo.enrollments.v1"
USER_HEADER = ["User ID", "First Name", "Last Name", "Email", "Role", "SSO Id", "External ID"]
# Whatever of Ingrid Solberg a file or a page may hold.
TRACES = ("ingrid", "solberg", "p-1001")


def erase(tenant: Tenant, person: str = "P-1001") -> dict[str, Any]:
    out = StringIO()
    call_command("erase_person", institution=tenant.slug, person=person, stdout=out, stderr=StringIO())
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def results(tenant: Tenant, upload: Import) -> str:
    with tenancy.use_institution(tenant.pk):
        found = report.results_file(tenant.fresh(upload))
        assert found is not None
        with storage.open_file(found.key) as file:
            return file.read().decode()


def renamed(tenant: Tenant) -> Import:
    """An update of Ingrid, whose old values the journal keeps."""
    row = [
        "P-1001",
        "Ingrid",
        "Solberg-Holt",
        "ingrid.solberg@fjord.example",
        "Instructor",
        "isolberg",
        "P-1001",
    ]
    return tenant.load(csv_text(USER_HEADER, row), USERS, "update")


def test_the_person_is_emptied_and_what_hung_on_them_ends(loaded: Tenant) -> None:
    [(person,)] = loaded.query("SELECT id FROM roster_person WHERE external_id = 'P-1001'")
    answer = erase(loaded)
    assert answer["person"] == str(person)
    assert (answer["enrollments"], answer["sections"]) == (2, 1)
    [values] = loaded.query(
        "SELECT external_id, given_name, family_name, email, email_folded, username, sso_id, roles, deleted_at IS NULL"
        " FROM roster_person WHERE id = %s",
        person,
    )
    assert values == (None, None, None, None, None, None, None, [], False)
    assert loaded.query("SELECT count(*) FROM roster_enrollment WHERE deleted_at IS NULL") == [(1,)]
    assert loaded.query("SELECT count(*) FROM roster_section WHERE instructor_id IS NOT NULL") == [(0,)]
    with tenancy.use_institution(loaded.pk):
        assert AuditEvent.objects.get(verb="person.erased").target == str(person)


@pytest.mark.parametrize("own_tables", [False, True])
def test_no_table_that_is_shown_holds_a_trace(
    loaded: Tenant, monkeypatch: pytest.MonkeyPatch, own_tables: bool
) -> None:
    monkeypatch.setattr(record, "OWN_TABLES_FROM", 1 if own_tables else 10_000)
    uploads = [
        renamed(loaded),
        loaded.load(
            csv_text(
                ["User ID", "Section ID", "Role"],
                ["P-1001", "S-404", "Instructor"],
                ["P-1002", "S-404", "TA"],
            ),
            ENROLLMENTS,
        ),
        loaded.load(
            csv_text(
                ["Course ID", "Term ID", "Section Name", "Instructor ID"],
                ["C-OCE210", "T-2031A", "03", "P-1001"],
            ),
            SECTIONS,
        ),
    ]
    assert erase(loaded)["plan_rows"] >= 3
    held = json.dumps(loaded.query("SELECT before, after FROM roster_change"), default=str)
    with tenancy.use_institution(loaded.pk):
        for upload in Import.objects.select_related("job"):
            for row in plans.rows(upload, EVERYWHERE, limit=500).rows:
                held += json.dumps(
                    [row.cells, row.changes, row.key, [str(p) for p in row.problems]], default=str
                )
                held += json.dumps([[e.label, e.external_id, e.changes] for e in row.effects], default=str)
    assert [trace for trace in TRACES if trace in held.lower()] == []
    # What is not about her stays.
    assert "S-404" in held
    other = results(loaded, uploads[1])
    assert "P-1002" in other


def test_results_leave_the_erased_cells_empty_and_the_rest_as_it_was(loaded: Tenant) -> None:
    users = renamed(loaded)
    sections = loaded.load(
        csv_text(
            ["Course ID", "Term ID", "Section Name", "Instructor ID"], ["C-OCE210", "T-2031A", "03", "P-1001"]
        ),
        SECTIONS,
    )
    assert "Solberg" in results(loaded, users)
    erase(loaded)
    for upload in (users, sections):
        text = results(loaded, upload)
        assert [trace for trace in TRACES if trace in text.lower()] == []
        assert text.count("\r\n") == 2
    assert "C-OCE210,T-2031A,03,,2,created" in results(loaded, sections)


def test_an_import_after_the_erasure_is_shown_whole(loaded: Tenant) -> None:
    erase(loaded)
    row = ["Ingrid", "Solberg", "ingrid.solberg@fjord.example", "Instructor", "P-1001"]
    again = loaded.load(csv_text(["First Name", "Last Name", "Email", "Role", "External ID"], row), USERS)
    assert again.counts["created"] == 1
    assert "Solberg" in results(loaded, again)


def test_undoing_an_erased_value_is_a_conflict(loaded: Tenant) -> None:
    update = renamed(loaded)
    erase(loaded)
    undone = loaded.undo(update)
    assert undone.void is not None
    assert undone.void["restored"] == 0
    assert [(c["object_type"], c["field"], c["reason"]) for c in undone.void["conflicts"]] == [
        ("person", None, "erased")
    ]
    assert loaded.query("SELECT count(*) FROM roster_person WHERE given_name = 'Ingrid'") == [(0,)]


def test_undoing_her_deletion_from_a_section_brings_nothing_back(loaded: Tenant) -> None:
    ended = loaded.load(
        csv_text(["User ID", "Section ID"], ["P-1001", "S-OCE210-31A-02"]), ENROLLMENTS, "delete"
    )
    erase(loaded)
    loaded.undo(ended)
    [(alive,)] = loaded.query(
        "SELECT count(*) FROM roster_enrollment AS e JOIN roster_person AS p ON p.id = e.person_id"
        " WHERE e.deleted_at IS NULL AND p.deleted_at IS NOT NULL"
    )
    assert alive == 0


def test_schedules_lose_an_erased_instructor_and_an_undo_does_not_bring_them_back(loaded: Tenant) -> None:
    [(person,)] = loaded.query("SELECT id FROM roster_person WHERE external_id = 'P-1001'")
    timetable = Timetable.of(loaded)
    schedule = timetable.schedule(timetable.room(), instructor_id=person, external_id="SCH-1")
    deleted = loaded.load("Schedule ID\nSCH-1\n", "echovideo.schedules.v1", "delete")
    assert erase(loaded)["schedules"] == 1
    loaded.undo(deleted)
    assert loaded.query("SELECT instructor_id, deleted_at FROM roster_schedule WHERE id = %s", schedule) == [
        (None, None)
    ]


def test_what_d2l_tells_of_somebody_goes_with_them(loaded: Tenant) -> None:
    def of(external_id: str) -> UUID:
        [(id_,)] = loaded.query("SELECT id FROM roster_person WHERE external_id = %s", external_id)
        assert isinstance(id_, UUID)
        return id_

    person, other = of("P-1001"), of("P-1002")
    loaded.query(
        "UPDATE roster_person SET preferred_given_name = 'Inga', preferred_family_name = 'Holt', pronouns = 'she/her',"
        " sort_family_name = 'Solberg', org_role = 'instructor', is_active = true, is_marked_administrator = true,"
        " auditor_person_ids = ARRAY[%s] WHERE id = %s",
        other,
        person,
    )
    loaded.query("UPDATE roster_person SET parent_person_ids = ARRAY[%s] WHERE id = %s", person, other)
    [(term,)] = loaded.query("SELECT id FROM roster_term LIMIT 1")
    loaded.query(
        "INSERT INTO roster_membership (id, institution_id, person_id, unit_type, unit_id, role)"
        " VALUES (uuidv7(), %s, %s, 2, %s, 'instructor')",
        loaded.pk,
        person,
        term,
    )
    for who, manager in ((person, None), (other, person)):
        loaded.query(
            "INSERT INTO roster_person_attributes (id, institution_id, person_id, company_employee_id, departments,"
            " manager_id) VALUES (uuidv7(), %s, %s, 'E-2207', '{Biology}', %s)",
            loaded.pk,
            who,
            manager,
        )
    assert erase(loaded)["memberships"] == 1
    [values] = loaded.query(
        "SELECT preferred_given_name, preferred_family_name, pronouns, sort_family_name, org_role, is_active,"
        " is_marked_administrator, auditor_person_ids FROM roster_person WHERE id = %s",
        person,
    )
    assert values == (None, None, None, None, None, None, False, [])
    assert loaded.query("SELECT parent_person_ids FROM roster_person WHERE id = %s", other) == [([],)]
    assert loaded.query("SELECT count(*) FROM roster_membership WHERE deleted_at IS NULL") == [(0,)]
    attributes = loaded.query(
        "SELECT person_id, company_employee_id, departments, manager_id, deleted_at IS NULL"
        " FROM roster_person_attributes ORDER BY deleted_at IS NULL"
    )
    assert attributes == [(person, None, [], None, False), (other, "E-2207", ["Biology"], None, True)]
    # What ended for others is told by the journal, without what was erased.
    told = loaded.query(
        "SELECT object_type, operation FROM roster_change WHERE is_effect ORDER BY object_type"
    )
    assert {(6, 2), (12, 3), (13, 2)} <= set(told)


@pytest.mark.parametrize(
    ("cell", "left"),
    [
        ("Parent:P-1001|Auditor:P-1002", ""),
        ('[{"Type": "Parent", "Id": "P-1001"}]', ""),
        ("P-1002;P-1001", ""),
        ("Parent:P-1002", "Parent:P-1002"),
    ],
)
def test_somebody_elses_row_loses_the_cell_that_names_them_and_no_other(
    loaded: Tenant, cell: str, left: str
) -> None:
    users = loaded.load(
        csv_text(["First Name", "Last Name", "Email", "Role", "SSO Id"], ["Kwame", "Oduya", "k@fjord.example", "Student", cell]),
        USERS,
    )  # fmt: skip
    erase(loaded)
    with tenancy.use_institution(loaded.pk):
        [row] = plans.rows(users, EVERYWHERE, limit=10).rows
    shown = {header: cell or "" for header, cell in (row.cells or {}).items()}
    assert (shown["First Name"], shown["SSO Id"]) == ("Kwame", left)
    assert results(loaded, users).count("Kwame") == 1
    assert (cell.split("|")[0] in results(loaded, users)) is bool(left)


def test_erasing_twice_equals_once(loaded: Tenant) -> None:
    first = erase(loaded)
    before = loaded.dump(), loaded.query("SELECT count(*) FROM roster_change")
    again = erase(loaded, first["person"])
    assert (again["person"], again["enrollments"], again["sections"]) == (first["person"], 0, 0)
    assert (loaded.dump(), loaded.query("SELECT count(*) FROM roster_change")) == before


def test_a_former_id_is_found_in_old_plans_too(loaded: Tenant) -> None:
    rekeyed = [
        "P-1001",
        "Ingrid",
        "Solberg",
        "ingrid.solberg@fjord.example",
        "Instructor",
        "isolberg",
        "P-9001",
    ]
    loaded.load(csv_text(USER_HEADER, rekeyed), USERS, "update")
    erase(loaded, "P-9001")
    with tenancy.use_institution(loaded.pk):
        for upload in Import.objects.select_related("job"):
            cells = json.dumps([row.cells for row in plans.rows(upload, EVERYWHERE, limit=500).rows]).lower()
            assert [trace for trace in (*TRACES, "p-9001") if trace in cells] == []


@pytest.mark.parametrize("named", ["P-1001", "ingrid.solberg@FJORD.example"])
def test_a_person_is_named_by_external_id_or_address(loaded: Tenant, named: str) -> None:
    assert erase(loaded, named)["enrollments"] == 2


def test_an_unknown_person_or_institution_is_refused_in_a_sentence(loaded: Tenant) -> None:
    with pytest.raises(CommandError, match="no person"):
        erase(loaded, str(uuid4()))
    with pytest.raises(CommandError, match="no institution"):
        call_command("erase_person", institution="nowhere", person="P-1001", stdout=StringIO())


def test_another_institution_keeps_its_own(loaded: Tenant, committed: None) -> None:
    from tests.imports.harness import new_tenant

    other = new_tenant()
    other.load_basics()
    erase(loaded)
    assert other.query("SELECT count(*) FROM roster_person WHERE external_id = 'P-1001'") == [(1,)]
    with tenancy.use_institution(other.pk):
        assert Erasure.objects.count() == 0
