"""Pages of files that went through a template: what rows make as sentences and as JSON, what an undo voids."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from imports.formats.templated import key_of
from imports.models import Import
from tests.imports.harness import Tenant, csv_text
from tests.imports.templated.house import (
    HEADER,
    PLAIN,
    live,
    load,
    make_template,
    plain,
    view,
    views,
)
from tests.imports.views.conftest import client_of, log_in, person

__all__ = ["client_of", "log_in", "person"]

STATEMENT = """{
  "id": "{{columns.%s}}", "actor": {"mbox": "mailto:ana@example.edu"},
  "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"}, "object": {"id": "https://lecture.example.edu/media/v"}
}"""
TWO = f'{{"statements": [{STATEMENT % "one"}, {STATEMENT % "other"}]}}'
SENTENCE = 'Ana Ruiz "1" experienced Lecture 1: Queues & Co, 2 September 2025, 00:00 UTC.'


def text_of(client: Client, upload: Import, rest: str = "") -> str:
    answer = client.get(f"/imports/{upload.pk}/{rest}")
    assert answer.status_code == 200, answer.status_code
    text = unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return re.sub(r"\s+", " ", text)


def test_a_plan_says_how_many_statements_there_will_be_and_what_each_row_makes(
    tenant: Tenant, person: Client
) -> None:
    version = make_template(tenant)
    waits = load(tenant, version, csv_text(HEADER, view(1), view(2, event_timestamp="soon")), mode="preview")
    text = text_of(person, waits)
    assert "If you approve, 1 statement is created" in text
    assert "Approving creates 1 statement." in text
    assert "Template Lecture views" in text
    assert SENTENCE in text
    assert 'toDateTime: "soon" does not match' in text


def test_a_result_says_how_many_statements_were_stored(tenant: Tenant, person: Client) -> None:
    version = make_template(tenant)
    done = load(tenant, version, views(1, 2))
    assert "Done: 2 statements created." in text_of(person, done)
    assert "same file as" not in text_of(person, done)
    again = load(tenant, version, views(1, 2))
    assert f"same file as import {done.number}" in text_of(person, again)
    assert "Nothing to do: all 2 rows make nothing new." in text_of(person, again)
    assert f"Nothing new: {SENTENCE}" in text_of(person, again)


def test_a_row_shows_its_cells_its_statements_and_their_json(tenant: Tenant, person: Client) -> None:
    done = load(tenant, make_template(tenant), views(1))
    text = text_of(person, done, "rows/2/")
    assert text.count(SENTENCE) == 1
    [stands] = live(tenant)
    assert f"Statement {stands} The statement as JSON" in text
    assert "<details open>" in person.get(f"/imports/{done.pk}/rows/2/").content.decode()
    assert '"homePage": "https://lecture.example.edu"' in text
    assert "v/1" in text
    below = person.get(f"/imports/{done.pk}/rows/2/cells/").content.decode()
    assert "<summary>The statement as JSON</summary>" in below
    assert stands in below
    assert "Lecture 1: Queues &amp; Co" in below


def test_each_of_several_statements_has_its_sentence_and_its_id(tenant: Tenant, person: Client) -> None:
    one, other = str(uuid4()), str(uuid4())
    done = load(tenant, make_template(tenant, TWO), csv_text(["one", "other"], [one, other]))
    text = text_of(person, done, "rows/2/")
    assert f"Statement {one} Statement 1 of 2 as JSON" in text
    assert f"Statement {other} Statement 2 of 2 as JSON" in text


def test_a_random_id_is_shown_as_it_is_stored(tenant: Tenant, person: Client) -> None:
    version = make_template(tenant, PLAIN.replace('"{{columns.id}}"', '"{{uuid}}"'))
    done = load(tenant, version, plain(("x", "ana@example.edu", "v")))
    [stands] = live(tenant)
    assert text_of(person, done, "rows/2/").count(stands) == 2


def test_a_row_shows_the_cells_that_no_column_is_left_for(tenant: Tenant, person: Client) -> None:
    row = f"{uuid4()},ana@example.edu,v,behind"
    done = load(tenant, make_template(tenant, PLAIN), f"id,who,what\n{row}\n")
    text = text_of(person, done, "rows/2/")
    assert "what cell 4, without a column" in text
    assert "behind" in text
    assert "without a column" not in text_of(
        person,
        load(tenant, make_template(tenant, PLAIN, name="B"), plain(("", "", ""), ("", "", "v"))),
        "rows/3/",
    )


def test_the_wizard_counts_a_statement_once_and_says_what_required_means(
    tenant: Tenant, person: Client
) -> None:
    version = make_template(tenant)
    load(tenant, version, views(1))
    sent = SimpleUploadedFile("views.csv", views(1, 2, 2, 3).encode())
    fields = {"file": sent, "format": key_of(version.template_id)}
    step = person.post("/imports/new/", fields, follow=True).content.decode()
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", step)))
    assert (
        "4 of 4 rows come out, with 2 statements; 2 more are stored already, or stand earlier in the file."
        in text
    )
    assert "which cells may be blank in columns that are required." in text
    assert "The statement as JSON" in text


def test_a_row_without_statements_says_so(tenant: Tenant, person: Client) -> None:
    done = load(
        tenant, make_template(tenant, PLAIN), plain(("", "", "v"), (str(uuid4()), "ana@example.edu", "v"))
    )
    assert "The template makes nothing of this row." in text_of(person, done, "?outcome=all")


def test_rows_of_a_large_file_are_shown_too(tenant: Tenant, person: Client) -> None:
    done = load(tenant, make_template(tenant), csv_text(HEADER, *(view(n) for n in range(1, 10_002))))
    assert done.has_own_tables
    assert SENTENCE in text_of(person, done)


def test_a_refused_file_says_why(tenant: Tenant, person: Client) -> None:
    done = load(tenant, make_template(tenant), "userid\nu-1\n")
    assert "The file lacks VideoId , VideoName" in text_of(person, done).replace("` ", " ").replace("`", "")


def test_an_undo_says_how_many_statements_it_voids_and_what_stays(tenant: Tenant, person: Client) -> None:
    done = load(tenant, make_template(tenant), views(1, 2))
    text = text_of(person, done, "undo/")
    assert "Undoing voids 2 statements." in text
    assert "2 Statements voided" in text
    assert "Put back" not in text
    assert "Nothing is erased" in text
    answer = person.post(f"/imports/{done.pk}/undo/")
    assert answer.status_code == 302
    tenant.work()
    assert "Undone: 2 statements voided." in text_of(person, tenant.fresh(done))
