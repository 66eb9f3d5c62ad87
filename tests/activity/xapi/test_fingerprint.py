"""Equal statements have one fingerprint, all others another one each (xapi.md 3)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edu_csv.activity.xapi import fingerprint, prepare, validate
from tests.activity.xapi import samples
from tests.activity.xapi.damage import damaged
from tests.activity.xapi.samples import ACTIVITY, AGENT, BO, GROUP, ID, OTHER_ID, REF, SUB_STATEMENT, Json

GOOD = samples.all_good()
WORDS = st.dictionaries(st.sampled_from(["en", "de-CH", "x-own"]), st.text(max_size=4))
Change = Callable[[Json, random.Random], None]


def equal(one: Json, other: Json) -> bool:
    assert validate(one) == []
    assert validate(other) == []
    return fingerprint(one) == fingerprint(other)


# Each changes what does not count, in all places of a statement where it stands.


def _store_sets(statement: Json, chance: random.Random) -> None:
    statement["id"] = chance.choice((ID, OTHER_ID))
    statement["stored"] = "2025-09-04T00:00:00Z"
    statement["authority"] = deepcopy(BO)
    statement["version"] = chance.choice(("1.0", "1.0.3"))
    statement["timestamp"] = "2024-01-01T00:00:00Z"


def _drop_what_the_store_sets(statement: Json, chance: random.Random) -> None:
    for name in ("id", "stored", "authority", "version", "timestamp"):
        statement.pop(name, None)


def _display(statement: Json, chance: random.Random) -> None:
    for part in (statement, statement["object"]):
        if "verb" in part:
            part["verb"]["display"] = {"en": f"did {chance.random()}"}


def _definition(statement: Json, chance: random.Random) -> None:
    for activity in activities(statement):
        if chance.random() < 0.3:
            activity.pop("definition", None)
        else:
            activity["definition"] = {"name": {"en": str(chance.random())}, "extensions": {"a:b": None}}


def _said_type(statement: Json, chance: random.Random) -> None:
    for activity in activities(statement):
        activity["objectType"] = "Activity"
    for actor in actors(statement):
        actor.setdefault("objectType", "Agent")


def _order(statement: Json, chance: random.Random) -> None:
    for actor in actors(statement):
        chance.shuffle(actor.get("member", []))
    for held in objects(statement):
        items = list(held.items())
        chance.shuffle(items)
        held.clear()
        held.update(items)


def _case(statement: Json, chance: random.Random) -> None:
    for actor in actors(statement):
        if "mbox" in actor:
            local, _, domain = actor["mbox"].partition("@")
            actor["mbox"] = f"{local}@{domain.upper()}"
        if "mbox_sha1sum" in actor:
            actor["mbox_sha1sum"] = actor["mbox_sha1sum"].upper()
    for held in objects(statement):
        if held.get("objectType") == "StatementRef":
            held["id"] = held["id"].upper()
        if "registration" in held:
            held["registration"] = held["registration"].upper()


def _listed(statement: Json, chance: random.Random) -> None:
    for held in objects(statement):
        lists = held.get("contextActivities", {})
        for name, listed in lists.items():
            if isinstance(listed, list) and len(listed) == 1:
                lists[name] = listed[0]


def _numbers(statement: Json, chance: random.Random) -> None:
    for held in objects(statement):
        for name, value in held.items():
            if type(value) is int and name != "length":
                held[name] = float(value)


EXEMPT: tuple[Change, ...] = (
    _store_sets, _drop_what_the_store_sets, _display, _definition, _said_type, _order, _case, _listed, _numbers,
)  # fmt: skip


@given(
    st.sampled_from(GOOD), st.lists(st.sampled_from(EXEMPT), max_size=5), st.randoms(use_true_random=False)
)
def test_changes_that_are_exempt_change_no_fingerprint(
    statement: Json, changes: list[Change], chance: random.Random
) -> None:
    other = deepcopy(statement)
    for change in changes:
        change(other, chance)
    assert equal(statement, other)


COUNTS: list[tuple[str, Json, Json]] = [
    ("the actor", samples.statement(), samples.statement(actor=AGENT)),
    ("the local part", samples.statement(actor={"mbox": "mailto:a@b.c"}), samples.statement(actor={"mbox": "mailto:A@b.c"})),
    ("an actor's name", samples.statement(actor=AGENT), samples.statement(actor={**AGENT, "name": "Ana"})),
    ("the verb", samples.statement(), samples.statement(verb={"id": "http://a.example/v"})),
    ("the object", samples.statement(), samples.statement(object={"id": "http://a.example/v"})),
    ("Activity or Agent", samples.statement(), samples.statement(object={"objectType": "Agent", **AGENT})),
    ("Agent or Group", samples.statement(actor={"mbox": "mailto:a@b.c"}),
     samples.statement(actor={"objectType": "Group", "mbox": "mailto:a@b.c"})),
    ("a member", samples.statement(actor=GROUP), samples.statement(actor={**GROUP, "member": [AGENT]})),
    ("a member twice", samples.statement(actor=GROUP), samples.statement(actor={**GROUP, "member": [AGENT, BO, BO]})),
    ("the target", samples.statement(object=REF), samples.statement(object={**REF, "id": ID})),
    ("duration as text", samples.result(duration="PT60S"), samples.result(duration="PT1M")),
    ("a result", samples.statement(), samples.statement(result={})),
    ("success", samples.result(success=True), samples.result(success=False)),
    ("true or 1", samples.result(extensions={"a:b": True}), samples.result(extensions={"a:b": 1})),
    ("1 or a text", samples.result(extensions={"a:b": 1}), samples.result(extensions={"a:b": "1"})),
    ("null or nothing", samples.result(extensions={"a:b": None}), samples.result(extensions={})),
    ("numbers beyond 2**53", samples.result(extensions={"a:b": 2**53}), samples.result(extensions={"a:b": 2**53 + 1})),
    ("numbers beyond 2**64", samples.result(extensions={"a:b": 2**70}), samples.result(extensions={"a:b": 2**70 + 1})),
    ("small numbers", samples.result(extensions={"a:b": 1e-7}), samples.result(extensions={"a:b": 2e-7})),
    ("a list's order", samples.result(extensions={"a:b": [1, 2]}), samples.result(extensions={"a:b": [2, 1]})),
    ("a text of an extension", samples.result(extensions={"a:b": "2025-09-03T14:05:30Z"}),
     samples.result(extensions={"a:b": "2025-09-03T14:05:30.000Z"})),
    ("the registration", samples.context(registration=ID), samples.context(registration=OTHER_ID)),
    ("the platform", samples.context(platform="x"), samples.context(platform="y")),
    ("revision or platform", samples.context(platform="x"), samples.context(revision="x")),
    ("team or instructor", samples.context(team=GROUP), samples.context(instructor=GROUP)),
    ("parent or other", samples.context(contextActivities={"parent": ACTIVITY}),
     samples.context(contextActivities={"other": ACTIVITY})),
    ("one or two activities", samples.context(contextActivities={"parent": [ACTIVITY]}),
     samples.context(contextActivities={"parent": [ACTIVITY, ACTIVITY]})),
    ("no activity", samples.context(contextActivities={"parent": []}), samples.context(contextActivities={})),
    ("a language", samples.context(language="en"), samples.context(language="de")),
    ("a SubStatement's time", samples.statement(object=SUB_STATEMENT),
     samples.statement(object={**SUB_STATEMENT, "timestamp": "2035-09-03T14:10:06Z"})),
    ("a SubStatement's time or none", samples.statement(object=SUB_STATEMENT),
     samples.statement(object={key: value for key, value in SUB_STATEMENT.items() if key != "timestamp"})),
    ("an attachment", samples.statement(), samples.statement(attachments=[samples.ATTACHMENT])),
    ("an attachment's hash", samples.statement(attachments=[samples.ATTACHMENT]),
     samples.statement(attachments=[{**samples.ATTACHMENT, "sha2": "0"}])),
]  # fmt: skip


@pytest.mark.parametrize(("name", "one", "other"), COUNTS)
def test_a_difference_that_counts_makes_another_fingerprint(name: str, one: Json, other: Json) -> None:
    assert not equal(one, other)


ONE: list[tuple[str, Json, Json]] = [
    ("1.0 and 1", samples.result(extensions={"a:b": 1.0}), samples.result(extensions={"a:b": 1})),
    ("-0.0 and 0", samples.result(score={"raw": -0.0}), samples.result(score={"raw": 0})),
    ("1e300 and its digits", samples.result(extensions={"a:b": 1e300}), samples.result(extensions={"a:b": 10**300})),
    ("a SubStatement's zone", samples.statement(object=SUB_STATEMENT),
     samples.statement(object={**SUB_STATEMENT, "timestamp": "2035-09-03T16:10:05.0001+02:00"})),
    ("a StatementRef's case", samples.context(statement=REF), samples.context(statement={**REF, "id": OTHER_ID.upper()})),
]  # fmt: skip


@pytest.mark.parametrize(("name", "one", "other"), ONE)
def test_two_ways_to_write_one_thing_are_equal(name: str, one: Json, other: Json) -> None:
    assert equal(one, other)


@given(st.sampled_from(GOOD), WORDS, st.integers(0, 2**32))
def test_the_words_of_a_verb_are_no_matter(statement: Json, words: dict[str, str], seed: int) -> None:
    other = deepcopy(statement)
    other["verb"]["display"] = words
    assert equal(statement, other)


def test_good_statements_that_differ_after_damage_have_fingerprints_of_their_own() -> None:
    """No two of some hundred different ones share one, unless what is exempt is all they differ in."""
    found: dict[bytes, Any] = {}
    for statement in damaged(4_000, 7):
        if validate(statement):
            continue
        said = core(statement)
        assert found.setdefault(fingerprint(statement), said) == said
    assert len(found) > 100


def core(value: Any) -> Any:
    """A statement without what is exempt, put together otherwise than the fingerprint does it."""
    statement = deepcopy(value)
    chance = random.Random(1)  # noqa: S311 - nothing hangs on it
    for change in (_drop_what_the_store_sets, _said_type, _case):
        change(statement, chance)
    for activity in activities(statement):
        activity.pop("definition", None)
    for held in objects(statement):
        if isinstance(held.get("verb"), dict):
            held["verb"].pop("display", None)
        if "member" in held:
            held["member"].sort(key=repr)
        for name, listed in held.get("contextActivities", {}).items():
            held["contextActivities"][name] = listed if isinstance(listed, list) else [listed]
    if statement["object"].get("objectType") == "SubStatement":
        inner = statement["object"]
        inner["timestamp"] = str(prepare({**inner, "id": ID}).timestamp)
    return statement


PINNED = [
    (samples.example("full"), "f0dca150817a5271"),
    (samples.example("video"), "e6a4b5febae263a3"),
    (samples.example("voiding"), "6fb9e2e7584db137"),
    (samples.result(extensions={"a:b": [1e-7, 0.00012, 0.5, 1e22, -1.5e-300]}), "72fef51385d4183b"),
    (samples.result(extensions={"a:b": [1e-7, 0.00012, 0.5, 2**70, -1.5e-300]}), "225e865e565e7e44"),
    (samples.statement(object=SUB_STATEMENT, attachments=[samples.ATTACHMENT]), "71752a037e8857ef"),
]


@pytest.mark.parametrize(("statement", "digits"), PINNED, ids=[digits for _, digits in PINNED])
def test_fingerprints_stay_what_they_were(statement: Json, digits: str) -> None:
    """Those of stored statements are compared with new ones for years."""
    assert fingerprint(statement).hex()[:16] == digits


def objects(value: Any) -> Iterator[Json]:
    """All objects of a statement but those within extensions and language maps."""
    if isinstance(value, dict):
        yield value
        for name, item in value.items():
            if name not in ("extensions", "display", "name", "description", "attachments"):
                yield from objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from objects(item)


def actors(statement: Json) -> Iterator[Json]:
    for held in objects(statement):
        for name in ("actor", "instructor", "team"):
            if name in held:
                yield held[name]
        if held.get("objectType") in ("Agent", "Group"):
            yield held
        yield from held.get("member", [])


def activities(statement: Json) -> Iterator[Json]:
    for held in objects(statement):
        if "verb" in held and held["object"].get("objectType", "Activity") == "Activity":
            yield held["object"]
        for listed in held.get("contextActivities", {}).values():
            yield from listed if isinstance(listed, list) else [listed]
