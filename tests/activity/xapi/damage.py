"""Statements damaged at random: one to three blows each, the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.activity.xapi import samples

Place = tuple[Any, Any]

_IRIS = (
    "foo:", "foo:bar", "http://", "//example.edu/x", "example.edu", "https://example.edu/a b", "1a:b", "view-source:x",
    "https://example.edu/<x>", "urn:uuid:40af2f58-0552-4142-97e8-c8ce533fe0e0", "https://example.edu/ä", "a_b:c",
    "git+ssh:x", "/relative", "https://example.edu/{id}", ":x",
)  # fmt: skip
_TIMES = (
    "2025-09-03", "2025-09-03T14:05Z", "2025-09-03T14:05:30", "2025-09-03 14:05:30Z", "20250903T140530Z",
    "2025-02-29T00:00:00Z", "2025-02-30T00:00:00Z", "2024-02-29T00:00:00Z", "2025-09-03T24:00:00Z", "20250903",
    "2025-09-03T14:05:30-00:00", "2025-09-03T14:05:30-00", "2025-09-03T14:05:30+0200", "2025-09-03T14:05:60Z",
    "2025-09-03T14:05:30.1234567+02:00", "01/011/2015", "2025-13-03T14:05:30Z", "2025-09-03T14:05:30,5Z",
    "2025-09-03T14:05:30+02", "2025-09-03T14:05:30z", "2025-09-03T14:05:30-05:30", "2025-09-03T14Z",
    "2025-09-03T14:05:30.Z", "2025-09-03T14:05:30-00:30", "0000-01-01T00:00:00Z", "2025-09-03T14:05:30+25:00",
)  # fmt: skip
_UUIDS = (
    "40af2f58-0552-4142-97e8-c8ce533fe0e0", "40AF2F58-0552-4142-97E8-C8CE533FE0E0",
    "00000000-0000-0000-0000-000000000000", "{40af2f58-0552-4142-97e8-c8ce533fe0e0}",
    "40af2f58-0552-4142-c7e8-c8ce533fe0e0", "40af2f5805524142-97e8-c8ce533fe0e0",
    "40af2f58-0552-9142-97e8-c8ce533fe0e0", "40af2f58-0552-4142-97e8-c8ce533fe0e", "40af2f58-0552-7142-97e8-c8ce533fe0e0",
    "40af2f58-0552-0142-97e8-c8ce533fe0e0", "40af2f58-0552-4142-,7e8-c8ce533fe0e0",
)  # fmt: skip
_KINDS = ("Activity", "Agent", "Group", "StatementRef", "SubStatement", "activity", "Person", "")
_LANGUAGES = (
    "en", "en-US", "zh-Hant-TW", "e", "en_US", "english", "toolonglanguage", "x-own", "i-klingon", "en-a-bb-a-cc",
    "de-CH-1996", "a-b", "en-", "sr-Latn-RS", "en-GB-oed", "X-OWN", "zh-yue-HK", "en-x-a", "i-own", "es-419", "en-a-b",
    "sgn-BE-FR", "art-lojban", "en-abcd-ab-1abc",
)  # fmt: skip
POOLS: dict[str, tuple[Any, ...]] = {
    "mbox": (
        "mailto:", "mailto:ana@example", "mailto:ana@example.edu", "ana@example.edu", "mailto:a b@example.edu",
        "mailto:ana@exa mple.edu", "mailto:@example.edu", "mailto:ana@example..edu", "mailto:ana@bo@example.edu",
        "mailto:ana+x@example.edu", "MAILTO:ana@example.edu", "mailto:ana@example.edu.", "mailto:josé@example.edu",
        "mailto:ana@münster.example", "mailto:ana@-.example", "mailto:a!b@example.edu", "mailto:ana@.edu",
    ),
    "mbox_sha1sum": (
        "cd9b00a5611f94eaa7b1661edab976068e364975", "CD9B00A5611F94EAA7B1661EDAB976068E364975",
        "cd9b00a5611f94eaa7b1661edab976068e36497", "cd9b0", "cd9b00a5g", "cd9b00a5611f94eaa7b1661edab976068e3649750",
    ),
    **dict.fromkeys(("openid", "homePage", "type", "moreInfo", "usageType", "fileUrl"), _IRIS),
    "id": (*_IRIS, *_UUIDS, "a", "http://adlnet.gov/expapi/verbs/voided"),
    "registration": _UUIDS,
    **dict.fromkeys(("timestamp", "stored"), _TIMES),
    "duration": (
        "P", "PT", "PT5", "P1YT", "-PT5S", "pt30s", "P4W1D", "P4W", "PT1.5H30M", "PT1.5H", "P1.5D", "PT0,5S", "30",
        "P1Y4W", "PT36H", "PT12.5S", "P0001-02-03T04:05:06", "PT0S", "P1Y2M", "P1M2W", "PT.5S", "P1Y2DT3.5S", "+PT5S",
    ),
    "version": ("1.0", "1.0.3", "1.1.0", "2.0.0", "1.0.x", "1", "0.9.5", "1.0.", "1.0.3-beta", "1.00"),
    "objectType": _KINDS,
    "interactionType": (
        "true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert",
        "numeric", "other", "Choice", "essay", "true/false",
    ),
    "language": _LANGUAGES,
    "contentType": (
        "text/plain", "text", "application/octet-stream", "text/plain; charset=utf-8", "audio/", "font/woff2", "/plain",
        "application/vnd.ms-excel", "text/plain; charset=\"utf-8\"", "text/plain;", "image/svg+xml", "a/b",
    ),
    "length": (0, -1, 5.0, 5.5, "5", True),
    "scaled": (1, -1, 1.01, -1.01, 0, "1", True),
    **dict.fromkeys(("raw", "min", "max"), (0, 1, -1, 2, 100, "1", True)),
    **dict.fromkeys(("success", "completion"), ("true", 1, 0, True, False)),
    "account": ({"homePage": "https://a.example", "name": ""}, {"homePage": "https://a.example"}, {"name": "x"}),
    "member": ([], [samples.GROUP], [samples.AGENT], [samples.AGENT, samples.BO], [{"name": "no one"}]),
    **dict.fromkeys(("actor", "instructor", "team", "authority"), (
        samples.GROUP, samples.AGENT, {"member": [samples.AGENT]}, {"objectType": "Group", "member": []}, {"name": "x"},
        {"objectType": "Group", "mbox": "mailto:t@example.edu"}, {**samples.GROUP, "mbox": "mailto:t@example.edu"},
        {**samples.AGENT, **samples.BO}, {"objectType": "Group", "member": [samples.AGENT]},
    )),
    "object": (
        samples.ACTIVITY, samples.AGENT, samples.GROUP, samples.REF, samples.SUB_STATEMENT, {"id": samples.ID},
        {"objectType": "SubStatement", **samples.SMALLEST}, {"objectType": "Agent", **samples.AGENT},
        {**samples.SUB_STATEMENT, "object": samples.REF}, {**samples.SUB_STATEMENT, "object": samples.SUB_STATEMENT},
    ),
    "statement": (samples.REF, {"id": samples.ID}, {"objectType": "StatementRef"}, samples.ACTIVITY),
    **dict.fromkeys(("parent", "grouping", "category", "other"), (
        samples.ACTIVITY, [samples.ACTIVITY], [], [samples.AGENT], samples.AGENT, [{"objectType": "Agent", **samples.AGENT}],
    )),
    **dict.fromkeys(("choices", "scale", "steps", "source", "target"), (
        [{"id": "a"}, {"id": "a"}], [{"id": ""}], [], [{}], [{"id": "a", "description": "x"}], [{"id": "a b"}], [{"id": 1}],
    )),
    "score": ({"scaled": 2}, {"min": 1, "max": 1}, {"min": 2, "max": 1}, {"raw": 0, "min": 1}, {"raw": 2, "max": 0}, {}),
    "correctResponsesPattern": ([], ["a"], [1], "a"),
}  # fmt: skip
"""For names of properties: what is put there, good, bad and in between."""
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 5, 0.5, -1.5, 1e300, "", "5", "true", [], {}, [None], [""], {"": ""}, {"en": "x"},
    samples.ACTIVITY, samples.AGENT, samples.BO, samples.GROUP, samples.REF, samples.SUB_STATEMENT,
    samples.ATTACHMENT, [samples.ACTIVITY], [samples.AGENT, samples.BO], [samples.ATTACHMENT],
)  # fmt: skip
"""What is put in place of anything: every JSON type, and the things of a statement."""
NAMES = (
    "id", "name", "objectType", "mbox", "account", "member", "definition", "extensions", "display", "description",
    "type", "interactionType", "choices", "scale", "steps", "source", "target", "correctResponsesPattern",
    "result", "context", "attachments", "stored", "version", "authority", "timestamp", "registration", "team",
    "instructor", "platform", "revision", "language", "statement", "contextActivities", "parent", "other",
    "score", "raw", "min", "max", "scaled", "duration", "success", "response", "foo", "", "https://example.edu/x",
    "openid", "mbox_sha1sum", "homePage", "en", "moreInfo", "actor", "verb", "object", "sha2", "length", "fileUrl",
)  # fmt: skip
CHARACTERS = "aZ9-:.@/ {}\\ä\n\u0000"


def damaged(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """So many statements, each a good one with one to three blows; some are still good after them."""
    chance = random.Random(seed)  # noqa: S311 - the same ones each time is the point
    good = samples.all_good()
    for _ in range(count):
        statement = deepcopy(chance.choice(good))
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            _blow(statement, chance)
        yield statement


def _blow(statement: dict[str, Any], chance: random.Random) -> None:
    # One of the places with values of their own, every other time: those tell most.
    places = list(_places(statement))
    named = [place for place in places if place[1] in POOLS]
    if named and chance.random() < 0.5:
        places = named
    if not places:
        statement["foo"] = None
        return
    holder, name = chance.choice(places)
    value = holder[name]
    kind = chance.randrange(12)
    if kind == 0:
        del holder[name]
    elif kind == 1 and isinstance(holder, dict):
        del holder[name]
        holder[_renamed(name, holder, chance)] = value
    elif kind == 2 and isinstance(value, dict):
        key = chance.choice(NAMES)
        value[key] = deepcopy(chance.choice(POOLS.get(key, VALUES)))
    elif kind == 3 and isinstance(value, str):
        holder[name] = _scratched(value, chance)
    elif kind == 4 and isinstance(value, list):
        holder[name] = deepcopy(chance.choice((value + value, value[:1], value[0] if value else None)))
    elif kind == 5:
        # What stands elsewhere in the same statement.
        other, key = chance.choice(places)
        holder[name] = deepcopy(other[key])
    elif kind == 6 and isinstance(value, int | float):
        holder[name] = chance.choice((str(value), -value, value * 10, value + 0.5, bool(value)))
    elif kind > 6 and name in POOLS:
        holder[name] = deepcopy(chance.choice(POOLS[name]))
    else:
        holder[name] = deepcopy(chance.choice(VALUES))


def _renamed(name: str, holder: dict[str, Any], chance: random.Random) -> str:
    if name.startswith("http"):
        return str(chance.choice(_IRIS))
    if set(holder) <= set(_LANGUAGES) | {"de"}:
        return str(chance.choice(_LANGUAGES))
    return chance.choice((name.upper(), name.capitalize(), name + " ", chance.choice(NAMES)))


def _scratched(text: str, chance: random.Random) -> str:
    """The text with one character taken out, put in or changed."""
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(("", chance.choice(CHARACTERS))) + text[at + chance.randrange(2) :]


def _places(value: Any) -> Iterator[Place]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in list(items):
        yield value, name
        if isinstance(item, dict | list):
            yield from _places(item)
