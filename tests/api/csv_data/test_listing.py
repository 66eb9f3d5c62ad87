"""Fetch and job status: what was imported, its statements and failed rows (csv data import 4.4, 4.5)."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from typing import Any

import pytest
from django.db import transaction

from edu_csv import tenancy
from edu_csv.jobs.models import Job
from imports import services
from imports.api.csv_data import beside, listing, states
from imports.models import Import
from imports.steps.workspace import raw_connection
from tests.api.caller import caller_in
from tests.api.csv_data.callers import (
    BODY,
    GOOD,
    HEADER,
    VIEWS,
    Script,
    add_template,
    script_in,
)
from tests.api.csv_data.test_doors import error

MBOX = 'statements[0].actor.mbox: must be "mailto:" and an e-mail address. The current value is: mailto:.'
PROPERTIES = [
    "id", "created", "version", "size", "originalFilename", "file", "mediaType", "hashFileName", "userName",
    "statementIds", "statemenIds", "allStatementIds", "alllStatementIds", "failedRows", "template", "state",
    "rowCount", "duplicateCount", "finished",
]  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def views(first: int, last: int) -> str:
    """A file of so many good rows, each a statement of its own."""
    rows = [f"u-{n},u{n}@example.edu,v-17,2025-09-03 14:05:30,30" for n in range(first, last + 1)]
    return "\n".join([HEADER, *rows, ""])


def test_one_import_has_all_that_the_page_says_in_both_spellings(script: Script) -> None:
    number = script.import_()
    found = script.one(number)
    assert list(found) == PROPERTIES
    [statement] = found["allStatementIds"]
    assert found["alllStatementIds"] == [statement]
    assert found["statementIds"] == found["statemenIds"] == statement
    assert found["failedRows"] == {"3": MBOX}
    assert MOMENT.fullmatch(found["created"])
    assert MOMENT.fullmatch(found["finished"])
    assert found["finished"] >= found["created"]
    told = {
        "id": number,
        "version": 0,
        "size": len(VIEWS),
        "originalFilename": "views.csv",
        "file": "views.csv",
        "mediaType": "text/csv",
        "hashFileName": f"{hashlib.sha256(VIEWS.encode()).hexdigest()}.csv",
        "userName": "Nightly feed",
        "template": "Lecture views",
        "state": "completeWithErrors",
        "rowCount": 2,
        "duplicateCount": 0,
    }
    assert {name: found[name] for name in told} == told


def test_canonical_names_leave_the_misspelt_ones_out(script: Script) -> None:
    number = script.import_()
    found = script.one(number, names="canonical")
    assert list(found) == [name for name in PROPERTIES if name not in ("statemenIds", "alllStatementIds")]
    assert error(script.ask("get", query={"names": "short"})) == (400, "bad_request")


def test_ids_of_statements_come_in_the_order_of_the_file_and_are_those_stored(script: Script) -> None:
    found = script.one(script.import_(views(1, 50)))
    assert len(found["allStatementIds"]) == 50
    assert found["statementIds"].split(",") == found["allStatementIds"] == found["alllStatementIds"]
    assert found["state"] == "complete"
    by_preview = script.preview(views(1, 50))
    # The store has them by now: they are the same, and still good.
    made = [rows[0]["id"] for rows in by_preview.json()["statements"].values()]
    assert made == found["allStatementIds"]


def test_more_ids_than_are_held_come_as_well(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imports.api.csv_data.listing.HELD_BYTES", 1_000)
    monkeypatch.setattr("imports.api.csv_data.listing.READ_BYTES", 37 * 7)
    monkeypatch.setattr("imports.api.csv_data.streaming.PIECE_BYTES", 100)
    for count in (699, 700, 701):
        found = script.one(script.import_(views(count * 1_000, count * 1_000 + count - 1)))
        assert len(set(found["allStatementIds"])) == count
        assert found["statementIds"].split(",") == found["allStatementIds"] == found["alllStatementIds"]


def test_duplicates_are_counted_and_are_not_the_imports_own(script: Script) -> None:
    first = script.import_(views(1, 3))
    second = script.one(script.import_(views(2, 5)))
    assert (second["duplicateCount"], len(second["allStatementIds"])) == (2, 2)
    assert not set(second["allStatementIds"]) & set(script.one(first)["allStatementIds"])
    again = script.one(script.import_(views(1, 3)))
    assert (again["duplicateCount"], again["statementIds"], again["allStatementIds"]) == (3, "", [])
    assert again["state"] == "complete"


def test_all_imports_come_newest_first_and_count_is_how_many_match(script: Script) -> None:
    assert script.listing() == {"count": 0, "results": []}
    other = add_template(script.tenant, "Other", BODY, revision="other")
    numbers = [
        script.import_(views(n, n), template) for n, template in enumerate(["Lecture views", "Other"] * 2)
    ]
    found = script.listing()
    assert found["count"] == 4
    assert [one["id"] for one in found["results"]] == numbers[::-1]

    def ids(**query: Any) -> tuple[int, list[int]]:
        asked = script.listing(**query)
        return asked["count"], [one["id"] for one in asked["results"]]

    assert ids(template="Other") == ids(template=str(other.pk)) == (2, [4, 2])
    assert ids(template="Lecture views") == (2, [3, 1])
    assert ids(template="Unknown") == ids(template="a\0b") == (0, [])
    assert ids(_limit=2) == (4, [4, 3])
    assert ids(_limit=2, _offset=3) == (4, [1])
    assert ids(_offset=4) == ids(_limit=0) == ids(_offset="9" * 18) == (4, [])
    assert ids(template="Other", _limit=1) == (2, [4])
    assert ids(id=3) == (1, [3])
    assert ids(id=3, template="Other") == (0, [])
    assert ids(id=str(script.stored(2).pk)) == (1, [2])
    for bad in ({"_limit": "-1"}, {"_limit": "x"}, {"_offset": "1.5"}, {"_offset": "9" * 25}):
        assert error(script.ask("get", query=bad)) == (400, "bad_request")


def test_imports_of_others_stay_theirs_and_other_kinds_of_files_are_not_told(
    script: Script, stranger: Script
) -> None:
    script.import_(views(1, 1))
    stranger.import_(views(1, 1))
    stranger.import_(views(2, 2))
    rest = caller_in(script.tenant)
    rest.import_(
        "Name,Start Date,End Date\nAutumn,2031-08-18,2031-12-19\n",
        format="echovideo.terms.v1",
        action="create",
    )
    assert [one["id"] for one in script.listing()["results"]] == [1]
    assert script.listing(id=2) == {"count": 0, "results": []}
    assert error(script.ask("get", "csv-import/job/2")) == (404, "unknown_import")
    assert error(script.ask("delete", "csv-import/2")) == (404, "unknown_import")


def test_every_import_of_the_organization_is_told_whoever_sent_it(script: Script) -> None:
    other = script_in(script.tenant, "integration", name="Another feed")
    number = script.import_(views(1, 1))
    assert other.one(number)["userName"] == "Nightly feed"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        ("User ID,Email,Video\nu-1,a@example.edu,v\n", "Watched at"),
        (VIEWS.encode("utf-16"), "UTF-8"),
        (f"{HEADER},Email\n{GOOD},x\n", "Email"),
        (f"{HEADER},\n{GOOD},x\n", "no name"),
    ],
)
def test_a_file_that_fails_whole_says_why_in_row_1(script: Script, content: str | bytes, reason: str) -> None:
    number = script.import_(content)
    found = script.one(number)
    assert (found["state"], found["allStatementIds"], found["rowCount"]) == ("failed", [], 0)
    assert list(found["failedRows"]) == ["1"]
    assert reason in found["failedRows"]["1"]
    assert script.listing()["count"] == 1
    # The preview says the same.
    previewed = script.preview(content)
    assert previewed.status_code == 200
    assert previewed.json() == {"failedRows": found["failedRows"], "statements": {}}


def test_many_failed_rows_are_told_with_their_numbers(script: Script) -> None:
    rows = [f"u-{n},,v-17,2025-09-03 14:05:30,30" for n in range(2, 1_390)]
    found = script.one(script.import_("\n".join([HEADER, *rows, ""])))
    assert list(found["failedRows"]) == [str(n) for n in range(2, 1_390)]
    assert set(found["failedRows"].values()) == {MBOX}


def test_the_words_of_the_page_for_an_id_that_is_no_uuid(script: Script) -> None:
    by_column = BODY.replace("{{uuid", "{{columns.Video}}{{#if false}}{{uuid").replace(
        "revision}}", "revision}}{{/if}}"
    )
    add_template(script.tenant, "Ids", by_column, revision="1")
    found = script.one(script.import_(VIEWS.replace("v-17", "some-invalid-id"), "Ids"))
    assert found["failedRows"]["2"] == (
        "Statement must include an ID, and the ID must be a UUID. The current value of the field is: some-invalid-id."
    )


class TestStates:
    def test_what_waits_and_runs_is_told_only_by_its_id(self, script: Script) -> None:
        number = int(script.upload().content)
        assert script.listing()["count"] == 0
        found = script.one(number)
        assert (found["state"], found["rowCount"], found["finished"]) == ("queued", 0, None)
        assert (found["failedRows"], found["statementIds"], found["allStatementIds"]) == ({}, "", [])
        for status in ("reading", "checking", "planning", "applying"):
            self.put(script, number, state="running", status=status)
            assert script.one(number)["state"] == "processing"
        assert script.listing()["count"] == 0

    def test_a_preview_that_waits_and_one_that_was_cancelled(self, script: Script) -> None:
        [(template,)] = script.tenant.query("SELECT id FROM imports_template")
        key = f"watershed.{template}"
        upload = script.tenant.load(VIEWS, key, action="", mode="preview")
        assert script.one(upload.number)["state"] == "processing"
        assert script.listing()["count"] == 0
        with tenancy.use_institution(script.tenant.pk):
            services.cancel(script.tenant.actor, upload)
        cancelled = script.one(upload.number)
        assert (cancelled["state"], list(cancelled["failedRows"])) == ("failed", ["1"])
        assert script.listing()["count"] == 0
        approved = script.tenant.load(VIEWS, key, action="", mode="preview")
        script.tenant.approve(approved)
        assert script.one(approved.number)["version"] == 1
        assert script.listing()["count"] == 1

    def put(self, script: Script, number: int, **fields: Any) -> None:
        with tenancy.use_institution(script.tenant.pk):
            Job.objects.filter(pk=script.stored(number).pk).update(**fields)


class TestJob:
    def test_it_is_a_hundred_when_the_import_has_ended(self, script: Script) -> None:
        number = int(script.upload().content)
        assert script.job(number) == {
            "id": number, "percentage": 0, "state": "queued", "rowsDone": 0, "rowCount": None, "failedRowCount": 0,
        }  # fmt: skip
        script.tenant.work()
        ended = {
            "id": number, "percentage": 100, "state": "completeWithErrors", "rowsDone": 2, "rowCount": 2,
            "failedRowCount": 1,
        }  # fmt: skip
        assert script.job(number) == script.job(str(script.stored(number).pk)) == ended

    def test_one_that_failed_whole_has_ended_too(self, script: Script) -> None:
        job = script.job(script.import_("User ID\nx\n"))
        assert (job["percentage"], job["state"]) == (100, "failed")

    def test_it_never_falls_also_when_a_worker_dies_and_another_begins_anew(self, script: Script) -> None:
        number = int(script.upload(views(1, 2_000)).content)
        put = TestStates().put
        told = []
        for fields in (
            {"state": "running", "status": "reading"},
            {"status": "checking", "rows_done": 0},
            {"rows_done": 700},
            {"rows_done": 10**9},
            {"state": "queued", "status": "queued", "rows_done": 0},
            {"state": "running", "status": "reading"},
            {"status": "planning"},
            {"status": "checking", "rows_done": 1},
            {"status": "applying"},
        ):
            put(script, number, **fields)
            told.append(script.job(number)["percentage"])
        assert told == sorted(told)
        assert told[0] == 1
        assert 5 < told[2] < told[3]
        assert told[-1] < 100
        put(script, number, state="queued", status="queued")
        script.tenant.work()
        assert script.job(number)["percentage"] == 100

    def test_a_row_that_is_being_ended_keeps_nobody_waiting(self, script: Script) -> None:
        upload = script.stored(int(script.upload().content))
        upload.job.status, upload.job.state = "applying", "running"
        with tenancy.use_institution(script.tenant.pk):
            # Not there: as a row that somebody else holds.
            Import.objects.filter(pk=upload.pk).delete()
            Job.objects.filter(pk=upload.pk).delete()
            assert states.percentage(upload) == 0


def test_the_listing_takes_the_same_statements_for_few_imports_and_rows_and_for_many(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(12):
        script.import_(views(n * 10, n * 10 + 5) + "u-x,,v,2025-09-03 14:05:30,30\n")

    def asked(**wanted: Any) -> tuple[int, dict[str, Any]]:
        with tenancy.use_institution(script.tenant.pk), transaction.atomic(), Traced() as trace:
            text = "".join(listing.answer(script.tenant.pk, listing.Asked(**wanted)))
        return trace.statements, json.loads(text)

    few, _ = asked(limit=1)
    many, found = asked()
    assert 5 < few == many
    ids = [id_ for one in found["results"] for id_ in one["allStatementIds"]]
    assert len(ids) == len(set(ids)) == 12 * 6
    assert [list(one["failedRows"]) for one in found["results"]] == [["8"]] * 12
    # Page by page, and what is much by itself, it is the same answer.
    monkeypatch.setattr(listing, "AT_ONCE", 5)
    assert asked()[1] == found
    monkeypatch.setattr(beside, "FEW", 3)
    assert asked()[1] == found


class Traced:
    """How many statements the server is asked for, cursors and all."""

    def __enter__(self) -> Traced:
        self._file = tempfile.NamedTemporaryFile()  # closed at the end
        self._raw = raw_connection().pgconn
        self._raw.trace(self._file.fileno())
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.untrace()
        self._file.seek(0)
        self.statements = sum(
            line.split(b"\t")[3:4] in ([b"Parse"], [b"Query"]) for line in self._file.read().splitlines()
        )
        self._file.close()


@pytest.mark.parametrize(
    ("given", "status"),
    [("0" * 30 + "9" * 40, 400), ("9" * 4_400, 400), ("0" * 5_000 + "1", 200), ("0" * 31, 200)],
)
def test_numbers_of_many_digits_are_read_or_refused(script: Script, given: str, status: int) -> None:
    for name in ("_limit", "_offset"):
        assert script.ask("get", query={name: given}).status_code == status
    assert script.ask("get", query={"id": given}).status_code == 200
    number = script.import_(views(1, 1))
    assert script.one(int("0" * 31 + str(number)))["id"] == number
    assert script.listing(id="0" * 31 + str(number))["count"] == 1
    expected = 400 if status == 400 else 202
    size = "0" * 31 + str(len(VIEWS)) if status == 200 else given
    assert script.upload(VIEWS, "Lecture views", fileSize=size).status_code == expected


def test_an_answer_that_nobody_reads_leaves_the_database_alone(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imports.api.csv_data.streaming.MOST_STREAMS", 20)
    for _ in range(3):
        script.import_(views(1, 2))
    for _ in range(30):
        answer = script.ask("get")
        assert answer.status_code == 200
        answer.close()
    assert script.listing()["count"] == 3


def test_it_is_json_whatever_stands_in_the_names(script: Script) -> None:
    name = 'Views "Ä" \\ 1'
    add_template(script.tenant, name, revision="1")
    script.import_(views(1, 1), name)
    answer = script.ask("get")
    assert answer["Content-Type"] == "application/json"
    assert json.loads(answer.getvalue())["results"][0]["template"] == name


def test_a_request_of_the_services_has_a_number_too(script: Script) -> None:
    [(template,)] = script.tenant.query("SELECT id FROM imports_template")
    upload = script.tenant.receive(VIEWS, f"watershed.{template}", action="")
    assert script.one(upload.number)["userName"] == "Command line"
