"""Reading never fails and never says what PostgreSQL could not keep, whatever stands in a statement that is valid."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edu_csv.activity.projection.reading import MOST_ID_BYTES, Fact, actor_of, read
from edu_csv.activity.projection.vocabulary import BY_TYPE, MOVES, Kind, Noun, Unplaced
from tests.activity.projection.house import ADLNET, BASE, EXTENSION, VIDEO, deck, statement, video, watched
from tests.chance import examples

VERBS = [
    *MOVES, ADLNET + "experienced", ADLNET + "answered", ADLNET + "asked", ADLNET + "liked",
    "http://id.tincanapi.com/verb/viewed", "http://id.tincanapi.com/verb/downloaded",
    "http://risc-inc.com/annotator/verbs/annotated", f"{BASE}/xapi/verbs/flagged-confusing", "x:/xapi/verbs/cleared-confusing",
]  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
NAMES = [
    *(EXTENSION + name for name in ("time", "time-from", "time-to", "length", "session-id")),
    *(f"{BASE}/xapi/ext/{name}" for name in ("word-count", "slide-count", "asker", "public-link", "live")),
]
EXTENSIONS = st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=4)
MAPS = st.dictionaries(st.sampled_from(["en", "de"]), st.text(max_size=5), max_size=2)
CHOICES = st.lists(
    st.fixed_dictionaries({"id": st.text(min_size=1, max_size=3)}, optional={"description": MAPS}), max_size=2
)
IDS = st.one_of(
    st.builds(
        lambda kind, tail: f"{BASE}/{kind}/{tail}",
        st.sampled_from(["media", "presentation", "poll", "question", "slide", "section"]),
        st.sampled_from(["a", "%00", "a%ff", "%F0%9F%98%80", "é", "x" * 2000, "a/b", "a?b", ""]),
    ),
    st.sampled_from(["x:y", "https://lms.example.edu/a", "urn:x:media", "/media/x"]),
)
ACTIVITIES = st.fixed_dictionaries(
    {"id": IDS},
    optional={
        "definition": st.fixed_dictionaries(
            {},
            optional={
                "type": st.sampled_from([*BY_TYPE, "x:type"]), "name": MAPS, "extensions": EXTENSIONS,
                "interactionType": st.sampled_from(["choice", "other"]),
                "choices": CHOICES,
                "correctResponsesPattern": st.lists(st.text(max_size=5), max_size=2),
            },
        )
    },
)  # fmt: skip
ACTORS = st.sampled_from(
    [
        {"mbox": "mailto:A@B.example"}, {"openid": "https://x.example/"}, {"mbox_sha1sum": "A" * 40},
        {"account": {"homePage": BASE + "/", "name": "\0u"}}, {"objectType": "Group", "member": [{"mbox": "mailto:a@b.example"}]},
    ]
)  # fmt: skip
STATEMENTS = st.fixed_dictionaries(
    {
        "id": st.just("203e9c70-5b7a-5c0e-9d65-6f1d0b8f3a11"), "actor": ACTORS,
        "verb": st.builds(lambda verb: {"id": verb}, st.sampled_from(VERBS)), "object": ACTIVITIES,
    },
    optional={
        "result": st.fixed_dictionaries(
            {},
            optional={
                "extensions": EXTENSIONS, "response": st.text(max_size=5),
                "duration": st.sampled_from(["PT30S", "P1W", "PT1.5H"]),
            },
        ),
        "context": st.fixed_dictionaries(
            {},
            optional={
                "extensions": EXTENSIONS, "registration": st.just("dc0dbf12-8154-433e-91d8-8c2f8b7da695"),
                "contextActivities": st.fixed_dictionaries({}, optional={"parent": st.lists(ACTIVITIES, max_size=2)}),
            },
        ),
    },
)  # fmt: skip


@settings(max_examples=examples(150, 5_000), deadline=None)
@given(STATEMENTS, st.booleans())
def test_reading_never_fails(made: dict[str, Any], is_dated: bool) -> None:
    facts = read(made, 1_756_908_330_000, is_dated=is_dated, base=BASE)
    if isinstance(facts, Unplaced):
        return
    for fact in facts:
        texts = [
            fact.words or "",
            fact.session,
            fact.section or "",
            fact.thing.tail,
            fact.actor.key,
            fact.actor.named or "",
        ]
        texts.append(json.dumps(fact.says, ensure_ascii=False) if fact.says else "")
        assert not any("\0" in text for text in texts)
        "".join(texts).encode()
        assert len(fact.thing.tail.encode()) <= MOST_ID_BYTES
        assert all(number is None or 0 <= number <= 2_000_000_000 for number in (fact.amount, fact.further))
        assert fact.kind is not Kind.WATCHED or fact.amount is not None


def one(made: dict[str, Any]) -> Fact:
    facts = read(made, 0, is_dated=True, base=BASE)
    assert not isinstance(facts, Unplaced)
    return facts[0]


def test_an_id_that_no_index_takes_is_not_placed() -> None:
    thing = {**video(), "id": f"{BASE}/media/{'x' * 1_001}"}
    assert read(watched("a", object=thing), 0, is_dated=True, base=BASE) is Unplaced.LONG_ID


@pytest.mark.parametrize(
    ("thing", "noun", "tail"),
    [
        (video(), Noun.VIDEO, "v-17"),
        ({"id": f"{BASE}/media/v-17/"}, Noun.VIDEO, "v-17"),
        ({"id": "https://a.example/b/c/media/a%2Fb"}, Noun.VIDEO, "a/b"),
        # Its type says what it is, whatever its id looks like.
        ({**video(), "id": f"{BASE}/presentation/p-1"}, Noun.VIDEO, f"{BASE}/presentation/p-1"),
        ({**video(), "id": "urn:uuid:1"}, Noun.VIDEO, "urn:uuid:1"),
        (
            {"id": f"{BASE}/media/v-1", "definition": {"type": "http://activitystrea.ms/schema/1.0/video"}},
            Noun.VIDEO,
            "v-1",
        ),
    ],
)
def test_what_a_statement_is_about(thing: dict[str, Any], noun: Noun, tail: str) -> None:
    found = one(watched("a", object=thing)).thing
    assert (found.noun, found.tail) == (noun, tail)


def test_a_name_is_told_in_english_where_there_is_one() -> None:
    thing = deck()
    thing["definition"]["name"] = {"de": "Folien", "en": "Slides", "fr": ""}
    made = statement("a", "http://id.tincanapi.com/verb/viewed", thing)
    assert one(made).says == {"name": "Slides"}


@pytest.mark.parametrize(
    ("home", "named"), [(BASE, "7"), (BASE + "/", "7"), ("https://lms.example.edu", None)]
)
def test_the_name_of_an_account_is_an_id_at_home_alone(home: str, named: str | None) -> None:
    actor = {"account": {"homePage": home, "name": "7"}}
    assert actor_of(actor, None, BASE).named == named
    assert actor_of(actor, BASE, "http://localhost:8000").named == named


def test_the_length_of_a_video_may_be_said_by_the_player() -> None:
    made = statement(
        "a", VIDEO + "verbs/played", video(), context={"extensions": {EXTENSION + "length": 61.6}}
    )
    assert one(made).says == {"name": "Lecture 4: Queues", "length": 62}
