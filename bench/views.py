"""Views of lecture videos, as a report lists them, and the template that makes statements of them (csv data import 1.1)."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

HEADER = ("userid", "firstname", "lastname", "VideoId", "VideoName", "courseId", "event_timestamp")
VARIABLES = [["base", "https://lecture.example.edu"]]
BODY = """{
  "statements": [
    {
      "id": "{{uuid "view" columns.VideoId columns.userid columns.event_timestamp}}",
      "actor": {
        "objectType": "Agent",
        "name": "{{columns.firstname}} {{columns.lastname}}",
        "account": { "homePage": "{{base}}", "name": "{{columns.userid}}" }
      },
      "verb": { "id": "http://adlnet.gov/expapi/verbs/experienced", "display": { "en": "experienced" } },
      "object": {
        "objectType": "Activity",
        "id": "{{base}}/media/{{urlEncode columns.VideoId}}",
        "definition": {
          "type": "https://w3id.org/xapi/video/activity-type/video",
          "name": { "en": "{{columns.VideoName}}" }
        }
      },
      "result": { "duration": "PT30S" },
      {{#if columns.courseId}}
      "context": { "contextActivities": { "grouping": [ { "id": "{{base}}/course/{{urlEncode columns.courseId}}" } ] } },
      {{/if}}
      "timestamp": "{{toDateTime "yyyy-MM-dd HH:mm:ss" columns.event_timestamp}}"
    }
  ]
}
"""
FIRST = datetime(2025, 1, 6, 8, tzinfo=UTC)


def write_rows(file: Path, rows: int) -> None:
    """Views in the order of time, seven seconds apart; some 200 of each person, a tenth without a course."""
    people, videos, courses = max(50, rows // 200), max(20, rows // 1_000), max(5, rows // 20_000)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for number in range(rows):
            # Steps without a common factor: no two rows are of one person, video and second.
            person, video = number * 7919 % people, number * 104_729 % videos
            at = FIRST + timedelta(seconds=7 * number)
            course = f"c-{video % courses}" if number % 10 else ""
            writer.writerow(
                (f"u-{person}", f"Given {person % 400}", f"Family {person}", f"v-{video}", f"Lecture {video}: Queues",
                 course, f"{at:%Y-%m-%d %H:%M:%S}")
            )  # fmt: skip
