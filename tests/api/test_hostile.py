"""Files that mean harm, sent by a program: each gets its answer, and nothing of it is kept or done."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from edu_csv import storage
from tests.api.caller import Caller
from tests.imports.harness import csv_text

TERMS = "echovideo.terms.v1"
HEADER = ["Name", "Start Date", "End Date", "External ID"]
GOOD = csv_text(HEADER, ["Autumn 2031", "2031-08-18", "2031-12-19", "T-2031A"])


def zipped(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def encrypted(name: str, data: bytes) -> bytes:
    # The bit that says so, in both of its headers.
    packed = bytearray(zipped(name, data))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(magic) + offset] |= 1
    return bytes(packed)


HARMFUL = {
    "a name that leads out": (zipped("../../terms.csv", GOOD.encode()), "terms.zip", "unsafe_name"),
    "a zip in a zip": (
        zipped("inner.zip", zipped("terms.csv", GOOD.encode())),
        "terms.zip",
        "nested_zip",
    ),
    "a password": (encrypted("terms.csv", GOOD.encode()), "terms.zip", "encrypted_zip"),
    "a bomb": (gzip.compress(GOOD.encode() + b"x" * (128 << 20)), "terms.csv.gz", "suspicious_ratio"),
    "10,000 columns": (
        ",".join([*HEADER, *(f"c{n}" for n in range(9_996))]).encode(),
        "terms.csv",
        "too_many_columns",
    ),
}


@pytest.mark.parametrize("what", HARMFUL)
def test_a_harmful_file_is_refused_whole_with_a_sentence(what: str, caller: Caller) -> None:
    data, name, code = HARMFUL[what]
    found = caller.import_(data, file_name=name, format=TERMS, action="create")
    assert (found["status"], found["problem"]["code"]) == ("failed", code)
    assert found["problem"]["detail"].endswith(".")
    assert found["counts"]["rows"] == 0
    assert caller.results("/terms") == []
    # The next file is none the worse for it.
    assert caller.import_(GOOD, format=TERMS, action="create")["counts"]["created"] == 1


def test_line_breaks_without_end_are_answered_within_seconds(caller: Caller) -> None:
    data = gzip.compress(GOOD.encode() + b"\n" * (64 << 20), 6)
    assert len(data) < 1 << 20
    begun = time.process_time()
    found = caller.import_(data, file_name="terms.csv.gz", format=TERMS, action="create")
    assert time.process_time() - begun < 20
    assert (found["status"], found["problem"]["code"]) == ("failed", "too_many_blank_rows")
    assert caller.results("/terms") == []


def test_a_file_name_that_leads_out_names_nothing_outside(caller: Caller) -> None:
    boundary = "edge"
    name = "../../../../tmp/escaped.csv"
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="format"\r\n\r\n{TERMS}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="action"\r\n\r\ncreate\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: text/csv\r\n\r\n{GOOD}\r\n--{boundary}--\r\n"
    )
    answer = caller.ask(
        "post",
        "/imports",
        data=parts.encode(),
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    assert answer.status_code == 202, answer.content
    found: dict[str, Any] = answer.json()
    assert found["file"]["name"] == "escaped.csv"
    caller.tenant.work()
    assert caller.get(found["links"]["self"]).json()["counts"]["created"] == 1
    given = caller.get(found["links"]["results_csv"])
    assert 'filename="escaped.results.csv"' in given["Content-Disposition"]
    assert b"Autumn 2031" in b"".join(given.streaming_content)
    [stored] = storage.list_keys(f"uploads/{caller.tenant.pk}/")
    assert stored.key.endswith("escaped.csv")
    assert ".." not in stored.key
    assert not Path("/tmp/escaped.csv").exists()  # noqa: S108  # that is what must not be there


def test_a_cell_of_50_megabytes_and_a_nul_cost_their_rows_alone(caller: Caller) -> None:
    file = (
        GOOD.encode() + b"x" * 50_000_000 + b",2031-08-18,2031-12-19,T-2\nA\x00B,2031-08-18,2031-12-19,T-3\n"
    )
    found = caller.import_(file, format=TERMS, action="create")
    assert found["status"] == "completed_with_errors"
    assert (found["counts"]["created"], found["counts"]["failed"]) == (1, 2)
    codes = [
        [problem["code"] for problem in row["problems"]]
        for row in caller.results(found["links"]["rows"], outcome="failed")
    ]
    assert codes == [["cell_too_long"], ["nul_byte"]]
    failed = caller.get(found["links"]["failed_csv"])
    # What is handed out again is cut: nobody gets 50 MB back for one bad cell.
    assert len(b"".join(failed.streaming_content)) < 3_000_000
