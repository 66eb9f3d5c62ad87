"""Files that go through a template are ordinary imports: counts, outcomes, messages."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command

from edu_csv import tenancy
from edu_csv.access.policy import EVERYWHERE
from imports import plans
from imports.erasure import erase_person
from imports.formats.templated import key_of
from imports.requests import BadRequest
from tests.imports.harness import Tenant, csv_text
from tests.imports.templated.house import (
    HEADER,
    PLAIN,
    PLAIN_HEADER,
    download,
    live,
    load,
    make_template,
    plain,
    stored,
    told,
    view,
    views,
)

A, B, C = (str(uuid4()) for _ in range(3))
LACKING = (
    "The file lacks `VideoId`, `VideoName`, `courseId`, `event_timestamp`, `lastname`, which the template “Lecture views” uses."
    " Add what is missing, or let the template say that a file may lack it."
)
ZERO = {"updated": 0, "deleted": 0, "held": 0, "superseded": 0, "warnings": 0}


def test_each_row_stores_its_statements_once_and_says_so(tenant: Tenant) -> None:
    version = make_template(tenant)
    done = load(tenant, version, views(1, 2, 3))
    assert done.job.status == "completed"
    assert done.counts == {"rows": 3, "created": 3, "unchanged": 0, "failed": 0, **ZERO}
    assert done.effects == {"statement": {"created": 3}}
    assert done.template_version_id == version.pk
    statements = stored(tenant)
    assert [each["actor"]["name"] for each in statements] == [f'Ana Ruiz "{n}"' for n in (1, 2, 3)]
    assert statements[0]["timestamp"] == "2025-09-02T00:00:01.000Z"
    found = tenant.query("SELECT job_id, row FROM activity_statement ORDER BY seq")
    assert found == [(done.pk, 2), (done.pk, 3), (done.pk, 4)]


def test_the_same_file_again_stores_nothing_and_fails_nothing(tenant: Tenant) -> None:
    version = make_template(tenant)
    load(tenant, version, views(1, 2))
    again = load(tenant, version, views(1, 2, 3, 3))
    assert again.counts == {"rows": 4, "created": 1, "unchanged": 3, "failed": 0, **ZERO}
    assert again.effects == {"statement": {"created": 1}}
    assert again.review["duplicates"] == 3
    assert len(stored(tenant)) == 3


def test_a_row_without_statements_is_done_and_changes_nothing(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN)
    done = load(tenant, version, plain((A, "ana@example.edu", "v"), ("", "", "v")))
    assert done.counts == {"rows": 2, "created": 1, "unchanged": 1, "failed": 0, **ZERO}
    assert [row.outcome for row in tenant.plan(done)] == ["created", "unchanged"]


def test_a_failed_row_stores_none_of_its_statements_and_says_which_one_is_wrong(tenant: Tenant) -> None:
    body = (
        '{"statements": ['
        + PLAIN.partition("[")[2].rpartition("]}")[0]
        + ", "
        + (
            '{"id": "{{columns.id2}}", "actor": {"mbox": "mailto:{{columns.who}}"}, "verb": {"id": "{{columns.verb}}"},'
            ' "object": {"id": "https://lecture.example.edu/v"}}]}'
        )
    )
    version = make_template(tenant, body)
    file = csv_text(
        [*PLAIN_HEADER, "id2", "verb"],
        [A, "ana@example.edu", "v", B, "experienced"],
        [A, "ana@example.edu", "v", C, "http://adlnet.gov/expapi/verbs/experienced"],
    )
    done = load(tenant, version, file)
    assert done.job.status == "completed_with_errors"
    assert done.counts == {"rows": 2, "created": 1, "unchanged": 0, "failed": 1, **ZERO}
    assert list(told(tenant, done)) == [2]
    assert told(tenant, done)[2].startswith("statements[1].verb.id: ")
    assert told(tenant, done)[2].endswith("The current value is: experienced.")
    assert live(tenant) == {A, C}


def test_the_sentence_about_ids_is_that_of_the_published_page(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN.replace("{{#if columns.id}}", "").replace("{{/if}}", ""))
    done = load(tenant, version, plain(("some-invalid-id", "ana@example.edu", "v")))
    assert told(tenant, done) == {
        2: "Statement must include an ID, and the ID must be a UUID. The current value of the field is: some-invalid-id."
    }
    without = make_template(
        tenant,
        PLAIN.replace("{{#if columns.id}}", "")
        .replace("{{/if}}", "")
        .replace('"id": "{{columns.id}}",', '{{#if columns.id}} "id": "{{columns.id}}", {{/if}}'),
        name="Without ids",
    )
    done = load(tenant, without, plain(("", "ana@example.edu", "v")))
    assert told(tenant, done) == {
        2: "Statement must include an ID, and the ID must be a UUID. The current value of the field is: null."
    }


def test_statements_of_imports_lie_in_no_future_and_bring_no_attachments(tenant: Tenant) -> None:
    body = PLAIN.replace('"object":', '"timestamp": "{{columns.at}}", {{{columns.more}}} "object":')
    version = make_template(tenant, body)
    file = csv_text(
        [*PLAIN_HEADER, "at", "more"],
        [A, "ana@example.edu", "v", "2999-01-01T00:00:00Z", ""],
        [B, "ana@example.edu", "v", "2025-01-01T00:00:00Z", '"attachments": [],'],
        [C, "ana@example.edu", "v", "2025-01-01T00:00:00Z", '"authority": {"mbox": "mailto:a@b.org"},'],
    )
    assert told(tenant, load(tenant, version, file)) == {
        2: "statements[0].timestamp: must not be more than 5 minutes in the future. The current value is: 2999-01-01T00:00:00Z.",
        3: "statements[0].attachments: must be left out, since imports make no attachments. The current value is: [].",
        4: "statements[0].authority: is set when the statement is stored; leave it out.",
    }
    assert stored(tenant) == []


def test_a_statement_within_a_statement_brings_no_attachments_either(tenant: Tenant) -> None:
    inner = (
        '{"objectType": "SubStatement", "actor": {"mbox": "mailto:{{columns.who}}"},'
        ' "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"}, "object": {"id": "https://lecture.example.edu/q"},'
        ' "attachments": []}'
    )
    body = PLAIN.partition('"object":')[0] + f'"object": {inner} }}{{{{/if}}}}]}}'
    done = load(tenant, make_template(tenant, body), plain((A, "ana@example.edu", "v")))
    assert told(tenant, done) == {
        2: "statements[0].object.attachments: must be left out, since imports make no attachments. The current value is: []."
    }


def test_faults_of_a_row_are_joined_by_a_blank_and_are_ten_at_most(tenant: Tenant) -> None:
    one = '{"id": "{{uuid columns.who}}", "actor": {"mbox": "{{columns.who}}"}, "verb": {"id": "v"}, "object": {"id": "o"}}'
    version = make_template(tenant, f'{{"statements": [{", ".join([one] * 9)}]}}')
    done = load(tenant, version, csv_text(["who"], ["nobody"]))
    [message] = told(tenant, done).values()
    assert message.count("The current value is:") == 10
    assert "statements[3].actor.mbox" in message
    assert "statements[4]" not in message


def test_a_function_that_fails_names_its_column(tenant: Tenant) -> None:
    version = make_template(tenant)
    done = load(tenant, version, csv_text(HEADER, view(1, event_timestamp="31/02/2025"), view(2)))
    assert told(tenant, done) == {
        2: 'toDateTime: "31/02/2025" does not match "yyyy-MM-dd HH:mm:ss" (column "event_timestamp").'
    }
    row = tenant.row(done, 2)
    assert (row.codes, row.columns) == (["template_row"], ["event_timestamp"])


def test_a_fault_of_row_1388_is_told_of_row_1388(tenant: Tenant) -> None:
    version = make_template(tenant)
    rows = [view(number) for number in range(2, 1500)]
    # A blank record keeps its number, and a line break inside quotes begins no row.
    rows[10] = [""] * len(HEADER)
    rows[20] = view(22, VideoName="Two\nlines")
    rows[1388 - 2] = view(1388, event_timestamp="yesterday")
    done = load(tenant, version, csv_text(HEADER, *rows))
    assert list(told(tenant, done)) == [1388]
    assert done.counts == {"rows": 1497, "created": 1496, "unchanged": 0, "failed": 1, **ZERO}


def test_an_id_that_is_stored_with_other_words_fails_its_row_and_names_the_import(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN)
    first = load(tenant, version, plain((A, "ana@example.edu", "v")))
    second = load(
        tenant,
        version,
        plain((A, "ana@example.edu", "w"), (B, "ana@example.edu", "v"), (B, "b@example.edu", "v")),
    )
    assert told(tenant, second) == {
        2: f"A different statement with the id {A} is already stored (import {first.number}). Statements cannot be changed;"
        " void the old one or change what the id is made of.",
        4: f"A different statement with the id {B} stands in row 3 of this file. Statements cannot be changed; change what the"
        " id is made of.",
    }
    assert second.counts == {"rows": 3, "created": 1, "unchanged": 0, "failed": 2, **ZERO}


def test_what_a_failed_row_would_have_stored_is_not_there_for_later_rows(tenant: Tenant) -> None:
    two = PLAIN.partition("[")[2].rpartition("]}")[0]
    version = make_template(tenant, f'{{"statements": [{two}, {two.replace("columns.", "columns.other_")}]}}')
    header = [*PLAIN_HEADER, *(f"other_{name}" for name in PLAIN_HEADER)]
    load(tenant, version, csv_text(header, [A, "a@example.edu", "v", "", "", ""]))
    done = load(
        tenant,
        version,
        csv_text(
            header,
            # Fails, since A is another statement; so B of this row is not stored.
            [A, "a@example.edu", "w", B, "a@example.edu", "v"],
            # And this is the first B.
            [B, "b@example.edu", "v", "", "", ""],
            [B, "b@example.edu", "v", C, "c@example.edu", "v"],
        ),
    )
    assert [row.outcome for row in tenant.plan(done)] == ["failed", "created", "created"]
    assert live(tenant) == {A, B, C}
    assert done.review["duplicates"] == 1


@pytest.mark.parametrize(
    ("upload", "reason"),
    [
        (
            "userid,firstname\nu-1,Ana\n",
            LACKING,
        ),
        (
            "userid,firstname,userid\nu-1,Ana,u-1\n",
            "The header has `userid` more than once, at columns 1, 3. Give each column a name of its own.",
        ),
        (
            "userid,,firstname\nu-1,,Ana\n",
            "The header has no name for column 2. Give each column a name, or take the column out.",
        ),
        (",".join(HEADER) + "\n", "The file has a header and no row below it"),
        ("userid,firstname\nu-1,Zoë\n".encode("utf-16"), "The file is in UTF-16, and UTF-8 is expected."),
        (
            ";".join(HEADER) + "\n1;2;3;4;5;6;7\n",
            (
                "The separator is the likely cause: cells of this file seem to be parted by semicolons, and the template “Lecture"
                " views” expects commas. It does not find `VideoId`, `VideoName`, `courseId`, `event_timestamp`, `firstname`,"
                " `lastname`, `userid`. Save the file with commas, or let the template say semicolons."
            ),
        ),
        ("userid\nu-1\n", "The file lacks `VideoId`"),
        (
            ",".join(HEADER) + '\n"u-1,Ana\n' + "u,A,R,v,V,c,t\n" * 20_000,
            (
                "Row 2, column 1: a double quote is opened and not closed again, so that what follows disappears in this cell. It"
                " begins: `u-1,Ana"
            ),
        ),
    ],
)
def test_a_file_that_cannot_be_read_fails_whole_and_row_1_says_why(
    tenant: Tenant, upload: str | bytes, reason: str
) -> None:
    done = load(tenant, make_template(tenant), upload)
    assert done.job.status == "failed"
    assert done.counts["rows"] == 0
    assert list(told(tenant, done)) == [1]
    assert told(tenant, done)[1].startswith(reason), told(tenant, done)
    assert stored(tenant) == []


def test_bytes_that_are_no_utf_8_fail_the_whole_file(tenant: Tenant) -> None:
    done = load(tenant, make_template(tenant), views(1, 2).encode() + views(3).encode()[:-9] + b"\xe9\r\n")
    assert done.job.status == "failed"
    assert (done.job.problem or {})["code"] == "bad_encoding"
    # Nobody can say another encoding for a template.
    assert told(tenant, done)[1].endswith(r"\xe9. Save it as “CSV UTF-8” and send that.")
    assert stored(tenant) == []


def test_more_cells_than_the_header_fail_a_row_and_fewer_are_empty_ones(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN, optional_columns=["what"])
    done = load(
        tenant, version, f"id,who,what\n{A},ana@example.edu\n{B},ana@example.edu,v,\n{C},ana@example.edu, v\n"
    )
    assert told(tenant, done) == {
        3: "This row has 4 cells, the header has 3. A delimiter inside a cell may lack its quotes.",
        # Cells are not trimmed.
        4: "statements[0].object.id: must be an IRI with its scheme, such as https://example.edu/media/v-17. The current value is:"
        " https://lecture.example.edu/media/ v.",
    }


def test_a_template_says_by_what_cells_are_parted_and_which_columns_may_lack(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN, delimiter=";", optional_columns=["what"])
    done = load(tenant, version, f" id ; who\r\n{A};ana@example.edu\r\n")
    assert done.counts["created"] == 1
    assert done.seen["absent"] == ["what"]
    with pytest.raises(BadRequest, match="the template says by what"):
        load(tenant, version, "id,who\n", delimiter=",")


def test_a_preview_waits_and_stores_nothing_until_it_is_approved(tenant: Tenant) -> None:
    version = make_template(tenant)
    waits = load(tenant, version, views(1, 2), mode="preview")
    assert waits.job.status == "awaiting_approval"
    assert waits.counts["created"] == 2
    assert stored(tenant) == []
    done = tenant.approve(waits)
    assert done.job.status == "completed"
    assert len(stored(tenant)) == 2


def test_all_or_nothing_holds_good_rows_back(tenant: Tenant) -> None:
    version = make_template(tenant)
    done = load(tenant, version, csv_text(HEADER, view(1), view(2, event_timestamp="soon")), on_error="abort")
    assert done.job.status == "failed"
    assert done.counts == {"rows": 2, "created": 0, "unchanged": 0, "failed": 1, **ZERO, "held": 1}
    assert stored(tenant) == []


def test_an_upload_keeps_the_version_of_the_moment_it_came(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN)
    waits = load(tenant, version, plain((A, "ana@example.edu", "v")), mode="preview")
    with tenancy.use_institution(tenant.pk):
        template = version.template
        template.versions.create(
            institution_id=tenant.pk, number=2, body='{"statements": []}', is_draft=False
        )
        template.version = template.ready_version = 2
        template.save()
    assert tenant.approve(waits).effects == {"statement": {"created": 1}}


@pytest.mark.parametrize(
    ("change", "code"),
    [({"archived": True}, "archived_template"), ({"ready_version": None}, "draft_template")],
)
def test_a_template_that_takes_no_files_is_told_before_any_is_stored(
    tenant: Tenant, change: dict[str, object], code: str
) -> None:
    version = make_template(tenant)
    with tenancy.use_institution(tenant.pk):
        type(version.template).objects.filter(pk=version.template_id).update(**change)
    with pytest.raises(BadRequest) as refused:
        load(tenant, version, views(1))
    assert refused.value.code == code


def test_an_unknown_template_and_one_of_another_institution_are_told_alike(tenant: Tenant) -> None:
    from tests.imports.harness import new_tenant

    foreign = make_template(new_tenant())
    with pytest.raises(BadRequest, match="There is no import template") as refused:
        load(tenant, foreign, views(1))
    assert refused.value.code == "unknown_template"


def test_one_id_for_two_statements_of_a_row_fails_the_row(tenant: Tenant) -> None:
    one = PLAIN.partition("[")[2].rpartition("]}")[0]
    version = make_template(tenant, f'{{"statements": [{one}, {one.replace("columns.what", "columns.id")}]}}')
    done = load(tenant, version, plain((A, "ana@example.edu", "v")))
    assert told(tenant, done) == {
        2: f"A different statement with the id {A} stands in this row already. Statements cannot be changed; change what the id"
        " is made of."
    }


def test_a_template_that_the_language_refuses_by_now_fails_the_file(tenant: Tenant) -> None:
    done = load(
        tenant,
        make_template(tenant, PLAIN.replace("columns.who", "lowr columns.who")),
        plain((A, "ana@example.edu", "v")),
    )
    assert told(tenant, done) == {
        1: 'The template “Lecture views” cannot be used any more: Unknown function "lowr". Did you mean "lower"? Mend the'
        " template and send the file again."
    }


def test_nothing_is_shown_any_more_of_a_row_about_somebody_who_was_erased(loaded: Tenant) -> None:
    version = make_template(loaded, PLAIN)
    done = load(
        loaded, version, plain((A, "ingrid.solberg@fjord.example", "v"), ("P-1001", "x@y.example", "v"))
    )
    assert done.counts["failed"] == 1
    with tenancy.use_institution(loaded.pk):
        erase_person(loaded.pk, "P-1001")
        assert [row.made for row in plans.rows(done, EVERYWHERE).rows] == [{}, {}]
        assert "ingrid" not in str(plans.rows(done, EVERYWHERE)).lower()
    assert "P-1001" not in str(told(loaded, done))
    assert "ingrid" not in str(download(loaded, loaded.fresh(done))).lower()


def test_the_command_takes_files_through_a_template(tenant: Tenant, tmp_path: Path) -> None:
    version = make_template(tenant)
    file = tmp_path / "views.csv"
    file.write_text(views(1, 2))
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "import_file", str(file), institution=tenant.slug, format=key_of(version.template_id), json=True,
            stdout=out, stderr=StringIO(),
        )  # fmt: skip
    assert ended.value.code == 0
    assert json.loads(out.getvalue())["effects"] == {"statement": {"created": 2}}
