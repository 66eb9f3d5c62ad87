"""Whatever stands in a cell comes out of the JSON; whatever is done to a template, it is read or refused."""

# Both endings of a try are good ones here, and both are looked at; datetimes are wall clocks at first.
# ruff: noqa: PT017, DTZ001  # both endings are good ones; local times, without a zone

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.views import BODY as VIEWS
from edu_csv.templating import FUNCTIONS, MissingColumns, RowFault, TemplateRefused, compile_template
from edu_csv.templating.functions.ids import NAMESPACE
from tests.templating.saying import in_json, worth

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(CELLS)
@example('Ann "Q" O\'Neil & Co')
@example("\x00\x1f\x7f\u2028\ufeff😀\\u0041\\")
@example("}}{{columns.A}}{{/if}}")
@settings(max_examples=150, deadline=None)
def test_any_cell_comes_out_of_the_json_as_it_was(cell: str) -> None:
    cells = {"A": cell}
    assert in_json('"{{columns.A}}"', cells) == cell
    assert in_json('"<{{v}}>"', cells, v="{{columns.A}}") == f"<{cell}>"
    assert in_json("{{json columns.A}}", cells) == cell
    assert (
        in_json('"{{defaultIfEmpty columns.A ""}}{{join columns.A columns.A ","}}"', cells)
        == f"{cell}{cell},{cell}"
    )
    assert in_json('"{{#each (list columns.A)}}{{this}}{{/each}}"', cells) == cell
    assert in_json('"{{urlDecode (urlEncode columns.A)}}"', cells) == cell
    as_json = {"J": json.dumps({"a": [cell]})}
    assert in_json('"{{jsonPath columns.J "a.0"}}"', as_json) == cell


