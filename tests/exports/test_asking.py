"""Who may ask for what, with which filters; links and deletion."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from edu_csv import storage, tenancy
from edu_csv.access.actors import Actor, Granted
from edu_csv.access.models import Account, Grant, Institution
from edu_csv.access.policy import Reach
from edu_csv.access.roles import Role
from edu_csv.jobs import lease
from edu_csv.jobs.lease import direct_connection
from edu_csv.jobs.models import Job
from edu_csv.jobs.runners import work_one
from edu_csv.roster.models import Course, OrgUnit
from exports import services
from exports.models import Export
from exports.services import BadRequest, NotAllowed, NotThere, Output
from exports.steps import write
from imports.formats.registry import format_for
from imports.formats.text import fold
from tests.exports.harness import export, fresh, lines
from tests.imports.harness import Tenant, csv_text, new_tenant

TERMS, COURSES, USERS = "echovideo.terms.v1", "echovideo.courses.v1", "echovideo.users.v1"
SECTIONS, ENROLLMENTS = "echovideo.sections.v1", "echovideo.enrollments.v1"


def account(tenant: Tenant, role: Role, org_unit: UUID | None = None) -> Actor:
    """Somebody with one grant, as a door would know them."""
    with tenancy.use_institution(tenant.pk):
        made = Account.objects.create_account(email=f"{uuid4().hex[:8]}@fjord.example", password=None)
        Grant.objects.create(institution_id=tenant.pk, account=made, role=role, org_unit_id=org_unit)
    return Actor(tenant.pk, str(made), account=made.pk, grants=(Granted(role, org_unit),))


def ask(tenant: Tenant, actor: Actor, key: str = TERMS, **more: Any) -> Export:
    with tenancy.use_institution(tenant.pk):
        return services.request_export(actor, key, **more)


def refused(
    tenant: Tenant, key: str, filters: dict[str, list[str]], actor: Actor | None = None
) -> BadRequest:
    with tenancy.use_institution(tenant.pk), pytest.raises(BadRequest) as caught:
        services.request_export(actor or tenant.actor, key, filters)
    return caught.value


@pytest.fixture
def two_terms(loaded: Tenant) -> Tenant:
    """Sections 01 and 02 in autumn, 03 in spring, each with one enrollment at least."""
    loaded.load(
        csv_text(["Course ID", "Term ID", "Section Name", "External ID"], ["C-OCE210", "T-2032S", "03", "S-3"],
                 ["GEN-1", "T-2032S", "03", "S-4"]),
        SECTIONS,
    )  # fmt: skip
    loaded.load(csv_text(["User ID", "Section ID", "Role"], ["P-1001", "S-3", "Student"]), ENROLLMENTS)
    return loaded


def test_sections_and_enrollments_are_filtered_by_term_course_and_section(two_terms: Tenant) -> None:
    names = [line["Section Name"] for line in lines(export(two_terms, SECTIONS, {"term": ["T-2031A"]}))]
    assert names == ["01", "02"]
    assert [line["Section Name"] for line in lines(export(two_terms, SECTIONS, {"term": ["T-2031A", "T-2032S"]}))] == [
        "01", "02", "03",
    ]  # fmt: skip
    [(course,)] = two_terms.query("SELECT id FROM roster_course WHERE external_id = 'C-OCE210'")
    assert len(lines(export(two_terms, SECTIONS, {"course": [str(course)], "term": ["T-2032S"]}))) == 1
    assert [
        line["Section Name"] for line in lines(export(two_terms, ENROLLMENTS, {"term": ["T-2032S"]}))
    ] == ["03"]
    assert [line["Section Name"] for line in lines(export(two_terms, ENROLLMENTS, {"section": ["S-3"]}))] == [
        "03"
    ]


def test_an_unknown_term_is_refused_with_its_name_before_anything_is_queued(loaded: Tenant) -> None:
    refusal = refused(loaded, SECTIONS, {"term": ["T-2031A", "T-1999"]})
    assert (refusal.field, refusal.code) == ("filters.term", "unknown_reference")
    assert "There is no term `T-1999`" in refusal.detail
    with tenancy.use_institution(loaded.pk):
        assert not Export.objects.exists()


def test_an_id_that_two_sections_have_is_refused_with_both(two_terms: Tenant) -> None:
    two_terms.query("UPDATE roster_section SET external_id = 'S-OCE210-31A-01' WHERE external_id = 'S-3'")
    refusal = refused(two_terms, ENROLLMENTS, {"section": ["S-OCE210-31A-01"]})
    assert refusal.code == "ambiguous_reference"
    assert len(refusal.params["candidates"]) == 2


@pytest.mark.parametrize(
    ("key", "filters", "code", "words"),
    [
        (USERS, {"term": ["T-2031A"]}, "unknown_filter", "exported whole"),
        (SECTIONS, {"colour": ["red"]}, "unknown_filter", "`term`, `course`"),
        (SECTIONS, {"term": []}, "required", "at least one term"),
        (SECTIONS, {"term": [str(n) for n in range(1_001)]}, "too_many", "1,000"),
        ("echovideo.unheard-of.v1", {}, "unknown_format", "echovideo.terms.v1"),
    ],
)
def test_requests_that_make_no_sense_are_told_what_would(
    loaded: Tenant, key: str, filters: dict[str, list[str]], code: str, words: str
) -> None:
    refusal = refused(loaded, key, filters)
    assert refusal.code == code
    assert words in refusal.detail


def test_a_delimiter_that_is_none_is_refused(loaded: Tenant) -> None:
    with pytest.raises(BadRequest, match="got `x`"):
        ask(loaded, loaded.actor, output=Output(delimiter="x"))


def test_a_term_of_another_institution_is_unknown(loaded: Tenant) -> None:
    [(foreign,)] = loaded.query("SELECT id FROM roster_term WHERE external_id = 'T-2031A'")
    assert refused(new_tenant(), SECTIONS, {"term": [str(foreign)]}).code == "unknown_reference"


def test_a_filter_that_was_deleted_meanwhile_ends_the_export_with_its_reason(loaded: Tenant) -> None:
    asked = ask(loaded, loaded.actor, SECTIONS, filters={"term": ["T-2032S"]})
    loaded.load(csv_text(["Term ID"], ["T-2032S"]), TERMS, "delete")
    with tenancy.use_institution(loaded.pk):
        work_one(["exports"], only_institution=loaded.pk)
    done = fresh(loaded, asked)
    assert done.job.status == "failed"
    assert done.job.problem is not None
    assert done.job.problem["code"] == "unknown_reference"


@pytest.fixture
def departments(tenant: Tenant) -> dict[str, OrgUnit]:
    """Two departments, one of an organization, with a course and a section each; and a course of nobody's."""
    with tenancy.use_institution(tenant.pk):
        made: dict[str, OrgUnit] = {}
        for name, kind, parents in (
            ("Marine", "organization", []),
            ("Ocean", "department", ["Marine"]),
            ("Law", "department", []),
        ):
            made[name] = OrgUnit.objects.create(
                institution_id=tenant.pk, type=kind, name=name, name_folded=fold(name),
                parent_ids=[made[parent].pk for parent in parents],
            )  # fmt: skip
        for code, department in (("OCE1", made["Ocean"]), ("LAW1", made["Law"]), ("GEN1", None)):
            Course.objects.create(
                institution_id=tenant.pk, code=code, code_folded=fold(code), name=code, external_id=code,
                department_id=department.pk if department else None,
            )  # fmt: skip
    tenant.load(
        csv_text(["Name", "Start Date", "End Date", "External ID"], ["A", "2031-01-01", "2031-02-01", "T"]),
        TERMS,
    )
    tenant.load(
        csv_text(["Course ID", "Term ID", "Section Name", "External ID"],
                 *([code, "T", "01", f"S-{code}"] for code in ("OCE1", "LAW1", "GEN1"))),
        SECTIONS,
    )  # fmt: skip
    return made


