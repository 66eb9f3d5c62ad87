"""Cells of activity: moments, what polls offer, what notes were taken on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar

from imports.formats.activity.columns import Anchor, Instant, Options
from imports.formats.columns import Column
from tests.imports.formats.contract import ColumnContract

MOMENT = "a moment like 2026-09-01T08:30:00.250Z or 2026-09-01T10:30:00+02:00; without an offset it is in UTC"
LIST = '[{"id":"a","text":"Basalt"},{"id":"b","text":"Granite"}]'
ANCHOR = '{"type":"slide","slideId":"SL-12","position":4} or {"type":"video","mediaId":"M-7","seconds":610}'


class TestInstant(ColumnContract):
    column: ClassVar[Column] = Instant("Watched At")
    good: ClassVar[dict[str, Any]] = {
        "2026-09-01T08:30:00.25Z": datetime(2026, 9, 1, 8, 30, 0, 250_000, tzinfo=UTC),
        "2026-09-01T08:30:00.123456Z": datetime(2026, 9, 1, 8, 30, 0, 123_456, tzinfo=UTC),
        "2026-09-01T08:30:00.1234567Z": datetime(2026, 9, 1, 8, 30, 0, 123_456, tzinfo=UTC),
        "2026-09-01t08:30:00z": datetime(2026, 9, 1, 8, 30, tzinfo=UTC),
        "2026-09-01 08:30": datetime(2026, 9, 1, 8, 30, tzinfo=UTC),
        "2026-09-01T10:30:00+02:00": datetime(2026, 9, 1, 8, 30, tzinfo=UTC),
        "2026-09-01T10:30:00,5+0200": datetime(2026, 9, 1, 8, 30, 0, 500_000, tzinfo=UTC),
        "2026-08-31T22:30:10-10": datetime(2026, 9, 1, 8, 30, 10, tzinfo=UTC),
        "2000-01-01T00:00:00Z": datetime(2000, 1, 1, tzinfo=UTC),
        "2099-12-31T23:59:59.999Z": datetime(2099, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
    }
    written: ClassVar[dict[str, str]] = {
        "2026-09-01T08:30:00.1234567Z": "2026-09-01T08:30:00.123456Z",
        "2026-09-01t08:30:00z": "2026-09-01T08:30:00Z",
        "2026-09-01 08:30": "2026-09-01T08:30:00Z",
        "2026-09-01T10:30:00+02:00": "2026-09-01T08:30:00Z",
        "2026-09-01T10:30:00,5+0200": "2026-09-01T08:30:00.5Z",
        "2026-08-31T22:30:10-10": "2026-09-01T08:30:10Z",
    }
    bad: ClassVar[dict[str, str]] = {
        "yesterday": (
            f"Watched At is `yesterday`, which is no moment we can be sure of. Write {MOMENT}. Spreadsheets often"
            " rewrite dates when they save."
        ),
        "01/09/2026 08:30": (
            f"Watched At is `01/09/2026 08:30`, which is no moment we can be sure of. Write {MOMENT}."
            " Spreadsheets often rewrite dates when they save."
        ),
        "2026-09-01": (
            f"Watched At is `2026-09-01`, which is no moment we can be sure of. Write {MOMENT}. Spreadsheets"
            " often rewrite dates when they save."
        ),
        "46266.354166": (
            "Watched At is `46266.354166`, a spreadsheet's number for a day and a time. Give the column the"
            " format yyyy-mm-dd hh:mm:ss there and save it again."
        ),
        "2026-02-30T08:30:00Z": (
            f"Watched At is `2026-02-30T08:30:00Z`, and there is no such day or time of day. Write {MOMENT}."
        ),
        "2026-09-01T25:00Z": (
            f"Watched At is `2026-09-01T25:00Z`, and there is no such day or time of day. Write {MOMENT}."
        ),
        "1999-12-31T23:59:59Z": (
            "Watched At is `1999-12-31T23:59:59Z`, outside the years 2000 to 2099. Correct the year."
        ),
        "2099-12-31T23:59:59-01:00": (
            "Watched At is `2099-12-31T23:59:59-01:00`, outside the years 2000 to 2099. Correct the year."
        ),
        "0001-01-01T00:00+23:59": (
            "Watched At is `0001-01-01T00:00+23:59`, and there is no such day or time of day. Write"
            f" {MOMENT}."
        ),
    }


def test_a_moment_is_the_same_whatever_the_offset() -> None:
    said = datetime(2026, 9, 1, 10, 30, tzinfo=timezone(timedelta(hours=2))).isoformat()
    assert Instant("At").wire(said) == Instant("At").wire("2026-09-01T08:30:00Z")


class TestOptions(ColumnContract):
    column: ClassVar[Column] = Options("Content")
    good: ClassVar[dict[str, Any]] = {
        '[{"id":"a","text":"Basalt"}]': '[{"id":"a","text":"Basalt"}]',
        '[ {"text": "Grès", "id": "a"}, {"id": "b", "text": ""} ]': (
            '[{"id":"a","text":"Grès"},{"id":"b","text":""}]'
        ),
        "[]": "[]",
    }
    written: ClassVar[dict[str, str]] = {
        '[ {"text": "Grès", "id": "a"}, {"id": "b", "text": ""} ]': (
            '[{"id":"a","text":"Grès"},{"id":"b","text":""}]'
        )
    }
    bad: ClassVar[dict[str, str]] = {
        "Basalt;Granite": (
            "Content is `Basalt;Granite`, which is not JSON: expected a value at line 1, column 1, near"
            f' "Basalt;Granite". Write a JSON list like {LIST}.'
        ),
        '{"a":"Basalt"}': f'Content is `{{"a":"Basalt"}}`, which is no list. Write a JSON list like {LIST}.',
        '["Basalt"]': (
            'Content is `["Basalt"]`, and entry 1 of the list is not an object of the two texts `id` and `text`.'
            f" Write a JSON list like {LIST}."
        ),
        '[{"id":"a","text":"x"},{"id":2,"text":"y"}]': (
            'Content is `[{"id":"a","text":"x"},{"id":2,"text":"y"}]`, and entry 2'
            f" of the list is not an object of the two texts `id` and `text`. Write a JSON list like {LIST}."
        ),
        '[{"id":"a","text":"x"},{"id":"a","text":"y"}]': (
            'Content is `[{"id":"a","text":"x"},{"id":"a","text":"y"}]`, and the'
            " id `a` stands in it twice. Give each of the options an id of its own."
        ),
        "[" + " " * 20_000 + "]": "Content has 20,002 characters. Shorten it to at most 20,000.",
    }


class TestAnchor(ColumnContract):
    column: ClassVar[Column] = Anchor("Anchor")
    good: ClassVar[dict[str, Any]] = {
        '{"type":"slide","slideId":"SL-12","position":4}': '{"type":"slide","slideId":"SL-12","position":4}',
        '{"seconds": 610.5, "mediaId": "M-7", "type": "video"}': (
            '{"type":"video","mediaId":"M-7","seconds":610.5}'
        ),
        '{"type":"video","mediaId":"M-7","seconds":0}': '{"type":"video","mediaId":"M-7","seconds":0}',
    }
    written: ClassVar[dict[str, str]] = {
        '{"seconds": 610.5, "mediaId": "M-7", "type": "video"}': (
            '{"type":"video","mediaId":"M-7","seconds":610.5}'
        )
    }
    bad: ClassVar[dict[str, str]] = {
        "slide 4": (
            'Anchor is `slide 4`, which is not JSON: expected a value at line 1, column 1, near "slide 4".'
            f" Write JSON like {ANCHOR}."
        ),
        "[]": f"Anchor is `[]`, which does not say what was noted on. Write JSON like {ANCHOR}.",
        '{"type":["slide"]}': (
            'Anchor is `{"type":["slide"]}`, which does not say what was noted on.'
            f" Write JSON like {ANCHOR}."
        ),
        '{"type":"slide","position":4}': (
            'Anchor is `{"type":"slide","position":4}`. Of a note on a slide it has `type`,'
            " `slideId` (a text) and `position` (a whole number from 1), and nothing else."
            f" Write JSON like {ANCHOR}."
        ),
        '{"type":"slide","slideId":"S","position":0}': (
            'Anchor is `{"type":"slide","slideId":"S","position":0}`. Of a note on'
            " a slide it has `type`, `slideId` (a text) and `position` (a whole number from 1), and nothing else."
            f" Write JSON like {ANCHOR}."
        ),
        '{"type":"slide","slideId":"S","position":true}': (
            'Anchor is `{"type":"slide","slideId":"S","position":true}`. Of a'
            " note on a slide it has `type`, `slideId` (a text) and `position` (a whole number from 1), and nothing else."
            f" Write JSON like {ANCHOR}."
        ),
        '{"type":"video","mediaId":"","seconds":1}': (
            'Anchor is `{"type":"video","mediaId":"","seconds":1}`. Of a note on a'
            " video it has `type`, `mediaId` (a text) and `seconds` (a number from 0), and nothing else."
            f" Write JSON like {ANCHOR}."
        ),
    }
