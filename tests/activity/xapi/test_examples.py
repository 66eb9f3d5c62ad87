"""The published examples: good, of the ids they say, and read back as they were."""

from __future__ import annotations

import json
from uuid import UUID, uuid5

import pytest

from edu_csv import strict_json
from edu_csv.activity import xapi
from tests.activity.xapi import samples

# csv data import 1.8
NAMESPACE = UUID("cc9704dd-f5fe-557d-bae0-cc7ece00655d")
ORG = "5664"
MADE_OF = {
    "http://adlnet.gov/expapi/verbs/experienced": ["view", "v-17", "u-204", "2025-09-03T14:05:30.000Z"],
    "http://id.tincanapi.com/verb/viewed": ["presentation", "p-9", "u-204", "2025-09-03T14:00:12.000Z"],
    "https://lecture.example.edu/xapi/verbs/flagged-confusing": ["confused", "p-9", "u-204", "2025-09-03T14:21:40.000Z"],
    "http://adlnet.gov/expapi/verbs/answered": ["poll", "ans-31", "2025-09-03T14:10:05.000Z"],
    "http://risc-inc.com/annotator/verbs/annotated": ["note", "p-9", "u-204", "2025-09-03T14:30:00.000Z"],
}  # fmt: skip
QUESTION = ["qanda", "ans-77", "2025-09-04T09:12:00.000Z"]
REPORTS = samples.example("reports")


@pytest.mark.parametrize("name", ["full", "video", "voiding", "reports"])
def test_a_published_example_has_no_fault(name: str) -> None:
    read = strict_json.loads((samples.EXAMPLES / f"{name}.json").read_bytes())
    for statement in read if isinstance(read, list) else [read]:
        assert xapi.validate(statement) == []


@pytest.mark.parametrize("statement", REPORTS, ids=lambda statement: str(statement["verb"]["id"]))
def test_the_id_of_an_example_is_made_of_what_its_report_has(statement: samples.Json) -> None:
    about = statement["object"]["definition"]["type"]
    words = QUESTION if about.endswith("question") else MADE_OF[statement["verb"]["id"]]
    name = json.dumps([ORG, *words], separators=(",", ":"), ensure_ascii=False)
    assert statement["id"] == str(uuid5(NAMESPACE, name))
    assert statement["timestamp"] == words[-1]


def test_the_body_of_an_example_reads_back_as_it_was_sent() -> None:
    for statement in [
        *REPORTS,
        samples.example("full"),
        samples.example("video"),
        samples.example("voiding"),
    ]:
        body = xapi.prepare(statement).body
        assert json.loads(body) == statement
        assert list(json.loads(body)) == list(statement)
        assert body.decode() == json.dumps(statement, separators=(",", ":"), ensure_ascii=False)
