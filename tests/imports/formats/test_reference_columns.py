"""What a cell that points to an object may hold (echovideo.md 3.3): a table of cells, run as one import."""

from __future__ import annotations

from uuid import UUID, uuid4

from imports.problems import Problem
from tests.imports.harness import PlannedRow, Tenant, csv_text, new_tenant

SECTIONS = "echovideo.sections.v1"
HEADER = ["Course ID", "Term ID", "Section Name", "Instructor ID", "External ID"]
USERS = ["First Name", "Last Name", "Email", "Role", "External ID"]


def staffed(tenant: Tenant) -> Tenant:
    """Terms and courses of the samples, and instructors to point to."""
    uploads = tenant.load_basics()
    assert all(upload.job.status == "completed" for upload in uploads)
    people = [
        ["Tomas", "Reyes", "tomas.reyes@fjord.example", "Instructor", "P-2001"],
        ["Åse", "Lie", "Ase.Lie@Fjord.example", "Instructor", "P-2002"],
        ["Ana", "Rua", "ana.rua@fjord.example", "Instructor", "0042"],
        ["Ada", "Rua", "ada.rua@fjord.example", "Instructor", "008"],
        ["Abe", "Rua", "abe.rua@fjord.example", "Instructor", "08"],
        ["Per", "Moe", "per.moe@fjord.example", "Instructor", "P-Åse"],
    ]
    assert tenant.load(csv_text(USERS, *people), "echovideo.users.v1").counts["created"] == len(people)
    return tenant


def pointed(tenant: Tenant, cells: list[str]) -> tuple[list[PlannedRow], dict[str, str | None]]:
    """Sections whose instructors are these cells: the plan's rows, and the instructor of each that was made."""
    rows = [["C-OCE210", "T-2032S", f"R{place}", cell, f"R{place}"] for place, cell in enumerate(cells)]
    upload = tenant.load(csv_text(HEADER, *rows), SECTIONS)
    found = tenant.query(
        "SELECT s.external_id, p.email FROM roster_section AS s JOIN roster_person AS p ON p.id = s.instructor_id"
        " WHERE s.institution_id = %s AND s.external_id LIKE 'R%%'",
        tenant.pk,
    )
    return tenant.plan(upload), dict(found)


def system_id(tenant: Tenant, external_id: str, noun: str = "person") -> UUID:
    [(found,)] = tenant.query(
        f"SELECT id FROM roster_{noun} WHERE institution_id = %s AND external_id = %s",  # noqa: S608  # names of this test
        tenant.pk,
        external_id,
    )
    assert isinstance(found, UUID)
    return found


def test_good_cells_find_their_object(tenant: Tenant) -> None:
    staffed(tenant)
    tomas = str(system_id(tenant, "P-2001"))
    good = {
        tomas: "tomas.reyes@fjord.example",
        tomas.upper(): "tomas.reyes@fjord.example",
        f"  {tomas} ": "tomas.reyes@fjord.example",
        "P-2001": "tomas.reyes@fjord.example",
        " P-2001\t": "tomas.reyes@fjord.example",
        "tomas.reyes@fjord.example": "tomas.reyes@fjord.example",
        "TOMAS.REYES@FJORD.EXAMPLE": "tomas.reyes@fjord.example",
        "ase.lie@fjord.example": "Ase.Lie@Fjord.example",
        "0042": "ana.rua@fjord.example",
    }
    rows, made = pointed(tenant, list(good))
    assert [row.sentences for row in rows] == [[]] * len(good)
    assert [made[f"R{place}"] for place in range(len(good))] == list(good.values())


def test_mangled_cells_are_read_as_the_one_id_that_fits_and_told(tenant: Tenant) -> None:
    staffed(tenant)
    zeros = "A spreadsheet dropped the zeros."
    repaired = {
        "42": ("ana.rua@fjord.example", f"`42` was read as `0042`, the only id it can be. {zeros}"),
        "P-A\u030ase": (
            "per.moe@fjord.example",
            "`P-A\u030ase` was read as `P-Åse`, the only id it can be. Its accents are stored in another way.",
        ),
    }
    rows, made = pointed(tenant, list(repaired))
    assert [row.outcome for row in rows] == ["created", "created"]
    assert [row.codes for row in rows] == [["repaired_id"]] * 2
    assert [row.sentences for row in rows] == [[sentence] for _, sentence in repaired.values()]
    assert [made["R0"], made["R1"]] == [person for person, _ in repaired.values()]


