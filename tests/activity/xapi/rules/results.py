"""2.5 Result and 2.6 Context."""

from __future__ import annotations

from tests.activity.xapi.rules.case import bad, good
from tests.activity.xapi.samples import (
    ACTIVITY,
    AGENT,
    GROUP,
    ID,
    REF,
    SUB_STATEMENT,
    context,
    result,
    statement,
)

S = "result.score"


def _score(**score: object) -> dict[str, object]:
    return result(score=score)


CASES = [
    good("X-70", "all of it", result(
        score={}, success=True, completion=False, response="x", duration="PT1S", extensions={},
    )),
    bad("X-70", "no object", statement(result="passed"), "result", told="X-05"),
    good("X-71", "booleans and a text", result(success=False, completion=True, response="")),
    good("X-72", "all four", _score(scaled=0.5, raw=5, min=0, max=10)),
    good("X-73", "the bounds", _score(scaled=-1)),
    good("X-73", "the other bound", _score(scaled=1.0)),
    good("X-73", "zero", _score(scaled=0)),
    bad("X-73", "above", _score(scaled=1.01), f"{S}.scaled"),
    bad("X-73", "below", _score(scaled=-2), f"{S}.scaled"),
    good("X-74", "raw on the bounds", _score(raw=0, min=0, max=10)),
    good("X-74", "negative ones", _score(raw=-5, min=-10, max=0)),
    good("X-74", "raw alone", _score(raw=1e9)),
    bad("X-74", "below a min of zero", _score(raw=-1, min=0), f"{S}.raw"),
    bad("X-74", "above a max of zero", _score(raw=1, max=0), f"{S}.raw"),
    bad("X-74", "a raw of zero below", _score(raw=0, min=1), f"{S}.raw"),
    bad("X-74", "min equal to max", _score(min=5, max=5), f"{S}.min"),
    bad("X-74", "min above max", _score(min=6, max=5.5), f"{S}.min"),
    bad("X-74", "beside another fault", _score(raw=3, min=4, scaled="1"), f"{S}.raw", ("X-05", f"{S}.scaled")),
    good("X-75", "progress as score", _score(scaled=0.3)),
    good("X-76", "a duration", result(duration="PT30S")),
    good("X-80", "empty", context()),
    good("X-80", "all of it", context(
        registration=ID, instructor=AGENT, team=GROUP, contextActivities={}, revision="2", platform="x", language="en",
        statement=REF, extensions={},
    )),
    bad("X-80", "no object", statement(context=[]), "context", told="X-05"),
    good("X-81", "registration in capitals", context(registration=ID.upper())),
    good("X-82", "about an Activity", context(revision="2", platform="x")),
    good("X-82", "about an Activity with its type", statement(
        object={**ACTIVITY, "objectType": "Activity"}, context={"platform": "x"},
    )),
    good("X-82", "inside, about an Activity", statement(object=SUB_STATEMENT)),
    bad("X-82", "about a StatementRef", statement(object=REF, context={"platform": "x", "revision": "y"}),
        "context.platform", ("X-82", "context.revision")),
    bad("X-82", "about a Group", statement(object=GROUP, context={"revision": "y"}), "context.revision"),
    bad("X-82", "about a SubStatement", statement(object=SUB_STATEMENT, context={"platform": "x"}), "context.platform"),
    bad("X-82", "inside, about a StatementRef", statement(object={**SUB_STATEMENT, "object": REF}),
        "object.context.platform"),
    good("X-83", "lists", context(contextActivities={"parent": [ACTIVITY], "other": [ACTIVITY, ACTIVITY]})),
    good("X-83", "one instead of a list", context(contextActivities={"grouping": ACTIVITY, "category": []})),
    good("X-83", "nothing inside", context(contextActivities={})),
]  # fmt: skip
CASES += [
    bad("X-83", "another key", context(contextActivities={"parents": [ACTIVITY]}),
        "context.contextActivities.parents", told="X-03"),
    bad("X-83", "an activity without id", context(contextActivities={"other": {}}),
        "context.contextActivities.other.id", told="X-51"),
    bad("X-70", "another property", result(progress=1), "result.progress", told="X-03"),
    bad("X-71", "yes", result(success="yes"), "result.success", told="X-05"),
    bad("X-71", "0", result(completion=0), "result.completion", told="X-05"),
    bad("X-71", "a list as response", result(response=["a"]), "result.response", told="X-05"),
    bad("X-72", "a number as score", result(score=0.5), S, told="X-05"),
    bad("X-72", "a text", _score(max="10"), f"{S}.max", told="X-05"),
    bad("X-72", "another property", _score(percent=1), f"{S}.percent", told="X-03"),
    bad("X-80", "another property", context(course="x"), "context.course", told="X-03"),
    bad("X-83", "an Agent in a list", context(contextActivities={"parent": [{**AGENT, "objectType": "Agent"}]}),
        "context.contextActivities.parent[0]"),
    bad("X-81", "a registration that is none", context(registration="r-1"), "context.registration", told="X-11"),
    bad("X-81", "a language that is none", context(language="en_US"), "context.language", told="X-93"),
    bad("X-81", "a platform that is no text", context(platform=5), "context.platform", told="X-05"),
    bad("X-81", "a revision that is no text", context(revision=5), "context.revision", told="X-05"),
    bad("X-76", "a duration that is none", result(duration="30"), "result.duration", told="X-92"),
]  # fmt: skip