def test_an_export_holds_only_what_its_submitter_reaches(
    tenant: Tenant, departments: dict[str, OrgUnit]
) -> None:
    marine = account(tenant, Role.ORG_ADMIN, departments["Marine"].pk)
    assert [line["Course Code"] for line in lines(export(tenant, COURSES, actor=marine))] == ["OCE1"]
    assert [line["Course Code"] for line in lines(export(tenant, SECTIONS, actor=marine))] == ["OCE1"]
    # Terms and people belong to the institution: everybody needs their ids.
    assert export(tenant, TERMS, actor=marine).rows == 1
    law = account(tenant, Role.SCHEDULER, departments["Law"].pk)
    assert [line["Course Code"] for line in lines(export(tenant, COURSES, actor=law))] == ["LAW1"]
    assert len(lines(export(tenant, COURSES))) == 3


def test_a_course_out_of_reach_is_unknown_as_a_filter(
    tenant: Tenant, departments: dict[str, OrgUnit]
) -> None:
    marine = account(tenant, Role.ORG_ADMIN, departments["Marine"].pk)
    assert refused(tenant, SECTIONS, {"course": ["LAW1"]}, marine).code == "unknown_reference"


def test_samples_of_update_and_delete_are_written_from_what_is_there(
    tenant: Tenant, departments: dict[str, OrgUnit]
) -> None:
    with tenancy.use_institution(tenant.pk):
        courses = format_for(COURSES)
        rows = services.sample_rows(courses, "update", tenant.pk)
        assert [row[1] for row in rows] == ["GEN1", "LAW1"]
        assert all(len(row) == len(courses.columns_for("update")) for row in rows)
        within = services.sample_rows(courses, "delete", tenant.pk, reach=Reach((departments["Law"].pk,)))
        assert [len(row) for row in within] == [1]
        with pytest.raises(ValueError, match="samples to create are declared"):
            services.sample_rows(courses, "create", tenant.pk)


