"""How faults are told (csv data import 3.1)."""

from __future__ import annotations

import pytest

from edu_csv.activity import xapi
from tests.activity.xapi import samples
from tests.activity.xapi.rules import CASES
from tests.activity.xapi.rules.case import Case

FORBIDDEN = (
    "please",
    "sorry",
    "oops",
    "invalid",
    "illegal",
    "successfully",
    "error occurred",
    "are you sure",
    "!",
)


def told(statement: object, prefix: str = "statements[0].") -> list[str]:
    return [fault.sentence(prefix) for fault in xapi.validate(statement)]


def of(**changes: object) -> list[str]:
    return told(samples.statement(**{"id": samples.ID, **changes}))


def test_the_sentence_of_the_published_page_is_told_word_for_word() -> None:
    expected = (
        "Statement must include an ID, and the ID must be a UUID."
        " The current value of the field is: some-invalid-id."
    )
    assert of(id="some-invalid-id") == [expected]
    assert of(id=None) == [expected.replace("some-invalid-id", "null")]
    assert of(id=5) == [expected.replace("some-invalid-id", "5")]
    assert of(id="") == [expected.replace("some-invalid-id", '""')]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"actor": {"mbox": "mailto:"}},
            'statements[0].actor.mbox: must be "mailto:" and an e-mail address. The current value is: mailto:.',
        ),
        (
            {"verb": {}},
            "statements[0].verb.id: must be there. The current value is: null.",
        ),
        (
            {"Result": {}},
            'statements[0].Result: must be written "result". The current value is: {}.',
        ),
        (
            {"actor": {"name": "Ana"}},
            (
                "statements[0].actor: must have exactly one of mbox, mbox_sha1sum, openid and account."
                ' The current value is: {"name":"Ana"}.'
            ),
        ),
        (
            {"result": {"score": {"raw": "5"}}},
            "statements[0].result.score.raw: must be a number, without quotes. The current value is: 5.",
        ),
        (
            {"result": {"extensions": {"points, given": 5}}},
            (
                'statements[0].result.extensions["points, given"]: must be an IRI with its scheme, such as'
                " https://example.edu/media/v-17, as each name here. The current value is: points, given."
            ),
        ),
        (
            {"verb": {"id": "a:b", "display": {"en": ["x", "ä"]}}},
            'statements[0].verb.display.en: must be a text. The current value is: ["x","ä"].',
        ),
        (
            {"verb": {"id": "two\nlines"}},
            (
                "statements[0].verb.id: must be an IRI with its scheme, such as https://example.edu/media/v-17."
                ' The current value is: "two\\nlines".'
            ),
        ),
        (
            {"context": {"platform": "x"}, "object": samples.REF},
            (
                "statements[0].context.platform: must be left out, since the object is no Activity but of type"
                " StatementRef. The current value is: x."
            ),
        ),
        (
            {"timestamp": None},
            (
                "statements[0].timestamp: must be a date and time such as 2025-09-03T14:05:30.000Z, and never null."
                " The current value is: null."
            ),
        ),
    ],
)
def test_a_fault_is_told_with_its_place_and_what_stands_there(changes: samples.Json, sentence: str) -> None:
    assert of(**changes) == [sentence]


def test_a_statement_that_is_none_is_told_by_its_place() -> None:
    assert told(5, "statements[3].") == [
        "statements[3]: must be a statement, as an object. The current value is: 5."
    ]
    assert told(5, "") == ["statement: must be a statement, as an object. The current value is: 5."]


def test_a_long_value_is_cut() -> None:
    [sentence] = of(verb={"id": "x" * 10_000})
    assert sentence.endswith(f"The current value is: {'x' * 200}….")


@pytest.mark.parametrize("case", [case for case in CASES if case.faults], ids=str)
def test_every_sentence_says_what_is_expected_in_words_for_people(case: Case) -> None:
    for fault in xapi.validate(case.statement):
        assert fault.text.startswith(("must ", "is no property of "))
        assert not [word for word in FORBIDDEN if word in fault.text.lower()]
        sentence = fault.sentence("statements[0].")
        assert "\n" not in sentence
        assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("agent", "faults"),
    [
        (samples.AGENT, []),
        ({"objectType": "Group", "mbox": "mailto:t@example.edu"}, []),
        ({"objectType": "Group", "mbox": "mailto:t@example.edu", "member": [samples.AGENT]}, []),
        (samples.GROUP, [("X-26", "agent")]),
        ({"name": "Ana"}, [("X-20", "agent")]),
        ({"mbox": "ana"}, [("X-21", "agent.mbox")]),
        ("ana", [("X-05", "agent")]),
        (None, [("X-02", "agent")]),
        ([samples.AGENT], [("X-05", "agent")]),
    ],
)
def test_an_agent_to_look_for_is_an_agent_or_an_identified_group(
    agent: object, faults: list[tuple[str, str]]
) -> None:
    assert [(fault.rule, fault.path) for fault in xapi.check_agent(agent)] == faults


@pytest.mark.parametrize(
    ("persona", "faults"),
    [
        (samples.AGENT, []),
        (samples.BO, []),
        ({"objectType": "Agent", "openid": "https://ana.example.edu/"}, []),
        ({"objectType": "Group", "mbox": "mailto:t@example.edu"}, [("X-20", "personas[0].objectType")]),
        ({**samples.AGENT, **samples.BO}, [("X-20", "personas[0]")]),
        ({}, [("X-20", "personas[0]")]),
        ({"mbox": None}, [("X-02", "personas[0].mbox")]),
        (
            {"account": {"homePage": "https://a.example", "name": "a\0b"}},
            [("X-24", "personas[0].account.name")],
        ),
        ({"member": [samples.AGENT]}, [("X-28", "personas[0]")]),
        ("mailto:ana@example.edu", [("X-05", "personas[0]")]),
    ],
)
def test_a_persona_has_exactly_one_identifier(persona: object, faults: list[tuple[str, str]]) -> None:
    assert [(fault.rule, fault.path) for fault in xapi.check_persona(persona, "personas[0]")] == faults
