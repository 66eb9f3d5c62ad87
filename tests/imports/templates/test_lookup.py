"""Which template an upload goes through, and what the database holds of templates by itself."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from edu_csv import tenancy
from imports.models import ImportTemplate, ImportTemplateVersion
from imports.templates.lookup import NoTemplate, find, usable, usable_templates
from tests.imports.harness import Tenant, new_tenant


def template(tenant: Tenant, name: str, *ready: bool, archived: bool = False) -> ImportTemplate:
    """A template with so many versions, each ready or not."""
    numbers = [number for number, is_ready in enumerate(ready, 1) if is_ready]
    with tenancy.use_institution(tenant.pk):
        made = ImportTemplate.objects.create(
            institution_id=tenant.pk,
            name=name,
            version=len(ready),
            ready_version=max(numbers, default=None),
            state="ready" if numbers else "draft",
            archived=archived,
        )
        for number, is_ready in enumerate(ready, 1):
            ImportTemplateVersion.objects.create(
                institution_id=tenant.pk, template=made, number=number, body="{}", is_draft=not is_ready
            )
    return made


def test_a_template_is_found_by_its_exact_name_and_by_its_id(tenant: Tenant) -> None:
    made = template(tenant, "Lecture views", True)
    with tenancy.use_institution(tenant.pk):
        assert usable(tenant.pk, "Lecture views").template == made
        assert usable(tenant.pk, made.pk).template == made
        assert usable(tenant.pk, str(made.pk)).template == made
        assert find(tenant.pk, "lecture views") is None
        assert find(tenant.pk, 10**30) is None


@pytest.mark.parametrize("digits", [30, 4_400, 100_000])
def test_digits_beyond_any_id_are_nobodys(tenant: Tenant, digits: int) -> None:
    made = template(tenant, "Lecture views", True)
    with tenancy.use_institution(tenant.pk):
        assert find(tenant.pk, "9" * digits) is None
        assert find(tenant.pk, "0" * digits) is None
        assert find(tenant.pk, f"{made.pk:0{digits}}") == made
        with pytest.raises(NoTemplate) as refused:
            usable(tenant.pk, "9" * digits)
    assert refused.value.code == "unknown_template"


def test_uploads_go_by_the_newest_version_that_is_ready(tenant: Tenant) -> None:
    template(tenant, "Views", True, True, False)
    with tenancy.use_institution(tenant.pk):
        assert usable(tenant.pk, "Views").number == 2
        assert [each.name for each in usable_templates(tenant.pk)] == ["Views"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("Nothing", "unknown_template"), ("Old", "archived_template"), ("Begun", "draft_template")],
)
def test_no_upload_goes_through_a_template_that_takes_none(tenant: Tenant, name: str, code: str) -> None:
    template(tenant, "Old", True, archived=True)
    template(tenant, "Begun", False)
    with tenancy.use_institution(tenant.pk), pytest.raises(NoTemplate) as refused:
        usable(tenant.pk, name)
    assert refused.value.code == code
    assert name in str(refused.value)


def test_a_version_is_never_changed(tenant: Tenant) -> None:
    made = template(tenant, "Views", True)
    with tenancy.use_institution(tenant.pk), pytest.raises(ProgrammingError), transaction.atomic():
        ImportTemplateVersion.objects.filter(template=made).update(body="[]")


def test_templates_of_other_institutions_are_not_seen(tenant: Tenant) -> None:
    made = template(tenant, "Views", True)
    other = new_tenant()
    with tenancy.use_institution(other.pk):
        assert find(other.pk, "Views") is None
        assert find(tenant.pk, made.pk) is None
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM imports_template_version WHERE template_id = %s", [made.pk])
            assert cursor.fetchone() == (0,)