def test_a_sample_of_an_update_imports_without_a_change(loaded: Tenant) -> None:
    with tenancy.use_institution(loaded.pk):
        sections = format_for(SECTIONS)
        header = [column.header for column in sections.columns_for("update")]
        rows = services.sample_rows(sections, "update", loaded.pk)
    assert loaded.load(csv_text(header, *rows), SECTIONS, "update").counts["unchanged"] == 2


def test_whoever_lost_the_right_meanwhile_gets_nothing(loaded: Tenant) -> None:
    analyst = account(loaded, Role.ANALYST)
    asked = ask(loaded, analyst)
    with tenancy.use_institution(loaded.pk):
        Grant.objects.filter(institution_id=loaded.pk, role=Role.ANALYST).delete()
        work_one(["exports"], only_institution=loaded.pk)
    done = fresh(loaded, asked)
    assert done.job.problem is not None
    assert done.job.problem["code"] == "not_permitted"
    assert done.file_key == ""


def test_nobody_without_a_role_exports(loaded: Tenant) -> None:
    with pytest.raises(NotAllowed, match="An administrator can"):
        ask(loaded, Actor(loaded.pk, "nobody", account=0))


def test_others_exports_are_seen_by_administrators_alone(loaded: Tenant) -> None:
    admin, analyst, other = (account(loaded, role) for role in (Role.ADMIN, Role.ANALYST, Role.SCHEDULER))
    asked = ask(loaded, analyst)
    with tenancy.use_institution(loaded.pk):
        seen = {name: list(services.visible_exports(actor)) for name, actor in
                (("admin", admin), ("analyst", analyst), ("other", other))}  # fmt: skip
        assert seen == {"admin": [asked], "analyst": [asked], "other": []}
        Institution.objects.filter(pk=loaded.pk).update(designated_administration=True)
        department = Actor(
            loaded.pk, "x", account=other.account, grants=(Granted(Role.DEPARTMENT_ADMIN, uuid4()),)
        )
        assert list(services.visible_exports(department)) == []
        with pytest.raises(NotThere):
            services.delete_export(department, asked)


def test_a_link_lasts_no_longer_than_the_file(loaded: Tenant) -> None:
    done = export(loaded, TERMS)
    assert done.expires_at is not None
    assert done.expires_at - timezone.now() > timedelta(days=settings.EXPORT_RETENTION_DAYS - 1)
    with tenancy.use_institution(loaded.pk):
        assert services.fresh_link(done)
        done.expires_at = timezone.now() - timedelta(seconds=1)
        assert services.fresh_link(done) is None


def test_deleting_an_export_takes_its_file_and_ends_its_link(loaded: Tenant) -> None:
    done = export(loaded, TERMS)
    with tenancy.use_institution(loaded.pk):
        services.delete_export(loaded.actor, done)
        assert not storage.exists(done.file_key)
        assert not Export.objects.filter(pk=done.pk).exists()
        assert not Job.objects.filter(pk=done.pk).exists()
        with pytest.raises(NotThere):
            services.delete_export(loaded.actor, done)


def test_an_export_deleted_while_it_is_made_leaves_no_file(
    loaded: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write.copy_rows

    def deleting(*args: Any) -> int:
        rows = whole(*args)
        # This connection is in a transaction that only reads; whoever deletes has one of their own.
        with direct_connection(loaded.pk) as other:
            other.execute("DELETE FROM exports_export WHERE job_id = %s", [asked.pk])
            other.execute("DELETE FROM jobs_job WHERE id = %s", [asked.pk])
        return rows

    asked = ask(loaded, loaded.actor)
    monkeypatch.setattr(write, "copy_rows", deleting)
    with tenancy.use_institution(loaded.pk):
        work_one(["exports"], only_institution=loaded.pk)
        assert not Export.objects.filter(pk=asked.pk).exists()
    assert list(storage.list_keys(f"exports/{loaded.pk}/{asked.pk}")) == []


@pytest.mark.parametrize("when", ["before it begins", "while rows are copied"])
def test_a_cancelled_export_ends_so_and_leaves_no_file(
    loaded: Tenant, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def cancel() -> None:
        with direct_connection(loaded.pk) as other:
            other.execute("UPDATE jobs_job SET cancel_requested = true WHERE id = %s", [asked.pk])

    def begin_and_cancel(*args: Any, **options: Any) -> None:
        begin(*args, **options)
        cancel()

    begin = write.begin
    asked = ask(loaded, loaded.actor)
    if when == "before it begins":
        cancel()
    else:
        monkeypatch.setattr(write, "begin", begin_and_cancel)
        monkeypatch.setattr(lease, "SECONDS_BETWEEN_BEATS", 0.0)
    with tenancy.use_institution(loaded.pk):
        work_one(["exports"], only_institution=loaded.pk)
    assert fresh(loaded, asked).job.status == "cancelled"
    assert list(storage.list_keys(f"exports/{loaded.pk}/{asked.pk}")) == []
