"""Every rule of xapi.md section 2, by its number."""

from __future__ import annotations

import json

import pytest

from edu_csv.activity import xapi
from tests.activity.xapi import samples
from tests.activity.xapi.rules import CASES
from tests.activity.xapi.rules.case import Case

RULES = [
    *range(1, 13), *range(20, 32), *range(40, 43), *range(50, 63), *range(70, 77), *range(80, 84), *range(90, 98),
]  # fmt: skip
OF_THE_TEXT = ("X-07", "X-08", "X-09")
"""Asked when the JSON is read: tests/strict_json."""
OF_MEANING = {
    "X-29": "what the generator writes; the case of a domain is a matter of equality (test_fingerprint)",
    "X-41": "what a verb means",
    "X-42": "whose name an IRI is under",
    "X-62": "whose name an IRI is under",
}
"""What no program can ask of one statement."""
NEVER_REFUSED = {
    "X-10": "empty objects are good; that we make none is the templates' affair",
    "X-50": "says how absence is read; its faults are those of X-51 and X-59",
    "X-58": "the store does not check it",
    "X-75": "what a score means",
    "X-91": "at the store; imports ask for themselves",
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_statement_has_exactly_the_faults_of_its_rule(case: Case) -> None:
    before = json.dumps(case.statement)
    found = sorted((fault.rule, fault.path) for fault in xapi.validate(case.statement))
    assert found == sorted(case.faults)
    assert json.dumps(case.statement) == before


def test_every_rule_has_good_and_bad_cases() -> None:
    good = {case.rule for case in CASES if not case.faults}
    broken = {case.rule for case in CASES if case.faults}
    asked = {f"X-{number:02}" for number in RULES} - {*OF_THE_TEXT, *OF_MEANING}
    assert good == asked
    assert broken == asked - set(NEVER_REFUSED)


@pytest.mark.parametrize("statement", samples.all_good(), ids=lambda statement: str(sorted(statement)))
def test_good_statements_have_no_fault(statement: samples.Json) -> None:
    assert xapi.validate(statement) == []


def test_every_fault_of_a_statement_is_told_and_not_the_first_only() -> None:
    statement = samples.statement(
        actor={"mbox": "mailto:"},
        verb={"id": "watched"},
        timestamp="yesterday",
        result={"score": {"scaled": 2}},
        x=1,
    )
    assert [(fault.rule, fault.path) for fault in xapi.validate(statement)] == [
        ("X-21", "actor.mbox"),
        ("X-94", "verb.id"),
        ("X-90", "timestamp"),
        ("X-73", "result.score.scaled"),
        ("X-03", "x"),
    ]


@pytest.mark.parametrize("anything", [None, [], "x", 5, True, [samples.SMALLEST]])
def test_what_is_no_object_is_no_statement(anything: object) -> None:
    [fault] = xapi.validate(anything)
    assert fault.path == ""
