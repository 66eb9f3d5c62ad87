"""The statements that ``make bench`` checks are good, and none is like another."""

from __future__ import annotations

import json

from bench.statements import video_statement
from edu_csv.activity import xapi


def test_the_statements_to_measure_with_are_good_and_differ() -> None:
    made = [video_statement(number) for number in range(500)]
    assert [fault for statement in made for fault in xapi.validate(statement)] == []
    assert len({xapi.prepare(statement).fingerprint for statement in made}) == len(made)
    assert min(len(json.dumps(statement)) for statement in made) > 1_400
