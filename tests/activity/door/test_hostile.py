"""Whatever is sent: an answer of the standard's statuses, never a fault of ours, and nothing half stored."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.activity.door.calling import Sender, body_of, statement
from tests.chance import examples

TEXTS = st.text(max_size=12) | st.sampled_from(
    ["", "\0", "mailto:a@b.c", "http://a.b/c", "Agent", "Group", "StatementRef", "2025-09-03T14:05:30Z",
     "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "-1", "00000000-0000-4000-8000-000000000000", "true"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["id", "actor", "verb", "object", "mbox", "account", "name", "homePage", "objectType", "member", "result",
     "context", "contextActivities", "parent", "timestamp", "extensions", "attachments", "version", "display"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | TEXTS, inner, max_size=4),
    max_leaves=12,
)
PARAMETERS = st.sampled_from(
    ["statementId", "voidedStatementId", "agent", "verb", "activity", "registration", "related_activities", "since",
     "until", "limit", "format", "attachments", "ascending", "more", "method"]
)  # fmt: skip
OURS = settings(
    max_examples=examples(20, 200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@OURS
@given(query=st.dictionaries(PARAMETERS | TEXTS, TEXTS, max_size=3))
def test_any_parameters_are_answered(sender: Sender, query: dict[str, str]) -> None:
    for method in ("get", "put", "post"):
        answer = sender.ask(method, f"/xAPI/statements?{urlencode(query)}", b"[]")
        assert answer.status_code in (200, 400, 404, 405)
        assert answer["X-Experience-API-Version"] == "1.0.3"


@OURS
@given(name=NAMES, value=VALUES)
def test_any_damage_to_a_statement_is_told_or_stored_and_given_back(
    sender: Sender, name: str, value: Any
) -> None:
    sent = statement(**({name: value} if value is not None else {}))
    answer = sender.post(sent)
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        [id_] = answer.json()
        kept = body_of(sender.get(statementId=id_))
        if name in sent and name not in ("timestamp", "id", "context"):
            assert kept[name] == json.loads(json.dumps(sent))[name]


@OURS
@given(body=st.binary(max_size=40) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_answered(sender: Sender, body: bytes) -> None:
    assert sender.post(body or b" ").status_code in (200, 400)
