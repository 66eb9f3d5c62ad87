"""Pages of import templates: who sees and changes them, what each deed does, and what the editor answers."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from edu_csv.access.models import AuditEvent
from edu_csv.tenancy import use_institution
from imports.models import ImportTemplate, ImportTemplateVersion
from imports.templates import gallery, manage
from imports.templates.content import Content
from tests.pages.house import House, new_house

CSV = "User,Video,At\nu-204,v-17,1\nu-205,,2\n"
BODY = """{"statements": [{
  "id": "{{uuid columns.User columns.At}}",
  "actor": {"account": {"homePage": "{{base}}", "name": "{{columns.User}}"}},
  "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
  "object": {"id": "{{base}}/{{columns.Video}}"}
}]}"""
FORM = {"name": "Views", "body": BODY, "variable": ["base", ""], "expression": ["https://a.example", ""]}


def text_of(answer: Any) -> str:
    return unescape(" ".join(answer.content.decode().split()))


def made(house: House, name: str = "Views", ready: bool = True) -> ImportTemplate:
    with use_institution(house.pk):
        return manage.create(
            house.actor,
            name,
            Content(body=BODY, variables=(("base", "https://a.example"),)),
            ready=ready,
            example=manage.ExampleFile(CSV.encode(), "views.csv"),
        )


def fresh(house: House) -> ImportTemplate:
    with use_institution(house.pk):
        return ImportTemplate.objects.get()


def newest(house: House) -> ImportTemplateVersion:
    with use_institution(house.pk):
        return manage.current(ImportTemplate.objects.get())


def verbs(house: House) -> list[str]:
    with use_institution(house.pk):
        return list(AuditEvent.objects.order_by("at").values_list("verb", flat=True))


def save(client: Client, template: ImportTemplate, do: str, **more: Any) -> Any:
    return client.post(
        f"/templates/{template.pk}/save/",
        {**FORM, "based_on": template.version, "do": do, **more},
        follow=True,
    )


def attempt(client: Client, template: ImportTemplate, **more: Any) -> str:
    return text_of(
        client.post(f"/templates/{template.pk}/try/", {**FORM, **more}, headers={"HX-Request": "true"})
    )


def file(content: str = CSV, name: str = "views.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode(), content_type="text/csv")


def test_the_list_tells_state_and_use_and_asks_as_often_for_any_number(house: House) -> None:
    client = house.browser()
    assert "No templates yet" in text_of(client.get("/templates/"))
    made(house)
    made(house, "Draft of notes", ready=False)
    with CaptureQueriesContext(connection) as few:
        page = text_of(client.get("/templates/"))
    assert "<b>1 template</b> takes files." in page
    assert "1 is a draft and takes none yet." in page
    for number in range(5):
        made(house, f"More {number}")
    with CaptureQueriesContext(connection) as many:
        client.get("/templates/")
    assert len(many) == len(few)


def test_an_archived_template_stands_in_a_fold_and_not_among_formats(house: House) -> None:
    client, template = house.browser(), made(house)
    assert "Views" in text_of(client.get("/imports/new/"))
    answer = client.post(f"/templates/{template.pk}/archive/", {"archived": "yes"}, follow=True)
    assert "Archived: it takes no files." in text_of(answer)
    assert "Archived (1)" in text_of(client.get("/templates/"))
    assert "watershed." not in text_of(client.get("/imports/new/"))
    back = client.post(f"/templates/{template.pk}/archive/", {"archived": ""}, follow=True)
    assert "Ready: it takes files." in text_of(back)
    assert verbs(house)[-2:] == ["template.archived", "template.unarchived"]


@pytest.mark.parametrize("role", ["org_admin", "department_admin", "integration"])
def test_who_may_import_or_feed_reads_and_changes_nothing(house: House, role: str) -> None:
    template = made(house)
    client = house.browser(role)
    assert client.get("/templates/").status_code == 200
    page = text_of(client.get(f"/templates/{template.pk}/"))
    assert "Save as ready" not in page
    # What the stored text makes is shown row by row; a text of their own is tried on nothing.
    assert "u-204" in page
    assert "?row=3" in page
    assert "Try all" not in page
    assert "/try/" not in page
    assert "u-205" in text_of(client.get(f"/templates/{template.pk}/?row=3"))
    assert client.get("/templates/new/").status_code == 404
    for path in ("save", "try", "archive", "delete"):
        assert client.post(f"/templates/{template.pk}/{path}/", FORM).status_code == 404


@pytest.mark.parametrize("role", ["analyst", "scheduler"])
def test_others_find_nothing(house: House, role: str) -> None:
    template = made(house)
    client = house.browser(role)
    for path in ("/templates/", f"/templates/{template.pk}/", f"/templates/{template.pk}/versions/"):
        assert client.get(path).status_code == 404
    assert "Templates" not in text_of(client.get("/"))


def test_a_template_of_another_institution_is_not_there(house: House) -> None:
    foreign = made(new_house())
    client = house.browser()
    for path in ("", "versions/", "example/"):
        assert client.get(f"/templates/{foreign.pk}/{path}").status_code == 404
    for path in ("save/", "try/", "archive/", "delete/"):
        assert client.post(f"/templates/{foreign.pk}/{path}", FORM).status_code == 404


@pytest.mark.parametrize("key", sorted(gallery.entries()))
def test_a_ready_one_is_made_with_the_address_of_the_institution(house: House, key: str) -> None:
    client = house.browser()
    begun = text_of(client.get("/templates/new/", {"ready": key}))
    assert gallery.entries()[key].text in begun
    given = {"ready": key, "name": "Ours", "base": "https://lecture.fjord.example/"}
    answer = client.post("/templates/new/", given, follow=True)
    assert "Ready: it takes files." in text_of(answer)
    variables = dict(newest(house).variables)
    assert variables.get("base", "https://lecture.fjord.example") == "https://lecture.fjord.example"
    assert verbs(house)[-1] == "template.created"
    example = client.get(f"/templates/ready/{key}/example.csv")
    assert example.content == gallery.entries()[key].example


def test_an_address_that_is_none_is_told_beside_its_field(house: House) -> None:
    given = {"ready": "notes", "name": "Ours", "base": "lecture"}
    answer = house.browser().post("/templates/new/", given)
    assert answer.status_code == 422
    assert "Expected an address such as https://lecture.example.edu, got “lecture”." in text_of(answer)


def test_a_file_of_ones_own_begins_a_draft_over_its_columns(house: House) -> None:
    client = house.browser()
    content = "User ID;E-mail;Course;Watched at\nu-1;ana@a.example;C1;2025-09-03 14:05\n"
    answer = client.post("/templates/new/", {"name": "Ours", "example": file(content)}, follow=True)
    page = text_of(answer)
    assert "A draft: it takes no files yet." in page
    assert "It can be saved as ready." in page
    version = newest(house)
    assert version.delimiter == ";"
    assert "columns.[Watched at]" in version.body


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "Ours"}, "No file came with it."),
        ({"name": "", "example": file()}, "Write a name, such as Lecture views."),
        ({"name": "17", "example": file()}, "could be mistaken for an id"),
        ({"name": "Ours", "example": file("User,User\na,b\n")}, "User"),
    ],
)
def test_what_is_wrong_with_a_beginning_is_told(house: House, given: dict[str, Any], said: str) -> None:
    answer = house.browser().post("/templates/new/", given)
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_the_editor_shows_a_row_as_a_sentence_and_as_json(house: House) -> None:
    client, template = house.browser(), made(house)
    page = text_of(client.get(f"/templates/{template.pk}/"))
    assert "u-204 experienced https://a.example/v-17." in page
    assert '"name": "u-204"' in page
    assert "It can be saved as ready." in page
    assert '<button class="ed-in is-used" type="button" data-insert="{{columns.Video}}"' in page


def test_what_is_typed_is_tried_and_not_stored(house: House) -> None:
    client, template = house.browser(), made(house)
    part = attempt(client, template, row="3", body=BODY.replace("experienced", "watched"))
    assert "Row <b>3</b>" in part
    assert "u-205 watched" in part
    assert newest(house).body == BODY


def test_faults_are_told_at_line_and_column_and_warnings_too(house: House) -> None:
    client, template = house.browser(), made(house)
    part = attempt(client, template, body=BODY.replace("{{uuid columns.User", "{{uid columns.User"))
    assert 'data-goto="2:12">Line 2, column 12</button>' in part
    assert 'Did you mean "uuid"?' in part
    warned = attempt(client, template, body=BODY.replace("{{uuid columns.User columns.At}}", "{{uuid}}"))
    assert "ed-warnings" in warned


def test_faults_of_variables_name_them(house: House) -> None:
    client, template = house.browser(), made(house)
    part = attempt(client, template, variable=["base"], expression=["{{lowr columns.User}}"])
    assert "Variable base, column" in part
    assert 'Did you mean "lower"?' in part


def test_all_rows_are_tried_when_asked(house: House) -> None:
    client, template = house.browser(), made(house)
    body = BODY.replace(
        '"{{base}}/{{columns.Video}}"', '"{{#if columns.Video}}{{base}}/{{columns.Video}}{{/if}}"'
    )
    part = attempt(client, template, all="yes", body=body)
    assert "1 of 2 rows comes out, with 1 statement." in part
    assert "<b>Row 3</b>" in part


def test_saving_as_ready_is_refused_in_words_and_what_was_typed_stays(house: House) -> None:
    client, template = house.browser(), made(house)
    typed = BODY.replace("columns.Video", "columns.Vidoe")
    answer = save(client, template, "ready", body=typed)
    assert answer.status_code == 422
    page = text_of(answer)
    assert "It cannot be ready yet" in page
    assert 'The example has no column "Vidoe". Did you mean "Video"?' in page
    assert "columns.Vidoe" in page
    assert fresh(house).version == 1
    drafted = save(client, template, "draft", body=typed)
    assert "files still go through version 1" in text_of(drafted)
    assert (fresh(house).version, fresh(house).ready_version) == (2, 1)


def test_who_saves_over_a_newer_version_is_told_and_overwrites_nothing(house: House) -> None:
    client, template = house.browser(), made(house)
    save(client, template, "draft", body=BODY + " ")
    answer = save(client, template, "draft", body=BODY + "  ")
    assert answer.status_code == 409
    assert "Somebody saved another version meanwhile" in text_of(answer)
    assert newest(house).body == BODY + " "


def test_settings_are_saved_and_told_when_they_cannot_be(house: House) -> None:
    client, template = house.browser(), made(house)
    given = {
        "time_zone": "Europe/Oslo",
        "delimiter": "comma",
        "optional_columns": "Part\r\n\r\nNote",
        "group_mode": "replace",
    }
    save(client, template, "ready", **given)
    version = newest(house)
    assert (version.time_zone, version.optional_columns, version.group_mode) == (
        "Europe/Oslo",
        ["Part", "Note"],
        "replace",
    )
    wrong = save(client, fresh(house), "ready", time_zone="Mars/Phobos")
    assert "There is no time zone Mars/Phobos." in text_of(wrong)


def test_another_example_is_kept_and_downloaded(house: House) -> None:
    client, template = house.browser(), made(house)
    typed = BODY.replace("experienced", "watched")
    answer = save(
        client, template, "example", body=typed, example=file("User,Video,At,More\nu-9,v-1,1,x\n", "new.csv")
    )
    page = text_of(answer)
    assert "new.csv is the example now" in page
    assert "u-9 watched https://a.example/v-1." in page
    assert newest(house).body == BODY
    link = client.get(f"/templates/{template.pk}/example/")["Location"]
    assert client.get(link).getvalue() == b"User,Video,At,More\nu-9,v-1,1,x\n"
    bad = save(client, template, "example", example=file("User,User\n1,2\n"))
    assert bad.status_code == 422


def test_an_example_that_the_version_in_use_cannot_read_comes_with_the_text_that_can(house: House) -> None:
    client, template = house.browser(), made(house)
    other = file("User,Film,At\nu-9,f-1,1\n", "films.csv")
    refused = save(client, template, "example", example=other)
    assert refused.status_code == 422
    assert "This file lacks Video, which version 1 uses" in text_of(refused)
    films = BODY.replace("columns.Video", "columns.Film")
    drafted = save(client, template, "draft", body=films, example=file("User,Film,At\nu-9,f-1,1\n"))
    assert drafted.status_code == 422
    assert fresh(house).example_file_name == "views.csv"
    done = save(client, template, "ready", body=films, example=file("User,Film,At\nu-9,f-1,1\n", "films.csv"))
    assert "u-9 experienced https://a.example/f-1." in text_of(done)
    assert (fresh(house).example_file_name, fresh(house).ready_version) == ("films.csv", 2)


def test_what_was_refused_is_no_older_version_and_its_address_leads_back(house: House) -> None:
    client, template = house.browser(), made(house)
    refused = save(client, template, "draft", time_zone="Berlin")
    assert refused.status_code == 422
    assert "This is an older version" not in text_of(refused)
    back = client.get(f"/templates/{template.pk}/save/")
    assert (back.status_code, back["Location"]) == (302, f"/templates/{template.pk}/")


def test_what_came_into_use_stands_beside_what_was_in_use_before(house: House) -> None:
    client, template = house.browser(), made(house)
    watched = BODY.replace("experienced", "watched")
    save(client, template, "draft", body=watched)
    page = text_of(client.get(f"/templates/{template.pk}/"))
    assert "Version 2, below, is a draft: what it changed comes into use, too" in page
    ready = save(client, fresh(house), "ready", body=watched, expression=["https://b.example", ""])
    assert "files go through it from now on. What draft 2 changed is part of it." in text_of(ready)
    url = f"/templates/{template.pk}/versions/"
    page = text_of(client.get(url))
    assert "What version 3 says, beside version 1." in page
    assert '<ins> "verb": {"id": "http://adlnet.gov/expapi/verbs/watched"},</ins>' in page
    assert f'href="{url}?version=3&with=2"' in page
    assert "beside version 2." in text_of(client.get(url, {"version": 3, "with": 2}))


def test_versions_stand_beside_each_other(house: House) -> None:
    client, template = house.browser(), made(house)
    save(client, template, "ready", body=BODY.replace("experienced", "watched"), time_zone="Europe/Oslo")
    page = text_of(client.get(f"/templates/{template.pk}/versions/"))
    assert "What version 2 says, beside version 1." in page
    assert '<del> "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},</del>' in page
    assert '<ins> "verb": {"id": "http://adlnet.gov/expapi/verbs/watched"},</ins>' in page
    assert "<del>time zone: UTC</del>" in page
    first = text_of(client.get(f"/templates/{template.pk}/versions/", {"version": 1}))
    assert "there is nothing before it" in first
    assert client.get(f"/templates/{template.pk}/versions/", {"version": 9}).status_code == 404


def test_an_older_version_is_begun_with_and_saved_as_a_new_one(house: House) -> None:
    client, template = house.browser(), made(house)
    save(client, template, "ready", body=BODY.replace("experienced", "watched"))
    page = text_of(client.get(f"/templates/{template.pk}/", {"version": 1}))
    assert "This is an older version" in page
    assert "verbs/experienced" in page
    save(client, fresh(house), "ready")
    assert (fresh(house).version, newest(house).body) == (3, BODY)


def test_a_template_is_deleted_unless_imports_went_through_it(house: House) -> None:
    client, template = house.browser(), made(house)
    house.load(CSV.replace("u-205,,2", "u-205,v-18,2"), f"watershed.{template.pk}", "")
    kept = client.post(f"/templates/{template.pk}/delete/")
    assert kept.status_code == 409
    assert "An import went through Views, so it is kept with them. Archive it instead." in text_of(kept)
    other = made(house, "Other")
    gone = client.post(f"/templates/{other.pk}/delete/", follow=True)
    assert "Other is deleted." in text_of(gone)
    assert client.get(f"/templates/{other.pk}/").status_code == 404


def test_templates_are_told_among_the_formats(house: House) -> None:
    client, template = house.browser(), made(house)
    page = text_of(client.get("/help/formats/"))
    assert "CSV Data Import" in page
    assert "as the template says" in page
    assert client.get(f"/help/formats/watershed.{template.pk}/")["Location"] == f"/templates/{template.pk}/"
    assert "toDateTime pattern value" in text_of(client.get("/help/templates/"))


def test_text_of_people_is_escaped(house: House) -> None:
    client, template = house.browser(), made(house)
    part = client.post(
        f"/templates/{template.pk}/try/", {**FORM, "body": BODY.replace("u", "<script>")}
    ).content.decode()
    assert "<script>" not in part
