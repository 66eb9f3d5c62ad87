"""xAPI statements on one core: read, checked, made ready. No database, so no pairs: microseconds each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from time import process_time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bench.report import Report, Result
from bench.stand import Stand
from edu_csv import strict_json
from edu_csv.activity import xapi

BASE = "https://lecture.example.edu"
VIDEO = "https://w3id.org/xapi/video"
COUNT, PEOPLE, MEDIA = 20_000, 3_000, 400
MOST_TO_CHECK = 50.0  # 20,000 statements a second
MOST_TO_PREPARE = 30.0


def video_statement(number: int) -> dict[str, Any]:
    """One of the video profile with all it may say on a pause; some 1,500 bytes, no two alike."""
    person, media = number * 7 % PEOPLE, number * 13 % MEDIA
    at = number % 3_000 + 0.5
    parent = {"id": f"{BASE}/section/s-{media % 50}", "definition": {"name": {"en": "BIO101-01"}}}
    course = {"id": f"{BASE}/course/c-{media % 9}", "definition": {"name": {"en": "BIO101 Introduction"}}}
    return {
        "id": str(uuid5(NAMESPACE_URL, f"statement {number}")),
        "actor": {
            "objectType": "Agent",
            "name": f"Ana Ruiz {person}",
            "account": {"homePage": BASE, "name": f"u-{person}"},
        },
        "verb": {"id": f"{VIDEO}/verbs/paused", "display": {"en": "paused"}},
        "object": {
            "objectType": "Activity",
            "id": f"{BASE}/media/v-{media}",
            "definition": {
                "type": f"{VIDEO}/activity-type/video",
                "name": {"en": f"Lecture {media}: Queues"},
                "description": {"en": "First in, first out"},
                "extensions": {f"{VIDEO}/extensions/length": 3120},
            },
        },
        "result": {
            "duration": f"PT{at}S",
            "extensions": {
                f"{VIDEO}/extensions/time": at,
                f"{VIDEO}/extensions/progress": round(at / 3_120, 3),
                f"{VIDEO}/extensions/played-segments": f"0.000[.]{at:.3f}",
            },
        },
        "context": {
            "registration": str(uuid5(NAMESPACE_URL, f"person {person}")),
            "platform": "Lecture platform",
            "language": "en",
            "contextActivities": {"category": [{"id": VIDEO}], "parent": [parent], "grouping": [course]},
            "extensions": {
                f"{VIDEO}/extensions/length": 3120.0,
                f"{VIDEO}/extensions/session-id": str(uuid5(NAMESPACE_URL, f"view {number}")),
                f"{VIDEO}/extensions/speed": "1.5x",
                f"{BASE}/xapi/ext/role": "Student",
            },
        },
        "timestamp": f"2025-09-{number % 28 + 1:02}T{number % 24:02}:{number % 60:02}:00.500Z",
    }


def statements(stand: Stand, report: Report, *, full: bool) -> None:
    """CPU microseconds of one core for each statement, all of a file's once in each round."""
    texts = [json.dumps(video_statement(number), separators=(",", ":")) for number in range(COUNT)]
    read = [strict_json.loads(text) for text in texts]
    if faults := [fault for statement in read for fault in xapi.validate(statement)]:
        raise ValueError(f"the statements to measure with have faults: {faults[:3]}")
    size = sum(map(len, texts)) / COUNT
    for work, goal, do in (
        ("read strictly", None, partial(_all, strict_json.loads, texts)),
        ("check by every rule", MOST_TO_CHECK, partial(_all, xapi.validate, read)),
        ("make ready for the store", MOST_TO_PREPARE, partial(_all, xapi.prepare, read)),
    ):
        values = [do() for _ in range(report.rounds)]
        what = f"{work}: a video statement of {size:,.0f} bytes"
        against = "20,000 a second and core" if goal == MOST_TO_CHECK else ""
        report.results.append(Result(what, against, "µs", values, goal))


def _all(do: Callable[[Any], object], what: Sequence[Any]) -> float:
    """CPU microseconds for each."""
    begun = process_time()
    for one in what:
        do(one)
    return (process_time() - begun) * 1e6 / len(what)
