"""``more``: signed, for one institution, for a day (xapi.md 5.2)."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from edu_csv.access.api.problems import Refusal
from edu_csv.activity.api import positions
from edu_csv.activity.api.positions import Position

AT = Position(datetime(2025, 9, 3, 14, 5, 30, 123_456, tzinfo=UTC), 17)
ASKED = {
    "verb": "http://adlnet.gov/expapi/verbs/experienced",
    "limit": "2",
    "agent": '{"mbox":"mailto:å@b.c"}',
}


def code(institution: int, text: str) -> str:
    with pytest.raises(Refusal) as why:
        positions.read(institution, text)
    assert why.value.status == 400
    return why.value.code


def test_what_was_asked_and_where_to_go_on_come_back() -> None:
    text = positions.signed(5, ASKED, AT)
    assert positions.read(5, text) == (ASKED, AT)
    assert quote(text, safe=":") == text
    assert re.fullmatch(r"[A-Za-z0-9_:.\-]+", text)


def test_nobody_else_makes_one_or_uses_anothers() -> None:
    text = positions.signed(5, ASKED, AT)
    assert code(6, text) == "bad_more"
    assert code(5, text[:-1] + ("a" if text[-1] != "a" else "b")) == "bad_more"
    for none in ("", "x", "a:b:c", "é"):
        assert code(5, none) == "bad_more"


def test_after_a_day_it_ends(monkeypatch: Any) -> None:
    text = positions.signed(5, ASKED, AT)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 24 * 3600 - 60)
    assert positions.read(5, text) == (ASKED, AT)
    monkeypatch.setattr(time, "time", lambda: now + 24 * 3600 + 60)
    assert code(5, text) == "expired"
