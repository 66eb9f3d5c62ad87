"""2.3 Verb and 2.4 Object."""

from __future__ import annotations

from tests.activity.xapi.rules.case import bad, good
from tests.activity.xapi.samples import (
    ACTIVITY,
    AGENT,
    BO,
    GROUP,
    ID,
    REF,
    SUB_STATEMENT,
    definition,
    statement,
)

D = "object.definition"
A, B = {"id": "a", "description": {"en": "Stack"}}, {"id": "b"}


def _inner(**changes: object) -> dict[str, object]:
    return statement(object={**SUB_STATEMENT, **changes})


def _inner_without(name: str) -> dict[str, object]:
    return statement(object={key: value for key, value in SUB_STATEMENT.items() if key != name})


CASES = [
    good("X-40", "id alone", statement(verb={"id": "http://a.example/v"})),
    good("X-40", "with words", statement(verb={"id": "http://a.example/v", "display": {"en": "saw", "de": ""}})),
    bad("X-40", "no id", statement(verb={"display": {"en": "saw"}}), "verb.id"),
    good("X-50", "no type", statement(object=ACTIVITY)),
    good("X-50", "the type", statement(object={**ACTIVITY, "objectType": "Activity"})),
    good("X-51", "id alone", statement(object=ACTIVITY)),
    good("X-51", "with a definition", definition(name={"en": "Lecture 4"})),
    bad("X-51", "no id", statement(object={"definition": {}}), "object.id"),
    bad("X-51", "an empty object", statement(object={}), "object.id"),
    good("X-52", "all of it", definition(
        name={"en": "x"}, description={"en": "y"}, type="http://a.example/t", moreInfo="http://a.example/m",
        extensions={"http://a.example/x": None},
    )),
    good("X-53", "other", definition(interactionType="other")),
    good("X-53", "long-fill-in", definition(interactionType="long-fill-in")),
    bad("X-53", "unknown", definition(interactionType="essay"), f"{D}.interactionType"),
    bad("X-53", "capitals", definition(interactionType="Choice"), f"{D}.interactionType"),
    good("X-54", "with its type", definition(interactionType="choice", choices=[A])),
    bad("X-54", "choices", definition(choices=[A]), f"{D}.interactionType"),
    bad("X-54", "responses", definition(correctResponsesPattern=[]), f"{D}.interactionType"),
    good("X-55", "choices of choice", definition(interactionType="choice", choices=[A, B])),
    good("X-55", "choices of sequencing", definition(interactionType="sequencing", choices=[A, B])),
    good("X-55", "scale of likert", definition(interactionType="likert", scale=[A, B])),
    good("X-55", "source and target", definition(interactionType="matching", source=[A], target=[B])),
    good("X-55", "steps of performance", definition(interactionType="performance", steps=[A])),
    bad("X-55", "scale of choice", definition(interactionType="choice", scale=[A]), f"{D}.scale"),
    bad("X-55", "choices of true-false", definition(interactionType="true-false", choices=[A]), f"{D}.choices"),
    bad("X-55", "both lists of likert", definition(interactionType="likert", source=[A], target=[A]),
        f"{D}.source", ("X-55", f"{D}.target")),
    good("X-56", "with and without description", definition(interactionType="choice", choices=[A, B])),
    bad("X-56", "no id", definition(interactionType="choice", choices=[{"description": {}}]), f"{D}.choices[0].id"),
    bad("X-56", "the same id", definition(interactionType="likert", scale=[A, B, {"id": "a"}]), f"{D}.scale[2].id"),
    good("X-57", "right ones", definition(interactionType="choice", choices=[A], correctResponsesPattern=["a"])),
    good("X-57", "none is right", definition(interactionType="choice", correctResponsesPattern=[])),
    good("X-58", "a pattern nobody reads", definition(interactionType="numeric", correctResponsesPattern=["x[,]"])),
    good("X-59", "an Agent", statement(object={**AGENT, "objectType": "Agent"})),
    good("X-59", "a Group", statement(object=GROUP)),
    bad("X-59", "an Agent without type", statement(object=BO), "object.objectType"),
    bad("X-59", "members without type", statement(object={"member": [AGENT]}), "object.objectType"),
    bad("X-59", "a Group without type", statement(object={"mbox": "mailto:t@example.edu", "member": [BO]}),
        "object.objectType"),
    good("X-60", "both", statement(object=REF)),
    good("X-60", "in a context", statement(context={"statement": REF})),
    bad("X-60", "no id", statement(object={"objectType": "StatementRef"}), "object.id"),
    bad("X-60", "no type in a context", statement(context={"statement": {"id": ID}}), "context.statement.objectType"),
    good("X-61", "a plan for the future", statement(object=SUB_STATEMENT)),
    good("X-61", "an Agent within", _inner(object={**AGENT, "objectType": "Agent"}, context={})),
    good("X-61", "a StatementRef within", _inner(object=REF, context={})),
    bad("X-61", "one within one", _inner(object=SUB_STATEMENT, context={}), "object.object.objectType"),
    bad("X-61", "an id", _inner(id=ID), "object.id"),
    bad("X-61", "stored", _inner(stored="2025-09-03T14:05:30Z"), "object.stored"),
    bad("X-61", "a version", _inner(version="1.0.0"), "object.version"),
    bad("X-61", "an authority", _inner(authority=AGENT), "object.authority"),
    bad("X-61", "no actor", _inner_without("actor"), "object.actor"),
    bad("X-61", "no verb", _inner_without("verb"), "object.verb"),
    bad("X-61", "no object", _inner_without("object"), "object.object"),
]  # fmt: skip
CASES += [
    bad("X-52", "words that are no text", definition(name={"en": 5}), f"{D}.name.en", told="X-05"),
    bad("X-52", "a type that is no IRI", definition(type="media"), f"{D}.type", told="X-94"),
    bad("X-57", "a text", definition(interactionType="choice", correctResponsesPattern="a"),
        f"{D}.correctResponsesPattern", told="X-05"),
    bad("X-57", "responses that are no texts", definition(interactionType="choice", correctResponsesPattern=[1]),
        f"{D}.correctResponsesPattern[0]", told="X-05"),
]  # fmt: skip
