"""Upload: the bytes as they came, a bare number, and an ordinary import (csv data import 4.2)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from edu_csv import storage, tenancy
from imports.models import ImportTemplate, ImportTemplateVersion
from tests.api.caller import caller_in
from tests.api.csv_data.callers import (
    BOUNDARY,
    GOOD,
    HEADER,
    PEOPLE,
    VIEWS,
    Script,
    add_template,
    form,
    part,
)
from tests.api.csv_data.test_doors import error
from tests.imports.harness import csv_text

# The published page's own file, whose size it gives as 52 (csv data import 4.2).
THREE_LINES = "header A, header B\ncell 1A, cell 1B\ncell 2A, cell 2B"


def test_the_answer_is_202_and_the_bare_number_of_the_import(script: Script) -> None:
    answer = script.upload(fileSize=len(VIEWS))
    assert (answer.status_code, answer["Content-Type"]) == (202, "application/json")
    assert answer.content == b"1" == json.dumps(answer.json()).encode()
    assert answer["Location"] == f"/api/organizations/{script.organization}/csv-import?id=1"
    assert script.upload().content == b"2"


def test_it_is_an_ordinary_import(script: Script) -> None:
    number = script.import_(notify="ops@example.edu , desk@example.edu,ops@example.edu")
    upload = script.stored(number)
    template = script.tenant.query("SELECT id FROM imports_template")[0][0]
    assert upload.format_key == f"watershed.{template}"
    assert upload.notify == ["ops@example.edu", "desk@example.edu"]
    assert (upload.file_name, upload.file_bytes) == ("views.csv", len(VIEWS))
    assert upload.file_sha256 == hashlib.sha256(VIEWS.encode()).hexdigest()
    with storage.open_file(upload.file_key) as file:
        assert file.read() == VIEWS.encode()
    rest = caller_in(script.tenant)
    shown = rest.get(f"/imports/{upload.pk}").json()
    assert (shown["number"], shown["status"]) == (number, "completed_with_errors")
    assert (shown["counts"]["rows"], shown["counts"]["created"], shown["counts"]["failed"]) == (2, 1, 1)
    assert shown["submitted_by"] == "Nightly feed"
    [(verb,)] = script.tenant.query("SELECT verb FROM access_audit_event WHERE target = %s", str(upload.pk))
    assert verb == "import.submitted"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\r\n\r\n",
        THREE_LINES.encode(),
        THREE_LINES.replace("\n", "\r\n").encode() + b"\r\n",
        b"\xef\xbb\xbfa,b\r\n",
        f"a\r\n--{BOUNDARY}x\r\n--{BOUNDARY}-y".encode(),
        bytes(range(256)) * 2_000,
    ],
)
def test_the_bytes_are_kept_exactly_and_file_size_counts_them(script: Script, content: bytes) -> None:
    answer = script.upload(content, fileSize=len(content))
    assert answer.status_code == 202, answer.content
    upload = script.stored(int(answer.content))
    assert upload.file_bytes == len(content)
    with storage.open_file(upload.file_key) as file:
        assert file.read() == content
    for wrong in (len(content) + 1, len(content) + 2, len(content) - 1):
        if wrong >= 0:
            assert error(script.upload(content, fileSize=wrong)) == (400, "file_size_mismatch")
    assert nothing_else_is_kept(script, 1)


def nothing_else_is_kept(script: Script, files: int) -> bool:
    return len(list(storage.list_keys(f"uploads/{script.organization}/"))) == files


def test_the_sizes_of_the_published_page_come_out(script: Script) -> None:
    assert script.upload(THREE_LINES, fileSize=52).status_code == 202
    assert script.upload(THREE_LINES.replace("\n", "\r\n"), fileSize=54).status_code == 202
    answer = script.upload(THREE_LINES, fileSize=54)
    assert answer.json()["message"] == "fileSize says 54 bytes, the file has 52."
    lines = [HEADER, GOOD, "u-205,,v-17,2025-09-03 14:06:00,30", ""]
    assert script.upload("\r\n".join(lines), fileSize=127).status_code == 202
    assert script.upload("\n".join(lines), fileSize=124).status_code == 202


@pytest.mark.parametrize("spelling", ["fileSize", "filesize", "FILESIZE", "FileSize"])
def test_file_size_is_known_in_any_case_in_address_and_form(script: Script, spelling: str) -> None:
    for size, status in ((len(VIEWS), 202), (len(VIEWS) + 1, 400)):
        assert script.upload(VIEWS, "Lecture views", **{spelling: size}).status_code == status
        body = form(VIEWS, **{spelling: str(size)})
        assert script.ask("post", query={"template": "Lecture views"}, body=body).status_code == status


@pytest.mark.parametrize("given", ["x", "-1", "1.5", "1e3", "٣", "0x10", "9" * 19, "12 7"])
def test_a_file_size_that_is_none_is_refused(script: Script, given: str) -> None:
    assert error(script.upload(fileSize=given)) == (400, "bad_file_size")


def test_from_ten_megabytes_on_the_size_has_to_be_said(script: Script) -> None:
    row = f"{GOOD}\n"
    small = (HEADER + "\n" + row * 300_000)[: 10_485_760 - 1]
    assert script.upload(small).status_code == 202
    answer = script.upload(small + "x")
    assert error(answer) == (400, "missing_file_size")
    assert script.upload(small + "x", fileSize=10_485_760).status_code == 202
    assert nothing_else_is_kept(script, 2)


def test_a_file_over_the_limit_is_413_and_not_kept(script: Script, settings: Any) -> None:
    settings.MAX_CSV_DATA_BYTES = 1_000
    assert script.upload("x" * 1_000).status_code == 202
    assert error(script.upload("x" * 1_001)) == (413, "too_large")
    assert error(script.upload("x" * 3_000_000)) == (413, "too_large")
    assert nothing_else_is_kept(script, 1)


def test_parameters_may_stand_in_the_form_before_and_behind_the_file(script: Script) -> None:
    before = part("template", b"Lecture views") + part("notify", b"ops@example.edu") + form(VIEWS)
    behind = form(VIEWS, template="Lecture views", fileSize=str(len(VIEWS)))
    for body in (before, behind):
        assert script.ask("post", body=body).status_code == 202
    assert script.stored(1).notify == ["ops@example.edu"]


def test_the_address_and_the_form_may_say_the_same_and_nothing_else(script: Script) -> None:
    query = {"template": "Lecture views", "fileSize": len(VIEWS), "notify": "a@example.edu"}
    same = form(VIEWS, template="Lecture views", filesize=str(len(VIEWS)), notify="a@example.edu")
    assert script.ask("post", query=query, body=same).status_code == 202
    for name, value, code in (
        ("template", "Other", "unknown_template"),
        ("FileSize", "1", "bad_file_size"),
        ("notify", "b@example.edu", "bad_notify"),
    ):
        assert error(script.ask("post", query=query, body=form(VIEWS, **{name: value}))) == (400, code)
    assert nothing_else_is_kept(script, 1)


def test_what_nobody_knows_is_passed_over(script: Script) -> None:
    body = part("comment", b"x" * 300_000) + part("other", b"a,b\n", "other.csv") + form(VIEWS)
    query = {"template": "Lecture views", "ops@example.edu": "", "fileSize": len(VIEWS), "x": "y"}
    assert script.ask("post", query=query, body=body).status_code == 202
    assert script.stored(1).file_bytes == len(VIEWS)


class TestTemplate:
    def test_the_name_goes_before_the_id(self, script: Script) -> None:
        [(first,)] = script.tenant.query("SELECT id FROM imports_template")
        assert script.upload(template=str(first)).status_code == 202
        made = add_template(script.tenant, "Views & more / Äö", revision="1")
        assert script.upload(template=made.name).status_code == 202
        other = add_template(script.tenant, f"{first}x"[:-1], revision="2")
        assert script.upload(template=str(first)).status_code == 202
        used = [script.stored(number).format_key for number in (1, 2, 3)]
        assert used == [f"watershed.{first}", f"watershed.{made.pk}", f"watershed.{other.pk}"]

    @pytest.mark.parametrize("given", ["", "   "])
    def test_without_one_it_is_missing(self, script: Script, given: str) -> None:
        answer = script.upload(template=given)
        assert error(answer) == (400, "missing_template")
        assert error(script.ask("post", body=form(VIEWS))) == (400, "missing_template")
        assert nothing_else_is_kept(script, 0)

    @pytest.mark.parametrize("given", ["lecture views", "Lecture", "999999999", "9" * 40, "a\0b", "-1"])
    def test_names_are_exact(self, script: Script, given: str) -> None:
        assert error(script.upload(template=given)) == (400, "unknown_template")
        assert error(script.ask("post", body=form(VIEWS, template=given))) == (400, "unknown_template")
        assert nothing_else_is_kept(script, 0)

    def test_one_of_another_organization_is_unknown(self, script: Script, stranger: Script) -> None:
        [(theirs,)] = stranger.tenant.query("SELECT id FROM imports_template")
        assert error(script.upload(template=str(theirs))) == (400, "unknown_template")

    def test_an_archived_one_and_a_draft_take_nothing(self, script: Script) -> None:
        add_template(script.tenant, "Draft", is_draft=True)
        answer = script.upload(template="Draft")
        assert error(answer) == (400, "unknown_template")
        assert "is a draft" in answer.json()["message"]
        with tenancy.use_institution(script.tenant.pk):
            ImportTemplate.objects.filter(name="Lecture views").update(archived=True)
        assert error(script.upload()) == (400, "archived_template")


class TestNotify:
    def test_up_to_twenty_addresses(self, script: Script) -> None:
        many = [f"a{n}@example.edu" for n in range(20)]
        assert script.upload(notify=",".join(many) + ", ,").status_code == 202
        assert script.stored(1).notify == many
        assert error(script.upload(notify=",".join([*many, "b@example.edu"]))) == (400, "bad_notify")

    @pytest.mark.parametrize(
        "given",
        ["ops", "ops@", "a@example.edu;b@example.edu", "a@example.edu b@example.edu", "<a@example.edu>", "a@b\r\nBcc: x@y.org"],
    )  # fmt: skip
    def test_what_is_no_address_is_refused(self, script: Script, given: str) -> None:
        assert error(script.upload(notify=f"good@example.edu,{given}")) == (400, "bad_notify")
        assert nothing_else_is_kept(script, 0)

    def test_blank_is_nobody(self, script: Script) -> None:
        assert script.upload(notify="").status_code == 202
        assert script.stored(1).notify == []


class TestBody:
    def test_the_content_type_of_the_part_is_not_looked_at(self, script: Script) -> None:
        head = (
            f'--{BOUNDARY}\r\nContent-Type: image/png\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
        )
        body = head.encode() + VIEWS.encode() + f"\r\n--{BOUNDARY}--\r\n".encode()
        assert script.ask("post", query={"template": "Lecture views"}, body=body).status_code == 202
        assert script.stored(1).file_name == "upload.csv"

    @pytest.mark.parametrize(
        "content_type", ["text/csv", "application/x-www-form-urlencoded", "multipart/mixed; boundary=x7Qk2", "", "multipart/form-datax"]
    )  # fmt: skip
    def test_anything_but_a_form_is_415(self, script: Script, content_type: str) -> None:
        answer = script.ask(
            "post", query={"template": "Lecture views"}, body=form(VIEWS), content_type=content_type
        )
        assert error(answer) == (415, "not_multipart")

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(form(VIEWS).replace(b"\r\n", b"\n"), id="LF alone"),
            pytest.param(form(VIEWS)[:-10], id="cut"),
            pytest.param(form(VIEWS)[:60], id="cut in the headers"),
            pytest.param(form(VIEWS).replace(b"x7Qk2", b"other"), id="another boundary"),
            pytest.param(part("file", b"a\n", "a.csv") + form(VIEWS), id="two files"),
            pytest.param(form(VIEWS) .replace(b"form-data; ", b"attachment; "), id="no form-data"),
            pytest.param(b"--x7Qk2\r\n" + b"X: y\r\n" * 100_000, id="headers without end"),
            pytest.param(part("template", b"\xff") + form(VIEWS), id="no UTF-8"),
            pytest.param(part("notify", b"x" * 70_000) + form(VIEWS), id="a parameter without end"),
            pytest.param(part("a", b"") * 101 + form(VIEWS), id="parts without end"),
            pytest.param(b"nonsense", id="nonsense"),
        ],
    )  # fmt: skip
    def test_a_broken_form_is_400_and_nothing_of_it_is_kept(self, script: Script, body: bytes) -> None:
        answer = script.ask("post", query={"template": "Lecture views"}, body=body)
        assert error(answer) == (400, "bad_multipart")
        assert nothing_else_is_kept(script, 0)
        assert script.tenant.query("SELECT count(*) FROM jobs_job") == [(0,)]

    def test_lf_alone_is_told_so(self, script: Script) -> None:
        answer = script.ask(
            "post", query={"template": "Lecture views"}, body=form(VIEWS).replace(b"\r\n", b"\n")
        )
        assert "bare LF" in answer.json()["message"]
        assert "CRLF" in answer.json()["message"]

    @pytest.mark.parametrize(
        "content_type", ["multipart/form-data", f"multipart/form-data; boundary={'x' * 5_000}"]
    )
    def test_without_a_boundary_it_cannot_be_read(self, script: Script, content_type: str) -> None:
        answer = script.ask(
            "post", query={"template": "Lecture views"}, body=form(VIEWS), content_type=content_type
        )
        assert error(answer) == (400, "bad_multipart")

    def test_a_form_without_a_file_is_400(self, script: Script) -> None:
        body = part("template", b"Lecture views") + f"--{BOUNDARY}--".encode()
        assert error(script.ask("post", body=body)) == (400, "missing_file")
        assert error(
            script.ask("post", query={"template": "Lecture views"}, body=f"--{BOUNDARY}--".encode())
        ) == (
            400,
            "missing_file",
        )

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("../../../etc/passwd", "passwd"),
            ("C:\\data\\views.csv", "views.csv"),
            ("", "upload.csv"),
            ("..", "upload.csv"),
        ],
    )
    def test_of_the_file_name_only_the_base_is_kept(self, script: Script, sent: str, kept: str) -> None:
        body = form(VIEWS, sent)
        assert script.ask("post", query={"template": "Lecture views"}, body=body).status_code == 202
        assert script.stored(1).file_name == kept
        [stored] = storage.list_keys(f"uploads/{script.organization}/")
        assert ".." not in stored.key


class TestQueue:
    def test_of_twenty_that_wait_the_next_is_told_to_come_later(
        self, script: Script, stranger: Script
    ) -> None:
        for _ in range(20):
            assert script.upload().status_code == 202
        answer = script.upload()
        assert error(answer) == (429, "too_many_queued")
        assert int(answer["Retry-After"]) > 0
        assert nothing_else_is_kept(script, 20)
        # Others do not wait for them, nor do files of other kinds.
        assert stranger.upload().status_code == 202
        terms = csv_text(["Name", "Start Date", "End Date"], ["Autumn", "2031-08-18", "2031-12-19"])
        script.tenant.receive(terms, "echovideo.terms.v1")
        script.tenant.work()
        assert script.upload().status_code == 202


def test_a_file_whose_import_cannot_be_queued_is_not_kept(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("imports.services.jobs.enqueue", broken)
    script.client.raise_request_exception = False
    assert error(script.upload()) == (500, "internal_error")
    assert nothing_else_is_kept(script, 0)
    assert script.tenant.query("SELECT count(*) FROM imports_import") == [(0,)]


def test_the_same_bytes_again_are_taken(script: Script) -> None:
    first, second = script.import_(), script.import_()
    assert script.stored(first).file_sha256 == script.stored(second).file_sha256
    assert script.stored(second).job.status == "completed_with_errors"


class TestLargeRemovals:
    """csv data import 2.4: nobody sits at the other end to confirm."""

    @pytest.fixture
    def replacing(self, script: Script) -> Script:
        made = add_template(script.tenant, "People", PEOPLE, kind="groups")
        # Versions never change; this one is not used yet.
        with tenancy.use_institution(script.tenant.pk):
            ImportTemplateVersion.objects.create(
                institution_id=script.tenant.pk, template=made, number=2, is_draft=False, kind="groups", body=PEOPLE,
                group_mode="replace",
            )  # fmt: skip
            ImportTemplate.objects.filter(pk=made.pk).update(version=2, ready_version=2)
        one = script.one(script.import_(self.in_group("music"), "People"))
        assert one["state"] == "complete", one
        return script

    def in_group(self, group: str) -> str:
        return csv_text(
            ["ID", "Name", "Email", "Group"],
            *([f"p-{n}", f"Kofi Mensah {n}", f"p{n}@example.edu", group] for n in range(10)),
        )

    def members(self, script: Script) -> list[tuple[str, int]]:
        return script.tenant.query(
            "SELECT unit.external_id, count(*) FROM roster_membership AS m JOIN roster_org_unit AS unit ON unit.id = m.unit_id"
            " WHERE m.deleted_at IS NULL GROUP BY 1 ORDER BY 1"
        )

    def test_it_fails_whole(self, replacing: Script) -> None:
        one = replacing.one(replacing.import_(self.in_group("dance"), "People"))
        assert (one["state"], list(one["failedRows"])) == ("failed", ["1"])
        assert "allowLargeRemovals" in one["failedRows"]["1"]
        assert self.members(replacing) == [("music", 10)]

    @pytest.mark.parametrize("where", ["address", "form"])
    def test_unless_it_is_allowed(self, replacing: Script, where: str) -> None:
        query = {"template": "People"}
        if where == "address":
            answer = replacing.upload(self.in_group("dance"), "People", allowLargeRemovals="true")
        else:
            body = form(self.in_group("dance"), allowLargeRemovals="true")
            answer = replacing.ask("post", query=query, body=body)
        replacing.tenant.work()
        assert replacing.one(int(answer.content))["state"] == "complete"
        assert self.members(replacing) == [("dance", 10)]

    def test_a_preview_says_the_same(self, replacing: Script) -> None:
        [fault] = replacing.preview(self.in_group("dance"), "People").json()["failedRows"].items()
        allowed = replacing.preview(self.in_group("dance"), "People", allowLargeRemovals="true").json()
        assert (allowed["failedRows"], len(allowed["people"])) == ({}, 10)
        assert self.members(replacing) == [("music", 10)]
        one = replacing.one(replacing.import_(self.in_group("dance"), "People"))
        assert one["failedRows"] == dict([fault])

    def test_of_a_part_of_a_file_a_preview_does_not_say_it(
        self, replacing: Script, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("imports.steps.templated.preview.MOST_BYTES", 1)
        seen = replacing.preview(self.in_group("dance"), "People").json()
        assert (seen["failedRows"], seen["truncated"], seen["rowsRead"]) == ({}, True, 1)

    def test_the_switch_is_true_or_false(self, replacing: Script) -> None:
        answer = replacing.upload(self.in_group("dance"), "People", allowLargeRemovals="yes")
        assert error(answer) == (400, "bad_request")
        answer = replacing.preview(self.in_group("dance"), "People", allowLargeRemovals="yes")
        assert error(answer) == (400, "bad_request")
