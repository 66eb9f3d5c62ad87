"""Undo of what D2L feeds do: memberships, relationships, attributes, further parents, revivals."""

from __future__ import annotations

import re

import pytest

from edu_csv import tenancy
from edu_csv.roster.models import OrgUnitType
from imports.models import Import
from imports.steps import slices
from tests.imports.casework import CASES
from tests.imports.feed.packing import ENROLLMENTS, ORGS, USERS, package
from tests.imports.harness import Tenant

SAMPLES = CASES / "d2l-packages" / "the_samples_as_printed" / "files"
ATTRIBUTES = (
    "LMS Username,Company Employee Id,Company Name,Department,Division,Employee Role,Hired Date,Location,Manager,Region,"
    "Role Category,Team,Affiliated Org Units"
)
LIVE = (
    "org_unit",
    "term",
    "course",
    "offering",
    "section",
    "person",
    "enrollment",
    "membership",
    "person_attributes",
)


@pytest.fixture
def mapped(tenant: Tenant) -> Tenant:
    with tenancy.use_institution(tenant.pk):
        for name in ("campus", "faculty"):
            OrgUnitType.objects.create(institution_id=tenant.pk, name=name)
    return tenant


@pytest.fixture
def sampled(mapped: Tenant) -> Tenant:
    """With the samples of D2L's own pages, save their rows that are meant to fail."""
    done = mapped.load(samples(), "", "", file_name="samples.zip")
    assert done.job.status in ("completed", "completed_with_errors")
    return mapped


def samples() -> bytes:
    return package(
        {path.name: path.read_text("utf-8").splitlines() for path in sorted(SAMPLES.glob("*.csv"))}
    )


def send(tenant: Tenant, **files: list[str]) -> Import:
    """A package of orgs, users, enrollments, attributes: the lines below their headers."""
    named = {
        "orgs": ("01-Orgs.csv", ORGS),
        "users": ("07-Users.csv", USERS),
        "enrollments": ("08-Enrollments.csv", ENROLLMENTS),
        "attributes": ("09-Attributes.csv", ATTRIBUTES),
    }
    packed = package({named[kind][0]: [named[kind][1], *lines] for kind, lines in files.items()})
    done = tenant.load(packed, "", "", file_name="later.zip", confirm_clear=True)
    failed = {row.row: row.sentences for row in tenant.plan(done) if row.outcome == "failed"}
    assert failed == {}
    return done


def live(tenant: Tenant) -> dict[str, int]:
    counts = {
        noun: tenant.query(f"SELECT count(*) FROM roster_{noun} WHERE deleted_at IS NULL")[0][0]  # noqa: S608  # names of this test
        for noun in LIVE
    }
    return {noun: count for noun, count in counts.items() if count}


def conflicts(upload: Import) -> set[tuple[str, str, str]]:
    assert upload.void is not None
    return {(c["object_type"], c["field"] or "", c["reason"]) for c in upload.void["conflicts"]}


def user(
    name: str,
    id_: str,
    relationships: str = "",
    active: str = "1",
    role: str = "Student",
    first: str = "Kwame",
) -> str:
    return f"user,,{name},{id_},{first},Oduya,,{active},{role},,{relationships},,,,"


def test_a_whole_package_is_taken_back(mapped: Tenant) -> None:
    done = mapped.load(samples(), "", "", file_name="samples.zip")
    assert live(mapped).keys() == set(LIVE)
    undone = mapped.undo(done)
    assert conflicts(undone) == set()
    assert live(mapped) == {}


def test_what_a_later_package_changed_deleted_and_ended_comes_back(sampled: Tenant) -> None:
    before = sampled.dump()
    later = send(
        sampled,
        orgs=[
            "course section,DELETE,SEC-BIO110-27A-1,,,,,,,,,,",
            "course template,,TPL-DAT200,Statistics,,,,DEP-DATA,,,,,",
            "course offering,,OFF-DAT200-27A,Statistics,2027-09-07,,1,,TPL-DAT200,TRM-28S|TRM-27A,,FAC-ART,1",
            "semester,,TRM-28S,Spring,,,,,,,,FAC-ART,",
        ],
        users=[
            "user,,k.oduya,S-70021,Kwame,Oduya,,0,Learner,,Auditor:P-3301,Kwasi,,,",
            "user,DELETE,,T-0107,,,,,,,,,,,",
        ],
        enrollments=["enrollment,,T-0412,Student,DEP-BIO", "enrollment,,S-70044,Student,TRM-27A"],
        attributes=["m.teravest,,,,,,,,,,,,TPL-BIO110|SEC-BIO110-27A-2"],
    )
    assert later.counts["failed"] == 0
    assert sampled.dump() != before
    undone = sampled.undo(later)
    assert conflicts(undone) == set()
    after = sampled.dump()
    # What the later package made is deleted, everything else as it was.
    made = {
        row[0] for row in sampled.query("SELECT id FROM roster_membership WHERE made_by_job = %s", later.pk)
    }
    assert len(made) == 1
    after["membership"] = [
        row for row in after["membership"] if not any(str(id_) in str(row) for id_ in made)
    ]
    assert after == before


def test_a_revival_is_taken_back_and_then_the_deletion(sampled: Tenant) -> None:
    before = sampled.dump()
    deleted = send(sampled, orgs=["course section,DELETE,SEC-BIO110-27A-1,,,,,,,,,,"])
    between = sampled.dump()
    revived = send(sampled, orgs=["course section,,SEC-BIO110-27A-1,Renamed,,,,,,,OFF-BIO110-27A,,"])
    assert sampled.query(
        "SELECT name FROM roster_section WHERE external_id = 'SEC-BIO110-27A-1' AND deleted_at IS NULL"
    ) == [("Renamed",)]
    assert conflicts(sampled.undo(revived)) == set()
    assert _but_when(sampled) == _but_when(sampled, between)
    assert conflicts(sampled.undo(deleted)) == set()
    assert sampled.dump() == before


