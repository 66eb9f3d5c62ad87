"""No template holds up a worker or fills its memory (csv data import 1.3)."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from edu_csv.templating import Renderer, RowFault, TemplateRefused, compile_template
from edu_csv.templating.limits import BODY_CHARS, OUTPUT_CHARS
from tests.templating.saying import faults_of, worth

LONG = ("x" * 99 + " ") * 4_000


def bound(body: str, columns: Sequence[str] = ("A",), variables: Sequence[tuple[str, str]] = ()) -> Renderer:
    return compile_template('{"people":[]}' + body, variables).bind(list(columns), org=1)


def fails(renderer: Renderer, cells: Sequence[str], within: float = 10.0) -> str:
    """The row's fault; the row may take so many seconds of this thread at most."""
    started = time.thread_time()
    with pytest.raises(RowFault) as failed:
        renderer.render(2, cells)
    assert time.thread_time() - started < within
    return failed.value.message


TOO_LONG = "The template gives more than 1,048,576 characters for this row."


def test_a_row_s_text_ends_at_one_mebibyte() -> None:
    assert fails(bound("{{columns.A}}" * 3), [LONG]) == TOO_LONG
    assert fails(bound("{{columns.A}}" * 12_000), [LONG]) == TOO_LONG
    assert len(bound("{{columns.A}}{{columns.A}}").render(2, [LONG])) == 2 * len(LONG) + len('{"people":[]}')


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """For limits other than time: under coverage everything takes ten times as long."""
    monkeypatch.setattr("edu_csv.templating.limits.SECONDS", 60)


@pytest.mark.usefixtures("patience")
def test_a_loop_ends_at_one_mebibyte_too() -> None:
    loop = '{{#each (split columns.A " ")}}{{#each (split @root.columns.A " ")}}xxxxxxxxxx{{/each}}{{/each}}'
    assert fails(bound(loop), ["a " * 5_000]) == TOO_LONG


def test_a_list_has_ten_thousand_values_at_most() -> None:
    assert fails(bound('{{#each (split columns.A " ")}}x{{/each}}'), ["a " * 10_000]) == (
        'split: the value has more than 10,000 parts (column "A").'
    )
    cell = "[" + "1," * 10_000 + "1]"
    assert fails(bound("{{#each (jsonPath columns.A)}}x{{/each}}"), [cell]) == (
        "A list of 10,001 values is too long; at most 10,000 are gone through."
    )


def test_loops_in_loops_end_by_time() -> None:
    loop = '{{#each (split columns.A " ")}}{{#each (split @root.columns.A " ")}}{{/each}}{{/each}}'
    assert fails(bound(loop), ["a " * 9_999]) == (
        "This row takes longer than 250 ms; the template does too much."
    )


def test_parts_that_double_end_by_time() -> None:
    parts = '{{#*inline "p0"}}{{/inline}}' + "".join(
        f'{{{{#*inline "p{level}"}}}}{{{{> p{level - 1}}}}}{{{{> p{level - 1}}}}}{{{{/inline}}}}'
        for level in range(1, 29)
    )
    assert "250 ms" in fails(bound(parts + "{{> p28}}"), [""])


def test_many_calls_on_long_texts_end_by_time() -> None:
    assert "250 ms" in fails(bound("{{#if (slugify columns.A)}}{{/if}}" * 5_000), [LONG])


@pytest.mark.parametrize(
    "expression",
    [
        'rjust "x" 2000000',
        'replace columns.A "x" columns.A',
        'join (split columns.A " ") columns.A',
        'stringFormat "' + "%9999s" * 200 + '" ' + "1 " * 200,
        'urlEncode (join columns.A columns.A "")',
        "list " + "columns.A " * 9,
    ],
)
def test_no_function_makes_more_than_could_be_printed(expression: str) -> None:
    cell = LONG.replace("x", "ä") if expression.startswith("url") else LONG
    with pytest.raises(RowFault, match="the result would have more than 1,048,576 characters"):
        worth(f"{{{{{expression}}}}}", {"A": cell})


@pytest.mark.parametrize(
    "expression",
    [
        "wordWrap columns.A 500000",
        "stripTags columns.A",
        "number columns.A",
        'math columns.A "+" 1',
        'toDateTime "yyyy-MM-dd z" columns.A',
        'toDateTime "ISO" columns.A',
        "dateFormat columns.A",
        "capitalize columns.A fully=true",
        "numberFormat columns.A",
        "boolean columns.A",
        "excelDate columns.A",
        "mboxSha1 columns.A",
        'jsonPath columns.A "a"',
        "slugify columns.A",
    ],
)
@pytest.mark.parametrize(
    "cell", ["<" * 200_000, "0" * 200_000 + "x", "a " * 100_000, "[" * 200_000, " " * 200_000]
)
def test_every_function_takes_time_in_proportion_to_its_text(expression: str, cell: str) -> None:
    started = time.thread_time()
    try:
        worth(f"{{{{{expression}}}}}", {"A": cell})
    except RowFault as fault:
        assert len(fault.message) < 300  # noqa: PT017 some do fail, and none shows the whole cell
    assert time.thread_time() - started < 10


