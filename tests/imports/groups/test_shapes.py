"""What is wrong with the people, groups and permissions of a row, and how that is told (csv data import 2.2, 3.1)."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest

from imports.problems import Problem
from imports.steps.templated.groups import Stager


def told(objects: dict[str, list[Any]]) -> list[str]:
    with ExitStack() as stack:
        faults = Stager(stack).add(2, objects)
    return [str(Problem(code, place, cell, params=params)) for code, place, cell, params in faults]


# Sentences stand whole, as people read them.
CASES: list[tuple[str, dict[str, list[Any]], list[str]]] = [
    (
        "a person without key",
        {"people": [{"name": "A"}]},
        [
            'people[0]: must have a customId or personas. The current value is: {"name":"A"}.',
        ],
    ),
    (
        "a blank customId",
        {"people": [{"customId": " ", "name": "A"}]},
        [
            "people[0].customId: must not be blank. The current value is:  .",
        ],
    ),
    (
        "an empty name",
        {"people": [{"customId": "a", "name": ""}]},
        [
            'people[0].name: must not be blank. The current value is: "".',
        ],
    ),
    (
        "a number as customId",
        {"people": [{"customId": 7}]},
        [
            "people[0].customId: must be a text. The current value is: 7.",
        ],
    ),
    (
        "a long customId",
        {"people": [{"customId": "x" * 256}]},
        [
            (
                "people[0].customId: must have at most 255 characters. The current value is: xxxxxxxxxxxxxx"
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                "xxxxxx…."
            ),
        ],
    ),
    (
        "a NUL",
        {"people": [{"customId": "a\x00b"}]},
        [
            'people[0].customId: must not contain the character U+0000. The current value is: "a\\u0000b".',
        ],
    ),
    (
        "no object",
        {"people": ["x"]},
        [
            "people[0]: must be an object. The current value is: x.",
        ],
    ),
    (
        "a misspelt property",
        {"people": [{"customId": "a", "persona": []}]},
        [
            (
                "people[0].persona: is no property here; expected customId, personas, name, groups. The cur"
                "rent value is: []."
            ),
        ],
    ),
    (
        "a persona as in a statement",
        {"people": [{"personas": [{"mbox": "mailto:"}]}]},
        [
            (
                'people[0].personas[0].mbox: must be "mailto:" and an e-mail address. The current value is:'
                " mailto:."
            ),
        ],
    ),
    (
        "groups that are no list",
        {"people": [{"customId": "a", "groups": "x"}]},
        [
            "people[0].groups: must be a list. The current value is: x.",
        ],
    ),
    (
        "a reference of another kind",
        {"people": [{"customId": "a", "groups": [{"name": "x"}]}]},
        [
            (
                'people[0].groups[0]: must be a customId, or an object with "customId" or with "name" and "'
                'type". The current value is: {"name":"x"}.'
            ),
        ],
    ),
    (
        "half a reference",
        {"people": [{"customId": "a", "groups": [{"name": "x", "type": ""}]}]},
        [
            (
                'people[0].groups[0]: must be a customId, or an object with "customId" or with "name" and "'
                'type". The current value is: {"name":"x","type":""}.'
            ),
        ],
    ),
    (
        "a group without key",
        {"groups": [{"name": "A"}]},
        [
            'groups[0]: must have a customId, or a name and a type. The current value is: {"name":"A"}.',
        ],
    ),
    (
        "a type that D2L knows otherwise",
        {"groups": [{"customId": "a", "type": "Semester"}]},
        [
            (
                "groups[0].type: must be another name, since D2L files call something else so. The current "
                "value is: Semester."
            ),
        ],
    ),
    (
        "a type without name",
        {"groups": [{"customId": "a", "type": {"pluralName": "X"}}]},
        [
            "groups[0].type.name: must be a text. The current value is: null.",
        ],
    ),
    (
        "two grantees",
        {"permissions": [{"person": "a", "group": "b", "canView": {"everyone": True}}]},
        [
            (
                'permissions[0]: must have exactly one of "person" and "group". The current value is: {"per'
                'son":"a","group":"b","canView":{"everyone":true}}.'
            ),
        ],
    ),
    (
        "nobody",
        {"permissions": [{"person": "", "canView": {"everyone": True}}]},
        [
            'permissions[0].person: must not be blank. The current value is: "".',
        ],
    ),
    (
        "nothing to view",
        {"permissions": [{"person": "a"}]},
        [
            (
                'permissions[0].canView: must be an object with "group", or with "everyone": true. The curr'
                "ent value is: null."
            ),
        ],
    ),
    (
        "everyone, but not true",
        {"permissions": [{"person": "a", "canView": {"everyone": False}}]},
        [
            (
                'permissions[0].canView: must be an object with "group", or with "everyone": true. The curr'
                'ent value is: {"everyone":false}.'
            ),
        ],
    ),
    (
        "several",
        {"people": [{"name": "A"}], "groups": [7]},
        [
            'people[0]: must have a customId or personas. The current value is: {"name":"A"}.',
            "groups[0]: must be an object. The current value is: 7.",
        ],
    ),
    (
        "a person of no kind",
        {"groups": [{"customId": "a", "people": [7]}]},
        [
            (
                'groups[0].people[0]: must be a customId, or an object with either "customId" or "persona". The current value'
                " is: 7."
            )
        ],
    ),
    (
        "a type that no file may write",
        {"groups": [{"customId": "a", "type": "R&D: a,b"}]},
        [
            "groups[0].type: must not have the character '&', which no file may have in a type. The current value is: R&D: a,b."
        ],
    ),
    (
        "a persona longer than an index takes",
        {"people": [{"personas": [{"account": {"homePage": "https://x.example", "name": "n" * 600}}]}]},
        [
            "people[0].personas[0]: must have at most 600 characters. The current value is:"
            ' {"account":{"homePage":"https://x.example","name":"' + "n" * 149 + "…."
        ],
    ),
]


@pytest.mark.parametrize(
    ("objects", "sentences"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_fault_says_where_and_what_was_expected(
    objects: dict[str, list[Any]], sentences: list[str]
) -> None:
    assert told(objects) == sentences


@pytest.mark.parametrize(
    "objects",
    [
        {"people": [{"customId": "a", "groups": ["", {"customId": " "}, {"name": "", "type": ""}]}]},
        {"groups": [{"customId": "a", "parents": [""], "children": [""], "people": ["", {"customId": ""}, {"persona": ""}]}]},
        {"groups": [{"name": "A", "type": {"name": "Team"}}]},
        {"people": [{"personas": [{"objectType": "Agent", "mbox": "mailto:a@example.edu", "name": "A"}]}]},
        {"permissions": [{"group": {"name": "A", "type": "Team"}, "canView": {"group": "b"}}]},
        {},
    ],
)  # fmt: skip
def test_blank_references_are_ignored_and_good_shapes_pass(objects: dict[str, list[Any]]) -> None:
    assert told(objects) == []
