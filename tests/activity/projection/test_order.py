"""What was projected follows from the statements alone: not from their order, their portions, or who came twice."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edu_csv import tenancy
from edu_csv.activity.projection import behind
from tests.activity.projection.house import (
    ADLNET,
    BASE,
    deck,
    dump,
    furnish,
    in_section,
    move,
    projected,
    rows,
    said,
    statement,
    store,
    times,
    video,
    watched,
    who,
)
from tests.activity.store.statements import Statement, voids
from tests.chance import examples
from tests.imports.harness import Tenant, new_tenant

VIEWED = "http://id.tincanapi.com/verb/viewed"
POLL = {
    "id": f"{BASE}/poll/a-5",
    "definition": {
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction", "interactionType": "choice",
        "choices": [{"id": "a", "description": {"en": "Stack"}}],
    },
}  # fmt: skip


def question(name: str) -> Statement:
    return {"id": f"{BASE}/question/q-8", "definition": {"name": {"en": name}}}


def told() -> list[Statement]:
    """Of everything some, with what makes trouble: same moments, other names, other answers, people nobody knows."""
    on_deck = in_section("s-3", contextActivities={"parent": [deck(slides=3)]})
    return [
        watched("w1", 30), watched("w2", 60), watched("w3", 60), watched("w4", 90, actor=who("stranger")),
        watched("w5", 100, object=video(name="Queues, again", length=600)), watched("w6", 20, duration="PT2M"),
        move("m1", "initialized", 0), move("m2", "played", 5, 0), move("m3", "seeked", 50, (45, 200)),
        move("m4", "paused", 90, 240), move("m5", "played", 95, 240, section="s-4"), move("m6", "completed", 200, 340),
        statement("d1", VIEWED, deck(slides=3), 10), statement("d2", VIEWED, deck(name="Other", slides=5), 40),
        statement("d3", VIEWED, deck(name="Other", slides=2), 20, actor=who("u-310")),
        statement("f1", f"{BASE}/xapi/verbs/flagged-confusing", deck(slides=1), 41),
        statement("f2", f"{BASE}/xapi/verbs/flagged-confusing", deck(), 11),
        statement("p1", ADLNET + "answered", POLL, 12, result={"response": "a"}, context=on_deck),
        statement("p2", ADLNET + "answered", POLL, 12, result={"response": "b"}, context=on_deck),
        statement("p3", ADLNET + "answered", POLL, 14, result={"response": "c"}, context=on_deck),
        statement("q1", ADLNET + "answered", question("Why?"), 15, result={"response": "Because."}),
        statement("q2", ADLNET + "answered", question("Why not?"), 16, result={"response": "Or not."}, actor=who("u-310")),
        statement("q3", ADLNET + "asked", question("Why?"), 3, actor=who("u-007"), context=in_section()),
        statement("n1", "http://risc-inc.com/annotator/verbs/annotated", deck(), 17, result={"response": "two words"}),
        statement("n2", "http://risc-inc.com/annotator/verbs/annotated", video(), 18),
        statement("l1", "http://id.tincanapi.com/verb/downloaded", video("v-18"), 19),
        statement("l2", "http://id.tincanapi.com/verb/downloaded", video("v-18"), 19),
        statement("x1", ADLNET + "liked", video(), 21),
    ]  # fmt: skip


def test_projecting_anew_gives_the_same_rows_with_the_same_ids(house: Tenant) -> None:
    said(house, *told())
    before = dump(house)
    assert all(
        before[table] for table in before if table not in ("activity_publication", "activity_slide_view")
    )
    assert projected(house).statements == 0
    assert dump(house) == before
    anew = projected(house, rebuild=True)
    assert anew.statements == len(told())
    assert dump(house) == before
    assert projected(house, rebuild=True, most=3).chunks == -(-len(told()) // 3)
    assert dump(house) == before


# Of the statements of ``told``.
NAMES = "w1 w2 w3 w4 w5 w6 m1 m2 m3 m4 m5 m6 d1 d2 d3 f1 f2 p1 p2 p3 q1 q2 q3 n1 n2 l1 l2 x1"


@settings(
    max_examples=examples(4, 60), deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.data())
def test_neither_the_order_nor_the_portions_nor_voiding_make_a_difference(
    house: Tenant, data: st.DataObject
) -> None:
    """Incrementally, in any order and portions, with some void before, between or after: as projected at once."""
    statements = told()
    ids = [each["id"] for each in statements]
    gone = data.draw(st.sets(st.sampled_from(range(len(ids))), max_size=8))
    names = NAMES.split()
    ending = [voids(f"void {names[n]}", names[n]) for n in sorted(gone)]
    order = data.draw(st.permutations([*statements, *ending]))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(order) - 1), max_size=4)))
    # One institution, emptied of what was projected: ids of rows follow from it.
    other = furnished_anew()
    for first, last in zip([0, *cuts], [*cuts, len(order)], strict=True):
        said(other, *order[first:last])
    piece_by_piece = dump(other)
    projected(other, rebuild=True)
    assert dump(other) == piece_by_piece
    at_once = furnished_anew()
    said(at_once, *(each for n, each in enumerate(statements) if n not in gone))
    assert shapes(at_once) == shapes(other)


def furnished_anew() -> Tenant:
    tenant = new_tenant()
    furnish(tenant)
    return tenant


SHAPES = {
    "video": "external_id, name, duration_seconds, made_at",
    "view": "video, section, person, started_at",
    "view_event": "occurred_at",
    "presentation": "external_id, name",
    "slide": "deck, position",
    "presentation_view": "deck, person, section, started_at",
    "confusion": "deck, person, action, occurred_at",
    "poll": "external_id, deck, prompt, content, solution",
    "poll_answer": "person, section",
    "poll_answer_revision": "answer, occurred_at",
    "question": "external_id, body, section, asked_at",
    "answer": "id",
    "answer_revision": "body, occurred_at",
    "note": "deck, video, person",
    "note_revision": "word_count, occurred_at",
    "download": "video, person, occurred_at",
}


def shapes(tenant: Tenant) -> dict[str, Any]:
    """What rows say, in words that two institutions share."""
    found = {table: rows(tenant, table, columns) for table, columns in SHAPES.items()}
    return {**found, "answer": len(found["answer"])}


def test_a_void_statement_takes_its_rows_away_and_what_only_it_told_of(house: Tenant) -> None:
    said(house, watched("a", 30), watched("b", 60), statement("c", VIEWED, deck(slides=3), 5))
    said(house, voids("void b", "b"))
    assert times(house) == [30]
    assert len(rows(house, "view", "id")) == 1
    said(house, voids("void a", "a"), voids("void c", "c"))
    assert not any(dump(house).values())


def test_one_that_is_void_before_it_comes_never_becomes_a_row(house: Tenant) -> None:
    said(house, voids("void a", "a"))
    done = said(house, watched("a", 30))
    assert done.counts["void"] == 1
    assert not any(dump(house).values())


def test_of_two_that_say_the_same_the_other_stays(house: Tenant) -> None:
    said(house, watched("a", 30), watched("b", 30))
    said(house, voids("void a", "a"))
    assert times(house) == [30]
    said(house, voids("void b", "b"))
    assert not times(house)


def test_when_the_newest_name_is_void_the_one_before_counts_again(house: Tenant) -> None:
    said(
        house,
        watched("a", 30),
        watched("b", 60, object=video(name="Wrong")),
        watched("c", 90, object=video(name="Wrong")),
    )
    assert rows(house, "video", "name") == [("Wrong",)]
    said(house, voids("void c", "c"))
    assert rows(house, "video", "name") == [("Wrong",)]
    said(house, voids("void b", "b"))
    assert rows(house, "video", "name") == [("Lecture 4: Queues",)]


def test_the_same_statement_again_changes_nothing(house: Tenant) -> None:
    said(house, watched("a", 30))
    before = dump(house)
    store(house, watched("a", 30))
    assert projected(house).statements == 0
    assert dump(house) == before


def test_two_institutions_with_the_same_statements_have_rows_of_their_own(house: Tenant) -> None:
    other = furnished_anew()
    for each in (house, other):
        said(each, *told())
    ours, theirs = dump(house), dump(other)
    for table in ours:
        assert len(ours[table]) == len(theirs[table])
        assert not {row["id"] for row in ours[table]} & {row["id"] for row in theirs[table]}
    said(other, voids("void w1", "w1"))
    projected(other, rebuild=True)
    assert dump(house) == ours


def test_who_became_known_later_is_placed_by_projecting_anew(house: Tenant) -> None:
    done = said(house, statement("a", VIEWED, deck(), actor=who("u-999")), watched("b", actor=who("u-999")))
    assert done.counts["unplaced person not known"] == 1
    house.query(
        "INSERT INTO roster_person (id, institution_id, external_id, roles) VALUES (gen_random_uuid(), %s, 'u-999', '{}')",
        house.pk,
    )
    projected(house)
    assert not rows(house, "presentation_view", "id")
    projected(house, rebuild=True)
    assert rows(house, "presentation_view", "person") == [("u-999",)]
    assert rows(house, "view", "person") == [("u-999",)]


def test_what_somebody_who_left_did_is_projected_all_the_same(house: Tenant) -> None:
    said(house, watched("a"))
    before = dump(house)
    house.query("UPDATE roster_person SET deleted_at = now() WHERE external_id = 'u-204'")
    house.query("UPDATE roster_section SET deleted_at = now() WHERE external_id = 's-3'")
    projected(house, rebuild=True)
    assert dump(house) == before


def test_how_far_it_has_come_is_told(house: Tenant) -> None:
    def waiting() -> Any:
        with tenancy.use_institution(house.pk):
            return behind(house.pk)

    assert waiting() is None
    store(house, watched("a"))
    first = waiting()
    assert first is not None
    store(house, watched("b"))
    assert waiting() == first
    projected(house)
    assert waiting() is None