def test_of_bad_cells_is_said_why_they_find_nothing(tenant: Tenant) -> None:
    staffed(tenant)
    tomas = system_id(tenant, "P-2001")
    term = system_id(tenant, "T-2031A", "term")
    nobody = uuid4()
    foreign = new_tenant()
    foreign.load(
        csv_text(USERS, ["Eve", "Far", "eve@far.example", "Instructor", "P-FAR"]), "echovideo.users.v1"
    )
    elsewhere = system_id(foreign, "P-FAR")
    unknown = "There is no user `{0}`. Import it first, or correct the id."
    # The nearest is looked for on behalf of the first few texts alone.
    bad = {
        "P-9999999": unknown,
        "00042": "There is no user `{0}`. The nearest is `0042`. Import it first, or correct the id.",
        "p-2001": "There is no user `{0}`. The nearest is `P-2001`. Import it first, or correct the id.",
        "Tomas Reyes": unknown,
        "nobody@fjord.example": unknown,
        str(nobody): unknown,
        f"{{{tomas}}}": unknown,
        f"urn:uuid:{tomas}": unknown,
        tomas.hex: unknown,
        str(elsewhere): unknown,
        "P-FAR": unknown,
        "8": unknown,
        str(term): "`{0}` is the system id of another kind of object. Write the id of the user you mean.",
        "1.2E+09": "`{0}` is what a spreadsheet made of a long number; the digits are gone. Format the column as text"
        " and export again.",
        "3-Apr": "`{0}` is what a spreadsheet makes of an id such as `3-4`. Format the column as text and export again.",
        "x" * 256: "Instructor ID has 256 characters. Shorten it to at most 255.",
    }
    rows, made = pointed(tenant, list(bad))
    assert [row.sentences for row in rows] == [[said.format(cell)] for cell, said in bad.items()]
    assert made == {}


def test_an_address_of_two_people_names_both(tenant: Tenant) -> None:
    # EchoVideo refuses a second holder; other families do not (accident 9).
    staffed(tenant)
    tenant.query(
        "UPDATE roster_person SET email = 'tomas.reyes@fjord.example', email_folded = 'tomas.reyes@fjord.example'"
        " WHERE institution_id = %s AND external_id = 'P-2002'",
        tenant.pk,
    )
    both = sorted((str(system_id(tenant, "P-2001")), str(system_id(tenant, "P-2002"))))
    names = {str(system_id(tenant, "P-2001")): "Tomas Reyes", str(system_id(tenant, "P-2002")): "Åse Lie"}
    one, other = both
    rows, _ = pointed(tenant, ["tomas.reyes@fjord.example", "P-2002"])
    assert rows[0].codes == ["ambiguous_reference"]
    assert rows[0].sentences == [
        (
            f"`tomas.reyes@fjord.example` can mean more than one user: {names[one]} `{one}`, {names[other]} `{other}`."
            " Write the system id of the one you mean."
        )
    ]
    assert rows[1].outcome == "created"


def test_a_system_id_wins_over_an_external_id(tenant: Tenant) -> None:
    staffed(tenant)
    tomas = system_id(tenant, "P-2001")
    tenant.query(
        "UPDATE roster_person SET external_id = %s WHERE institution_id = %s AND external_id = 'P-2002'",
        str(tomas),
        tenant.pk,
    )
    _, made = pointed(tenant, [str(tomas)])
    assert made == {"R0": "tomas.reyes@fjord.example"}


def test_a_deleted_object_is_not_found(tenant: Tenant) -> None:
    staffed(tenant)
    tenant.load("Course ID\nC-OCE210\n", "echovideo.courses.v1", "delete")
    tenant.load("Section ID\nS-OCE210-31A-01\nS-OCE210-31A-02\n", SECTIONS, "delete")
    course = system_id(tenant, "C-OCE210", "course")
    assert tenant.load("Course ID\nC-OCE210\n", "echovideo.courses.v1", "delete").counts["deleted"] == 1
    rows, made = pointed(tenant, ["P-2001"])
    assert rows[0].sentences == ["There is no course `C-OCE210`. Import it first, or correct the id."]
    upload = tenant.load(csv_text(HEADER, [str(course), "T-2032S", "X", "", "X"]), SECTIONS)
    assert tenant.plan(upload)[0].codes == ["unknown_reference"]
    assert made == {}


def test_many_unknown_texts_are_told_once_a_row(tenant: Tenant) -> None:
    staffed(tenant)
    cells = [f"Q-{place % 50}" for place in range(200)]
    rows, _ = pointed(tenant, cells)
    assert [row.codes for row in rows] == [["unknown_reference"]] * 200


def test_what_is_said_where_rows_hang_together() -> None:
    words = {"other_row": 2_911, "object": "offering"}
    assert str(Problem("superseded", params=words)) == (
        "Row 2,911 says this offering again. The last row counts."
    )
    assert str(Problem("parent_failed", "Parent IDs", "SCI", params=words)) == (
        "`SCI` is made by row 2,911 of this file, which failed. Mend that row first; the same upload will do."
    )
    assert str(Problem("own_id_ignored", "Term ID")) == (
        "Term ID is ignored when creating: the system gives each new object its id."
    )
    edited = {"who": "Maren Holt", "when": "2031-08-20"}
    assert str(Problem("overwrites_edit", "Section Name", "01", "warning", edited)) == (
        "Section Name was last set by Maren Holt on 2031-08-20; this row replaces it."
    )
