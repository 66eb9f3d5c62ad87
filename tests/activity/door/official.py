"""Statements shaped like those of the official conformance tests for xAPI 1.0.3, written anew."""

from __future__ import annotations

from typing import Any

from tests.activity.door.calling import Statement, new_id

GROUP = {"objectType": "Group", "name": "xAPI Group", "mbox": "mailto:xapigroup@example.com"}
AGENT = {"objectType": "Agent", "name": "xAPI account", "mbox": "mailto:xapi@adlnet.gov"}
INSTRUCTOR = {"objectType": "Agent", "name": "xAPI mbox", "mbox": "mailto:pri@adlnet.gov"}
NAMES = {"en-GB": "example meeting", "en-US": "example meeting"}
DEFINITION = {
    "name": NAMES,
    "description": {"en-GB": "An example meeting that happened.", "en-US": "An example meeting."},
    "type": "http://adlnet.gov/expapi/activities/meeting",
    "moreInfo": "http://virtualmeeting.example.com/345256",
    "extensions": {"http://example.com/profiles/meetings/extension/location": "X:\\\\meetings\\\\345256"},
}
ACTIVITY = "http://www.example.com/meetings/occurances/34534"
CATEGORY = "http://www.example.com/test/array/statements/pri"


def default(**members: Any) -> Statement:
    made = {
        "actor": AGENT,
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/attended",
            "display": {"en-GB": "attended", "en-US": "attended"},
        },
        "object": {"objectType": "Activity", "id": ACTIVITY},
        "id": new_id(),
        **members,
    }
    return {name: value for name, value in made.items() if value is not None}


def context(kind: str = "category") -> dict[str, Any]:
    return {
        "registration": new_id(),
        "instructor": INSTRUCTOR,
        "team": GROUP,
        "contextActivities": {kind: {"id": CATEGORY, "definition": DEFINITION}},
        "revision": "test",
        "platform": "test",
        "language": "en-US",
    }


def substatement(kind: str = "category") -> dict[str, Any]:
    return {**default(id=None, context=context(kind)), "objectType": "SubStatement"}


INTERACTIONS: dict[str, dict[str, Any]] = {
    "choice": {"correctResponsesPattern": ["golf[,]tetris"], "choices": [{"id": "golf", "description": NAMES}, {"id": "tetris"}]},
    "fill-in": {"correctResponsesPattern": ["Bob's your uncle"]},
    "long-fill-in": {"correctResponsesPattern": ["{case_matters=false}{lang=en}To store and retrieve"]},
    "likert": {"correctResponsesPattern": ["likert_3"], "scale": [{"id": "likert_0", "description": NAMES}, {"id": "likert_3"}]},
    "matching": {
        "correctResponsesPattern": ["ben[.]3[,]chris[.]2"],
        "source": [{"id": "ben"}, {"id": "chris"}],
        "target": [{"id": "3"}, {"id": "2"}],
    },
    "numeric": {"correctResponsesPattern": ["4[:]"]},
    "other": {"correctResponsesPattern": ["(35.937432,-86.868896)"]},
    "performance": {"correctResponsesPattern": ["pong[.]1:[,]dg[.]:10"], "steps": [{"id": "pong"}, {"id": "dg"}]},
    "sequencing": {"correctResponsesPattern": ["tim[,]mike"], "choices": [{"id": "tim"}, {"id": "mike"}]},
    "true-false": {"correctResponsesPattern": ["true"]},
}  # fmt: skip