@pytest.mark.usefixtures("patience")
def test_lists_of_lists_do_not_grow_by_themselves() -> None:
    variables = [("v0", "{{list columns.A columns.A}}")]
    variables += [(f"v{level}", f"{{{{list v{level - 1} v{level - 1}}}}}") for level in range(1, 25)]
    renderer = bound("{{v24}}", variables=variables)
    assert (
        fails(renderer, ["a" * 2_000])
        == 'list: the result would have more than 1,048,576 characters (column "A").'
    )


def test_a_row_has_a_thousand_objects_at_most() -> None:
    template = compile_template(
        '{"people": [{{#each (split columns.A "")}}{"name": "x"},{{/each}}]}'.replace('""', '"|"')
    )
    renderer = template.bind(["A"], org=1)
    assert len(renderer.objects(2, ["|" * 999])["people"]) == 1_000
    with pytest.raises(RowFault, match="gives 1,001 objects for this row; at most 1,000"):
        renderer.objects(2, ["|" * 1_000])


def nested(levels: int) -> str:
    return "{{#if columns.A}}" * levels + "x" + "{{/if}}" * levels


def test_blocks_stand_32_deep_at_most() -> None:
    assert bound(nested(32)).render(2, ["y"]).endswith("x")
    assert [fault.code for fault in faults_of('{"people":[]}' + nested(33))] == ["too_deep"]


def test_calls_stand_32_deep_at_most() -> None:
    def calls(levels: int) -> str:
        return "{{trim " + "(trim " * levels + "columns.A" + ")" * levels + "}}"

    assert bound(calls(32)).render(2, ["y"]).endswith("y")
    (fault,) = faults_of('{"people":[]}' + calls(33))
    assert fault.code == "too_deep"


def test_parts_in_parts_stand_32_deep_at_most() -> None:
    def parts(levels: int) -> str:
        return (
            '{{#*inline "p0"}}x{{/inline}}'
            + "".join(
                f'{{{{#*inline "p{level}"}}}}{{{{> p{level - 1}}}}}{{{{/inline}}}}'
                for level in range(1, levels)
            )
            + f"{{{{> p{levels - 1}}}}}"
        )

    assert bound(parts(32)).render(2, ["y"]).endswith("x")
    assert "too_deep" in [fault.code for fault in faults_of('{"people":[]}' + parts(33))]


def test_a_long_chain_of_else_if_is_no_nesting() -> None:
    chain = (
        "{{#eq columns.A 0}}x"
        + "".join(f"{{{{else eq columns.A {n}}}}}c{n}" for n in range(1, 500))
        + "{{/eq}}"
    )
    assert bound(chain).render(2, ["499"]).endswith("c499")


def test_variables_use_each_other_64_deep_at_most() -> None:
    def chain(length: int) -> list[tuple[str, str]]:
        first = [("v0", "{{columns.A}}")]
        return first + [(f"v{level}", f"{{{{v{level - 1}}}}}x") for level in range(1, length)]

    assert bound("{{v63}}", variables=chain(64)).render(2, ["y"]).endswith("y" + "x" * 63)
    with pytest.raises(TemplateRefused, match="Variables use each other more than 64 deep"):
        bound("{{v64}}", variables=chain(65))


def test_there_are_a_hundred_variables_at_most() -> None:
    variables = [(f"v{n}", "x") for n in range(101)]
    assert bound("", variables=variables[:100])
    with pytest.raises(TemplateRefused, match="at most 100 variables"):
        bound("", variables=variables)


def test_a_template_has_256_kib_at_most() -> None:
    body = '{"people":[]}'
    assert compile_template(body + " " * (BODY_CHARS - len(body)))
    assert [fault.code for fault in faults_of(body + " " * BODY_CHARS)] == ["too_long"]


@pytest.mark.parametrize(
    "body",
    ["{{#if " * 40_000, "{{" * 130_000, "(" * 260_000, "{{(" * 80_000, "\n " * 130_000, "{" * 200_000, '{"a":' * 50_000,
     "{{columns." + "a." * 60_000 + "a}}", "{{a " + "b " * 60_000 + "}}", "{{#if a}}" * 28_000, "{{else}}" * 30_000,
     '{{"' * 80_000, "{{[" * 80_000, "{{!--" * 50_000, "{{{" * 80_000, "\\{{" * 40_000, "{{x}}" * 20_000],
)  # fmt: skip
def test_reading_any_template_ends_soon(body: str) -> None:
    started = time.thread_time()
    with pytest.raises(TemplateRefused) as refused:
        compile_template(body)
    assert refused.value.faults
    assert time.thread_time() - started < 30


def test_json_deeper_than_any_statement_fails_the_row() -> None:
    cell = "[" * 500 + "]" * 500
    with pytest.raises(RowFault, match="expected at most 254 levels"):
        compile_template('{"people": [{{{columns.A}}}]}').bind(["A"], org=1).objects(2, [cell])


def test_time_is_counted_for_each_row_anew() -> None:
    renderer = bound('{{#each (split columns.A " ")}}{{slugify this}}{{/each}}')
    started = time.thread_time()
    while time.thread_time() - started < 0.4:
        renderer.render(2, ["a b " * 50])


def test_the_output_limit_is_what_the_text_comes_to() -> None:
    renderer = bound("{{columns.A}}")
    most = OUTPUT_CHARS - len('{"people":[]}')
    assert len(renderer.render(2, ["x" * most])) == OUTPUT_CHARS
    assert fails(renderer, ["x" * (most + 1)]) == TOO_LONG