@given(st.lists(CELLS, min_size=1, max_size=4), st.integers(1, 10**9))
@settings(max_examples=50, deadline=None)
def test_any_arguments_give_the_standard_library_s_id(values: list[str], org: int) -> None:
    from unicodedata import normalize

    array = [str(org), *(normalize("NFC", value) for value in values)]
    name = json.dumps(array, ensure_ascii=False, separators=(",", ":"))
    cells = {f"c{place}": value for place, value in enumerate(values)}
    asked = f"{{{{uuid {' '.join(f'columns.{column}' for column in cells)}}}}}"
    assert worth(asked, cells, org=org) == str(uuid.uuid5(NAMESPACE, name))


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31)),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]),
)
@settings(max_examples=60, deadline=None)
def test_a_moment_that_is_written_is_read_again(moment: datetime, zone: str) -> None:
    """Through each letter, and back; save where a clock shows an hour twice or not at all."""
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    local = moment.replace(tzinfo=ZoneInfo(zone))
    iso = f"{moment.isoformat(timespec='milliseconds')}Z"
    for pattern in (
        "yyyy-MM-dd HH:mm:ss.SSS",
        "d.M.yy H:m:s.SSS",
        "EEEE, MMMM d, yyyy h:mm:ss.SSS a",
        "yyyyMMddHHmmssSSS",
        "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    ):
        shown = worth(f"{{{{dateFormat columns.T \"{pattern}\" tz='UTC'}}}}", {"T": iso})
        assert worth(f'{{{{toDateTime "{pattern}" columns.T}}}}', {"T": shown}) == iso
    there = worth(
        '{{toDateTime "yyyy-MM-dd HH:mm:ss.SSS" columns.T}}',
        {"T": iso[:23].replace("T", " ")},
        time_zone=zone,
    )
    assert there == f"{local.astimezone(UTC).isoformat(timespec='milliseconds')[:23]}Z"


@given(st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_a_duration_is_what_it_was_to_a_hundredth(milliseconds: int) -> None:
    import re

    found = re.fullmatch(
        r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", worth("{{toDuration columns.T}}", {"T": str(milliseconds)})
    )
    assert found
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    assert abs(length - timedelta(milliseconds=milliseconds)) <= timedelta(milliseconds=5)
    assert minutes < 60
    assert seconds < 60


RICH = """{"statements":[{{#each (split columns.Tags "|") as |t i|}}{{#if @first}}a{{else if (eq t "x")}}{{t}}{{else}}
{{@index}}{{../columns.X}}{{/if}}{"id":"{{uuid t i}}"},{{/each}}]}
{{#*inline "who"}}{{columns.A}}{{> b}}{{/inline}}{{#*inline "b"}}x{{~this~}}{{/inline}}{{> who}}{{> who columns a=1}}
{{#with columns}}{{A}}{{/with}}{{{json columns.B}}}{{&columns.C}}{{! c }}{{#assign "n"}}1{{/assign}}{{n}}
{{math (number columns.S) "*" "1000"}}{{regexReplace columns.A "(a|b)+" "$1"}}{{dateFormat (now) "yyyy"}}
{{stringFormat "%05d %s" 4 columns.A}}{{numberFormat columns.S "#,##0.00"}}{{#unless columns.A}}..{{^}}..{{/unless}}
{{#columns.A}}{{this}}{{/columns.A}}{{jsonPath columns.J "a.0"}}{{lookup columns "A"}}{{column (join "A" "B" "")}}
\\{{x}}{{toDateTime "yyyy-MM-dd HH:mm" columns.D}}{{toDateTime "ISO" columns.D}}{{toDuration columns.S}}"""
PIECES = [
    *"{}#/^~!>&\"'\\()[]|=@.,: \n0aé",
    *(
        "{{",
        "}}",
        "{{{",
        "}}}",
        "else",
        "if",
        "each",
        "columns.",
        "../",
        "@index",
        "this",
        "{{#if",
        "{{/if}}",
        "{{else}}",
    ),
    *("(uuid", "as |x|", '{{#*inline "q"}}', "{{> q}}", "\ud800", "\x00", "-1", "{{!--", "yyyy"),
    *FUNCTIONS,
]
VALUES = [
    "",
    "a",
    "0",
    "12",
    "-5.5",
    "1e5",
    "a|b|c",
    '{"a":[1,{"b":null}]}',
    '"\\\n\x01😀',
    "2025-09-03 10:00",
    "x" * 3_000,
    "\ud800",
]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A good template with pieces taken out, put in, doubled or replaced."""
    text = draw(st.sampled_from([VIEWS, RICH]))
    for _ in range(draw(st.integers(0, 8))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 1, 2, 5, 20])))
        piece = draw(st.sampled_from(PIECES) | st.just(text[start:end] * 2))
        text = text[:start] + piece + text[end:]
    return text


@given(damaged(), st.lists(st.sampled_from(VALUES) | CELLS, min_size=12, max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_damaged_template_is_refused_or_gives_objects_or_a_row_s_fault(
    body: str, cells: list[str]
) -> None:
    try:
        template = compile_template(body, [("base", "https://x"), ("v", "{{lower columns.A}}")])
    except TemplateRefused as refused:
        lines = body.split("\n")
        assert refused.faults
        for fault in refused.faults:
            assert fault.message.endswith((".", "?"))
            assert 1 <= fault.line <= len(lines)
            assert 1 <= fault.column <= len(lines[fault.line - 1]) + 1
        return
    renderer = template.bind(sorted(template.columns), org=1)
    try:
        objects = renderer.objects(2, cells)
    except RowFault as fault:
        assert fault.message.endswith(".")
    else:
        assert all(isinstance(item, dict) for items in objects.values() for item in items)
    assert set(renderer.variables(2, cells)) == {"base", "v"}


@given(st.text(max_size=200), st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_at_all_is_refused_or_a_template(body: str, expression: str) -> None:
    try:
        compile_template(body, [("v", expression)]).bind([], org=1)
    except TemplateRefused as refused:
        assert refused.faults
    except MissingColumns as missing:
        assert missing.columns


ARGUMENTS = st.lists(
    st.sampled_from(
        [
            "columns.A",
            "columns.B",
            '"a"',
            '"1"',
            "5",
            "-1",
            "2.5",
            "true",
            '""',
            '"yyyy"',
            "(list columns.A 1)",
            "(jsonPath columns.J)",
        ]
    ),
    max_size=4,
)


@given(
    st.sampled_from(sorted(FUNCTIONS)),
    ARGUMENTS,
    st.lists(st.sampled_from(VALUES) | CELLS, min_size=3, max_size=3),
)
@settings(max_examples=300, deadline=None)
def test_any_function_takes_anything_or_says_why_not(
    name: str, arguments: list[str], cells: list[str]
) -> None:
    try:
        worth(f"{{{{{name} {' '.join(arguments)}}}}}", dict(zip("ABJ", cells, strict=True)))
    except RowFault as fault:
        assert fault.message.endswith(".")
        assert len(fault.message) < 400
    except TemplateRefused as refused:
        assert refused.faults
    except MissingColumns as missing:
        assert name in ("column", "lookup"), missing
