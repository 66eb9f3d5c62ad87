"""2.7 Types. Durations and date-times have tables of their own (test_texts)."""

from __future__ import annotations

from tests.activity.xapi.rules.case import bad, good
from tests.activity.xapi.samples import (
    ACTIVITY,
    AGENT,
    ATTACHMENT,
    REF,
    SUB_STATEMENT,
    VOIDED,
    context,
    definition,
    result,
    statement,
)

WORDS = "object.definition.description"


def _words(tag: str) -> dict[str, object]:
    return definition(description={tag: "x"})


def _iri(text: str) -> dict[str, object]:
    return statement(object={"id": text})


def _attached(**changes: object) -> dict[str, object]:
    return statement(attachments=[{**ATTACHMENT, **changes}])


def _attached_without(name: str) -> dict[str, object]:
    return statement(attachments=[{key: value for key, value in ATTACHMENT.items() if key != name}])


SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"

CASES = [
    good("X-90", "UTC", statement(timestamp="2025-09-03T14:05:30.000Z")),
    bad("X-90", "a date", statement(timestamp="2025-09-03"), "timestamp"),
    bad("X-90", "a date that is none, stored", statement(stored="2025-02-29T00:00:00Z"), "stored"),
    bad("X-90", "within a SubStatement", statement(object={**SUB_STATEMENT, "timestamp": "x"}), "object.timestamp"),
    good("X-91", "the future, at the store", statement(timestamp="2999-01-01T00:00:00Z")),
    good("X-92", "half a minute", result(duration="PT30S")),
    bad("X-92", "weeks and days", result(duration="P4W1D"), "result.duration"),
    bad("X-92", "within a SubStatement", statement(object={**SUB_STATEMENT, "result": {"duration": "P"}}),
        "object.result.duration"),
    *(good("X-93", tag, _words(tag)) for tag in (
        "en", "EN-us", "de-CH-1996", "zh-Hant-TW", "zh-yue-HK", "es-419", "sl-rozaj-biske", "en-a-bbb-x-a-ccc", "x-own",
        "i-klingon", "sgn-BE-FR", "hy-Latn-IT-arevela", "qaa-Qaaa-QM-x-southern", "und", "abcd", "EN-GB-OED",
    )),
    good("X-93", "empty words", definition(description={"en": ""})),
    *(bad("X-93", tag, _words(tag), f"{WORDS}.{tag}") for tag in (
        "e", "abcdefghi", "en-", "a-DE", "de-419-DE", "ar-a-aaa-b-bbb-a-ccc", "x", "en-a", "i-own", "en-x",
        "zh-yue-cmn-nan-wuu",
    )),
    bad("X-93", "an underscore", _words("en_US"), f"{WORDS}.en_US"),
    bad("X-93", "a blank", _words("en US"), f'{WORDS}["en US"]'),
    bad("X-93", "in a verb", statement(verb={"id": "http://a.example/v", "display": {"1": "x"}}), 'verb.display["1"]'),
    *(good("X-94", iri, _iri(iri)) for iri in (
        "https://lecture.example.edu/ä?x=1#y", "urn:uuid:40af2f58-0552-4142-97e8-c8ce533fe0e0",
        "tag:example.edu,2025:x", "view-source:x", "a:b",
    )),
    *(bad("X-94", repr(iri), _iri(iri), "object.id") for iri in (
        "lecture.example.edu", "/media/v-17", "//lecture.example.edu/x", "https:", "1a:b", "a_b:c", "https://a b", "a:<x>",
        'a:"', "a:{b}", "a:b|c", "a:\\b", "a:b^", "a:`", "a:b\n", " a:b", "a:b\0",
    )),
    good("X-95", "any value", result(extensions={"http://a.example/x": None, "a:b": {"": [], "x": [{"y": ""}]}})),
    good("X-95", "empty", context(extensions={})),
    bad("X-95", "no IRI", result(extensions={"points": 1}), "result.extensions.points"),
    bad("X-95", "a blank", context(extensions={"a: b": 1}), 'context.extensions["a: b"]'),
    bad("X-95", "two keys", definition(extensions={"x": 1, "y": None}), "object.definition.extensions.x",
        ("X-95", "object.definition.extensions.y")),
    good("X-96", "all of it", _attached()),
    good("X-96", "what is needed", statement(attachments=[
        {name: ATTACHMENT[name] for name in ("usageType", "display", "contentType", "length", "sha2")},
    ])),
    good("X-96", "none", statement(attachments=[])),
    good("X-96", "nothing in it", _attached(length=0)),
    good("X-96", "5.0 bytes", _attached(length=5.0)),
    good("X-96", "a parameter", _attached(contentType='text/plain; charset="utf-8"')),
    good("X-96", "a signature", _attached(usageType=SIGNATURE, contentType="application/octet-stream")),
    good("X-96", "in a SubStatement", statement(object={**SUB_STATEMENT, "attachments": [ATTACHMENT]})),
    *(bad("X-96", f"no {name}", _attached_without(name), f"attachments[0].{name}")
      for name in ("usageType", "display", "contentType", "length", "sha2")),
    bad("X-96", "less than nothing", _attached(length=-1), "attachments[0].length"),
    bad("X-96", "no media type", _attached(contentType="text"), "attachments[0].contentType"),
    bad("X-96", "a signature of another type", _attached(usageType=SIGNATURE), "attachments[0].contentType"),
    good("X-97", "with a StatementRef", statement(verb=VOIDED, object=REF)),
    bad("X-97", "with an Activity", statement(verb=VOIDED), "object.objectType"),
    bad("X-97", "with an Agent", statement(verb=VOIDED, object={**AGENT, "objectType": "Agent"}), "object.objectType"),
    bad("X-97", "within a SubStatement", statement(object={**SUB_STATEMENT, "verb": VOIDED}), "object.object.objectType"),
]  # fmt: skip
CASES += [
    bad("X-96", "half a byte", _attached(length=5.5), "attachments[0].length", told="X-05"),
    bad("X-96", "a usage that is no IRI", _attached(usageType="slides"), "attachments[0].usageType", told="X-94"),
    bad("X-96", "a file that is no IRI", _attached(fileUrl="week-2.pdf"), "attachments[0].fileUrl", told="X-94"),
    bad("X-96", "another property", _attached(data="…"), "attachments[0].data", told="X-03"),
    bad("X-96", "no list", statement(attachments=ATTACHMENT), "attachments", told="X-05"),
    good("X-52", "an activity in a list of the context", context(contextActivities={"parent": [{**ACTIVITY, "definition": {}}]})),
]  # fmt: skip
