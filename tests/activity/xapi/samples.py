"""Good statements of every kind, each made anew so that a test may change it."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

Json = dict[str, Any]

EXAMPLES = Path(__file__).with_name("examples")
SMALLEST: Json = {
    "actor": {"mbox": "mailto:ana@example.edu"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
    "object": {"id": "https://lecture.example.edu/media/v-17"},
}
ID = "40af2f58-0552-4142-97e8-c8ce533fe0e0"
OTHER_ID = "dfed7137-d952-5d66-9008-b3864b857ef6"
ACTIVITY: Json = {"id": "https://lecture.example.edu/media/v-17"}
AGENT: Json = {"account": {"homePage": "https://lecture.example.edu", "name": "u-204"}}
BO: Json = {"mbox": "mailto:bo@example.edu", "name": "Bo"}
GROUP: Json = {"objectType": "Group", "name": "Table 3", "member": [AGENT, BO]}
REF: Json = {"objectType": "StatementRef", "id": OTHER_ID}
VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided"}
ATTACHMENT: Json = {
    "usageType": "http://example.edu/usage/slides",
    "display": {"en": "Slides", "de-CH": "Folien"},
    "description": {"en": "The slides of week 2"},
    "contentType": "application/pdf",
    "length": 4096,
    "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
    "fileUrl": "https://lecture.example.edu/files/week-2.pdf",
}
SUB_STATEMENT: Json = {
    "objectType": "SubStatement",
    "actor": AGENT,
    "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
    "object": {"id": "https://lecture.example.edu/poll/a-5"},
    "result": {"success": False, "score": {"raw": 0, "min": 0, "max": 2}},
    "context": {"platform": "Lecture platform", "contextActivities": {"other": [ACTIVITY]}},
    "timestamp": "2035-09-03T14:10:05Z",
}


def statement(**changes: Any) -> Json:
    """The smallest statement with these properties in place of its own or beside them."""
    return deepcopy({**SMALLEST, **changes})


def definition(**properties: Any) -> Json:
    """The smallest statement, about an activity with this definition."""
    return statement(object={**ACTIVITY, "definition": properties})


def result(**properties: Any) -> Json:
    return statement(result=properties)


def context(**properties: Any) -> Json:
    return statement(context=properties)


def example(name: str) -> Any:
    """One of the published examples: full, video, voiding, reports (a list of six)."""
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def all_good() -> list[Json]:
    """One good statement of each kind, with every property somewhere."""
    return [
        statement(),
        example("full"),
        example("video"),
        example("voiding"),
        *example("reports"),
        statement(actor=GROUP, object=REF, version="1.0.3", stored="2025-09-03T14:05:30Z", authority=AGENT),
        statement(
            actor={"objectType": "Group", "mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975", "member": []},
            authority={"objectType": "Group", "member": [AGENT, BO]},
            object={"objectType": "Agent", **BO},
        ),
        statement(object=SUB_STATEMENT, attachments=[ATTACHMENT]),
        statement(object=GROUP, actor={"openid": "https://ana.example.edu/", "objectType": "Agent"}),
        context(
            registration=ID,
            instructor=GROUP,
            team=GROUP,
            contextActivities={"parent": [ACTIVITY], "category": [ACTIVITY, {**ACTIVITY, "objectType": "Activity"}]},
            revision="3b",
            platform="Lecture platform",
            language="zh-Hant-TW",
            statement=REF,
            extensions={"https://lecture.example.edu/xapi/ext/role": None, "tag:example.edu,2025:x": [{"": ""}]},
        ),
        definition(
            name={"en": "Rate it", "x-own": ""},
            description={"sr-Latn": "…"},
            type="http://adlnet.gov/expapi/activities/cmi.interaction",
            moreInfo="https://lecture.example.edu/more",
            interactionType="likert",
            scale=[{"id": "1", "description": {"en": "Bad"}}, {"id": "5"}],
            correctResponsesPattern=[],
        ),
        definition(interactionType="matching", source=[{"id": "a"}], target=[{"id": "1"}]),
        definition(interactionType="performance", steps=[{"id": "a"}], extensions={}),
        definition(interactionType="numeric", correctResponsesPattern=["1[:]4"]),
        {
            **result(
                score={"scaled": -0.5, "raw": 0.25, "min": -1, "max": 1e3},
                success=True,
                completion=False,
                response="",
                duration="P3Y1M29DT4H35M59.14S",
                extensions={"https://w3id.org/xapi/video/extensions/time": 930.5},
            ),
            "timestamp": "2025-09-03T14:05:30.1234567+02:00",
            "id": ID,
        },
    ]  # fmt: skip