def _but_when(tenant: Tenant, dump: dict[str, list[object]] | None = None) -> str:
    """A dump without the times of deletion: what is deleted again was deleted at another time."""
    return re.sub(r'"deleted_at": "[^"]*"', '"deleted_at": "then"', str(dump or tenant.dump()))


def test_a_revived_object_on_which_something_hangs_by_now_stays(sampled: Tenant) -> None:
    send(sampled, orgs=["course section,DELETE,SEC-BIO110-27A-1,,,,,,,,,,"])
    revived = send(
        sampled, orgs=["course section,,SEC-BIO110-27A-1,Cell Biology Group 1,,,,,,,OFF-BIO110-27A,,"]
    )
    send(sampled, enrollments=["enrollment,,S-70044,Student,SEC-BIO110-27A-1"])
    assert conflicts(sampled.undo(revived)) == {("section", "", "has_dependants")}


@pytest.mark.parametrize(
    ("made", "later", "kept"),
    [
        (
            {"users": [user("p.new", "P-NEW", role="Parent")]},
            {"users": [user("k.oduya", "S-70021", "Parent:P-NEW")]},
            "person",
        ),
        (
            {"users": [user("p.new", "P-NEW", role="Teacher")]},
            {"attributes": ["m.teravest,,,,,,,,p.new,,,,"]},
            "person",
        ),
        (
            {"users": [user("p.new", "P-NEW", role="Teacher")]},
            {"enrollments": ["enrollment,,P-NEW,Teacher,DEP-BIO"]},
            "person",
        ),
        (
            {"orgs": ["department,,DEP-NEW,New,,,,,,,,,"]},
            {"enrollments": ["enrollment,,T-0107,Teacher,DEP-NEW"]},
            "org_unit",
        ),
        (
            {"orgs": ["department,,DEP-NEW,New,,,,,,,,,"]},
            {"attributes": ["m.teravest,,,,,,,,,,,,DEP-NEW"]},
            "org_unit",
        ),
        (
            {"orgs": ["department,,DEP-NEW,New,,,,,,,,,"]},
            {"orgs": ["course template,,TPL-DAT200,Statistics,,,,DEP-BIO|DEP-NEW,,,,,"]},
            "org_unit",
        ),
        (
            {"orgs": ["campus,,CAMP-NEW,New,,,,,,,,,"]},
            {"orgs": ["semester,,TRM-28S,Spring 2028,,,,,,,,CAMP-NEW,"]},
            "org_unit",
        ),
        (
            {"orgs": ["campus,,CAMP-NEW,New,,,,,,,,,"]},
            {"orgs": ["course offering,,OFF-BIO110-27A,Cell Biology,,,,,TPL-BIO110,TRM-27A,,CAMP-NEW,"]},
            "org_unit",
        ),
    ],
)
def test_what_something_points_to_by_now_stays(
    sampled: Tenant, made: dict[str, list[str]], later: dict[str, list[str]], kept: str
) -> None:
    first = send(sampled, **made)
    send(sampled, **later)
    assert conflicts(sampled.undo(first)) == {(kept, "", "has_dependants")}


def test_those_who_name_each_other_go_together_and_stay_together(sampled: Tenant) -> None:
    """A chain of people, and two who are parents of each other."""
    chain = [user(f"p.{n}", f"P-{n}", f"Parent:P-{n + 1}" if n < 6 else "") for n in range(1, 7)]
    ring = [user("r.1", "R-1", "Auditor:R-2"), user("r.2", "R-2", "Auditor:R-1")]
    before = live(sampled)
    done = send(sampled, users=[*chain, *ring])
    assert conflicts(sampled.undo(done)) == set()
    assert live(sampled) == before
    again = send(sampled, users=[*chain, *ring])
    send(sampled, users=[user("k.oduya", "S-70021", "Parent:P-3|Auditor:R-1")])
    undone = sampled.undo(again)
    # Whoever stays keeps those that they name.
    assert undone.void is not None
    assert undone.void["conflicts_total"] == 6
    names = sampled.query(
        "SELECT external_id FROM roster_person WHERE deleted_at IS NULL AND external_id ~ '^[PR]-[0-9]$' ORDER BY 1"
    )
    assert [name for (name,) in names] == ["P-3", "P-4", "P-5", "P-6", "R-1", "R-2"]


def test_a_parent_who_is_gone_by_now_does_not_come_back_into_the_list(sampled: Tenant) -> None:
    changed = send(sampled, users=[user("k.oduya", "S-70021", "Auditor:T-0412")])
    send(sampled, users=["user,DELETE,,P-3301,,,,,,,,,,,"])
    assert ("person", "parent_person_ids", "parent_gone") in conflicts(sampled.undo(changed))


def test_people_who_name_later_ones_are_written_whole(
    sampled: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "MOST_ROWS", 3)
    chain = [user(f"p.{n}", f"P-{n}", f"Parent:P-{n + 1}" if n < 9 else "") for n in range(1, 10)]
    done = send(sampled, users=chain)
    assert done.counts["created"] == 9
    # Each names another who comes later, again and by updates.
    turned = [user(f"p.{n}", f"P-{n}", f"Auditor:P-{10 - n}" if n != 5 else "") for n in range(1, 10)]
    assert send(sampled, users=turned).counts["updated"] == 9
    plain = [user(f"q.{n}", f"Q-{n}") for n in range(9)]
    assert send(sampled, users=plain).counts["created"] == 9
