"""Making and changing templates: what can be saved as what, versions, archive, deletion."""

from __future__ import annotations

from typing import Any

import pytest

from edu_csv import storage, tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import Actor, actor_of_account
from imports.models import Import, ImportTemplate
from imports.requests import BadRequest, NotAllowed, WrongState
from imports.templates import manage
from imports.templates.content import Content
from imports.templates.lookup import usable
from imports.templates.manage import ExampleFile, NotReady
from tests.imports.harness import Tenant, csv_text

BODY = """{
  "statements": [
    {
      "id": "{{uuid columns.User columns.[Watched at]}}",
      "actor": { "account": { "homePage": "https://a.example", "name": "{{columns.User}}" } },
      "verb": { "id": "http://adlnet.gov/expapi/verbs/experienced" },
      "object": { "id": "https://a.example/{{urlEncode columns.Video}}" },
      "timestamp": "{{toDateTime "yyyy-MM-dd HH:mm:ss" columns.[Watched at]}}"
    }
  ]
}
"""
HEADER = ["User", "Video", "Watched at"]
EXAMPLE = ExampleFile(
    csv_text(
        HEADER, ["u-204", "v-17", "2025-09-03 14:05:30"], ["u-205", "v-17", "2025-09-03 14:06:00"]
    ).encode(),
    "views.csv",
)


def content(body: str = BODY, **more: Any) -> Content:
    return Content(body=body, **more)


def create(tenant: Tenant, name: str = "Views", said: Content | None = None, **more: Any) -> ImportTemplate:
    with tenancy.use_institution(tenant.pk):
        options: dict[str, Any] = {"ready": True, "example": EXAMPLE, **more}
        return manage.create(tenant.actor, name, said or content(), **options)


def refusals(tenant: Tenant, body: str, **more: Any) -> list[str]:
    """Why a text cannot be saved as ready, each with its place."""
    with pytest.raises(NotReady) as refused:
        create(tenant, said=content(body), **more)
    return [f"{fault.line}:{fault.column} {fault.message}" for fault in refused.value.faults]


def test_a_template_that_works_is_ready_at_once(tenant: Tenant) -> None:
    template = create(tenant)
    assert (template.state, template.version, template.ready_version, template.kind) == (
        "ready",
        1,
        1,
        "xapi",
    )
    with storage.open_file(template.example_file_key) as file:
        assert file.read() == EXAMPLE.content


def test_a_text_that_does_not_parse_is_refused_at_its_place(tenant: Tenant) -> None:
    [fault] = refusals(tenant, BODY.replace("{{columns.User}}", "{{columns.User", 1))
    assert fault.startswith("5:")


def test_an_unknown_function_is_told_with_the_nearest(tenant: Tenant) -> None:
    [fault] = refusals(tenant, BODY.replace("toDateTime", "toDatetime"))
    assert 'Unknown function "toDatetime". Did you mean "toDateTime"?' in fault
    assert fault.startswith("8:")


def test_a_column_that_the_example_lacks_is_refused_with_the_nearest(tenant: Tenant) -> None:
    [fault] = refusals(tenant, BODY.replace("columns.Video", "columns.Vidoe"))
    assert fault == '7:60 The example has no column "Vidoe". Did you mean "Video"?'.replace(
        "7:60", fault.split()[0]
    )
    assert fault.startswith("7:")


def test_a_column_that_files_may_lack_need_not_be_in_the_example(tenant: Tenant) -> None:
    body = BODY.replace("{{urlEncode columns.Video}}", "{{urlEncode columns.Video}}{{columns.Part}}")
    made = create(tenant, said=content(body, optional_columns=("Part",)))
    assert made.state == "ready"


def test_a_statement_without_an_id_is_refused(tenant: Tenant) -> None:
    lines = [line for line in BODY.splitlines() if '"id": "{{uuid' not in line]
    [fault] = refusals(tenant, "\n".join(lines))
    assert fault.startswith("3:5 ")
    assert "it needs a UUID" in fault


def test_for_an_id_that_is_none_one_of_who_what_and_when_is_offered(tenant: Tenant) -> None:
    [fault] = refusals(tenant, BODY.replace("{{uuid columns.User columns.[Watched at]}}", "{{columns.User}}"))
    assert (
        "Statement must include an ID, and the ID must be a UUID. The current value of the field is: u-204."
        in fault
    )
    assert '"id": "{{uuid columns.User columns.Video columns.[Watched at]}}"' in fault


@pytest.mark.parametrize("name", ["authority", "stored"])
def test_what_is_set_when_a_statement_is_stored_no_template_may_say(tenant: Tenant, name: str) -> None:
    faults = refusals(tenant, BODY.replace('"verb":', f'"{name}": "x", "verb":'))
    assert faults[0].startswith("6:7 ")
    assert f'"{name}" is set when a statement is stored' in faults[0]


def test_in_a_comment_anything_may_stand(tenant: Tenant) -> None:
    assert create(tenant, said=content('{{!-- "stored": now --}}\n' + BODY)).state == "ready"


def test_the_first_row_must_give_good_statements(tenant: Tenant) -> None:
    [fault] = refusals(tenant, BODY.replace("https://a.example/", "no address "))
    assert "Row 2: statements[0].object.id" in fault


def test_ready_needs_an_example_with_a_row(tenant: Tenant) -> None:
    assert "no example file yet" in refusals(tenant, BODY, example=None)[0]
    with pytest.raises(BadRequest, match="no row"):
        create(tenant, example=ExampleFile(b"User,Video,Watched at\n", "empty.csv"))


def test_programs_may_leave_the_example_out(tenant: Tenant) -> None:
    assert create(tenant, example=None, needs_example=False).state == "ready"


def test_a_draft_is_saved_whatever_it_says_and_takes_no_uploads(tenant: Tenant) -> None:
    draft = create(tenant, said=content("{{#if"), ready=False, example=None)
    assert (draft.state, draft.ready_version) == ("draft", None)
    assert not draft.takes_uploads


def test_a_draft_over_a_ready_version_leaves_that_in_use(tenant: Tenant) -> None:
    template = create(tenant)
    with tenancy.use_institution(tenant.pk):
        manage.change(tenant.actor, template, content("{{#if"))
        used = usable(tenant.pk, "Views")
    assert (used.number, used.body) == (1, BODY)
    assert (used.template.version, used.template.state) == (2, "ready")


def test_a_change_is_a_new_version_and_no_change_is_none(tenant: Tenant) -> None:
    template = create(tenant)
    with tenancy.use_institution(tenant.pk):
        same = manage.change(tenant.actor, template, content(), ready=True)
        assert same.version == 1
        other = manage.change(tenant.actor, same, content(time_zone="Europe/Oslo"), ready=True)
        assert (other.version, other.ready_version) == (2, 2)
        assert [each.time_zone for each in other.versions.order_by("number")] == ["UTC", "Europe/Oslo"]


def test_who_works_on_an_older_version_overwrites_nothing(tenant: Tenant) -> None:
    template = create(tenant)
    with tenancy.use_institution(tenant.pk):
        manage.change(tenant.actor, template, content(time_zone="Europe/Oslo"), based_on=1)
        with pytest.raises(WrongState, match="saved version 2 while you worked on version 1"):
            manage.change(tenant.actor, template, content(delimiter=";"), based_on=1)


@pytest.mark.parametrize(
    ("name", "code"), [("", "required"), ("  ", "required"), ("5123", "bad_value"), ("x" * 201, "too_long")]
)
def test_names_are_one_to_two_hundred_characters_and_no_number(tenant: Tenant, name: str, code: str) -> None:
    with pytest.raises(BadRequest) as refused:
        create(tenant, name)
    assert (refused.value.field, refused.value.code) == ("name", code)


def test_a_name_is_taken_once_and_case_counts(tenant: Tenant) -> None:
    create(tenant)
    create(tenant, "views")
    with pytest.raises(BadRequest, match="already"):
        create(tenant)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (content(time_zone="Europe/Atlantis"), "time_zone"),
        (content(delimiter="#"), "delimiter"),
        (content(group_mode="both"), "group_mode"),
        (content("x" * (256 * 1024 + 1)), "body"),
        (content(variables=(("a", "1"), ("a", "2"))), "variables"),
    ],
)
def test_what_cannot_be_kept_is_refused_of_drafts_too(tenant: Tenant, said: Content, field: str) -> None:
    with pytest.raises(BadRequest) as refused:
        create(tenant, said=said, ready=False)
    assert refused.value.field == field


def test_an_archived_template_is_not_deleted_and_comes_back(tenant: Tenant) -> None:
    template = create(tenant)
    with tenancy.use_institution(tenant.pk):
        assert not manage.set_archived(tenant.actor, template, True).takes_uploads
        assert manage.set_archived(tenant.actor, template, False).takes_uploads


def test_a_template_without_imports_is_deleted_with_its_example(tenant: Tenant) -> None:
    template = create(tenant)
    with tenancy.use_institution(tenant.pk):
        manage.delete(tenant.actor, template)
        assert not ImportTemplate.objects.filter(name="Views").exists()
    assert not storage.exists(template.example_file_key)


def test_a_template_that_an_import_went_through_is_kept(tenant: Tenant) -> None:
    template = create(tenant)
    upload = tenant.load(EXAMPLE.content, f"watershed.{template.pk}", action="")
    assert upload.counts["created"] == 2, upload.job.problem
    with tenancy.use_institution(tenant.pk):
        assert Import.objects.get(pk=upload.pk).template_version == manage.current(template)
        with pytest.raises(WrongState, match="An import went through Views"):
            manage.delete(tenant.actor, template)


@pytest.mark.parametrize("role", ["org_admin", "department_admin", "analyst", "integration", "scheduler"])
def test_only_administrators_of_the_whole_institution_change_templates(tenant: Tenant, role: str) -> None:
    account = access.create_account(
        institution=tenant.pk, email=f"{role}@{tenant.slug}.example", role=role, password=None
    )
    with tenancy.use_institution(tenant.pk):
        actor: Actor = actor_of_account(account, tenant.pk)
        with pytest.raises(NotAllowed):
            manage.create(actor, "Views", content())
