"""What is wrong with a template, at line and column, with what could stand there (csv data import 1.3, 1.5, 5)."""

from __future__ import annotations

import pytest

from edu_csv.templating import TemplateRefused, compile_template
from tests.templating.saying import WITH_ID, fault_in, faults_of


@pytest.mark.parametrize(
    ("expression", "code", "message", "suggestion"),
    [
        (
            '{{toDatetime "s" columns.X}}',
            "unknown_function",
            'Unknown function "toDatetime". Did you mean "toDateTime"?',
            "toDateTime",
        ),
        ("{{frobnicate columns.X}}", "unknown_function", 'Unknown function "frobnicate".', ""),
        (
            "{{#frobnicate columns.X}}{{/frobnicate}}",
            "unknown_function",
            'Unknown function "frobnicate".',
            "",
        ),
        (
            "{{#uppercase columns.X}}{{/uppercase}}",
            "unknown_function",
            'Unknown function "uppercase". Did you mean "upper"?',
            "upper",
        ),
        (
            "{{lower(trim columns.X)}}",
            "no_blank",
            'A blank is needed between "lower" and "(".',
            "lower (",
        ),
        ("{{lower (trim columns.X}}", "not_closed", 'This parenthesis is not closed with ")".', ""),
        (
            "{{columns.Email Address}}",
            "needs_brackets",
            "A name with blanks needs brackets: columns.[Email Address].",
            "columns.[Email Address]",
        ),
        (
            "{{Email}}",
            "unknown_name",
            'Unknown name "Email". There is no variable of that name; a column is written "columns.Email".',
            "columns.Email",
        ),
        (
            "{{lower}}",
            "arguments",
            '"lower" takes 1 argument; none is given. Write lower value.',
            "lower value",
        ),
        (
            '{{toDateTime "s"}}',
            "arguments",
            '"toDateTime" takes 2 arguments; 1 is given. Write toDateTime pattern value.',
            "toDateTime pattern value",
        ),
        (
            "{{substring columns.X 1 2 3}}",
            "arguments",
            '"substring" takes 2 to 3 arguments; 4 are given. Write substring value start [end].',
            "substring value start [end]",
        ),
        (
            '{{ljust columns.X pd="."}}',
            "arguments",
            '"ljust" has no argument "pd=". Did you mean "pad="?',
            "pad",
        ),
        (
            '{{toDateTime "YYYY-MM-dd" columns.X}}',
            "bad_argument",
            (
                'toDateTime: in "YYYY-MM-dd", "Y" is the year of the week, which is another one around New Year; '
                'the year is "y".'
            ),
            "yyyy-MM-dd",
        ),
        (
            '{{toDateTime "yyyy-MM-DD" columns.X}}',
            "bad_argument",
            'toDateTime: in "yyyy-MM-DD", "D" is the day of the year; the day of the month is "d".',
            "yyyy-MM-dd",
        ),
        (
            '{{toDateTime "kk:mm" columns.X}}',
            "bad_argument",
            'toDateTime: "k" in "kk:mm" is not one of y M d H h a m s S E z Z X.',
            "",
        ),
        (
            '{{toDateTime "yyyy\'T" columns.X}}',
            "bad_argument",
            "toDateTime: the quote in \"yyyy'T\" is not closed with '.",
            "",
        ),
        (
            '{{stringFormat "50%" columns.X}}',
            "bad_argument",
            'stringFormat: a lone "%" must be written "%%".',
            "",
        ),
        (
            '{{stringFormat "%99999d" columns.X}}',
            "bad_argument",
            'stringFormat: "%99999d" is wider than four digits, or has more than two of places.',
            "",
        ),
        ('{{toDateTime "" columns.X}}', "bad_argument", 'toDateTime: "" is no date pattern.', ""),
        ('{{toDateTime "dd.dd" columns.X}}', "bad_argument", 'toDateTime: "d" stands twice in "dd.dd".', ""),
        ('{{toDateTime "HH zX" columns.X}}', "bad_argument", 'toDateTime: "HH zX" has the zone twice.', ""),
        ('{{lower "a" a=1 a=2}}', "repeated_name", 'The named argument "a" stands twice.', ""),
        ('{{join a="x" columns.A}}', "order", "Arguments without a name stand before those with one.", ""),
        ("{{(lower columns.A) columns.B}}", "no_name", "A function's name was expected here.", ""),
        ("{{columns.A)}}", "too_much", '")" cannot stand here.', ""),
        ("{{> who columns.A columns.B}}", "too_much", "A part takes one context at most.", ""),
        ("{{> (lower columns.A)}}", "bad_part", "A part is used by its name: {{> name}}.", ""),
        (
            "{{#columns}}",
            "not_closed",
            'The block "{{#columns}}" is not closed with "{{/columns}}".',
            "{{/columns}}",
        ),
        ("{{#if columns.A as |b|}}{{/if}}", "bad_params", '"if" has no names between bars.', ""),
        ('{{#assign "n"}}1{{else}}2{{/assign}}', "stray_else", '"assign" has no "else".', ""),
        (
            "{{assign 5}}",
            "arguments",
            'Write {{#assign "name"}} … {{/assign}} or {{assign "name" value}}.',
            "",
        ),
        ('{{math columns.X "x" 2}}', "bad_argument", 'math: "x" is not one of + - * / %.', ""),
        (
            '{{datePlus columns.X 1 "fortnight"}}',
            "bad_argument",
            'datePlus: "fortnight" is not one of millisecond, second, minute, hour, day, week, month, quarter, year.',
            "",
        ),
        (
            '{{regexReplace columns.X "(a" "b"}}',
            "bad_argument",
            'regexReplace: "(a" is no usable pattern: missing ): (a.',
            "",
        ),
        ("{{@index}}", "no_loop", '"@index" stands outside of any "each".', ""),
        ("{{@fist}}", "unknown_name", 'Unknown name "@fist". Did you mean "@first"?', "@first"),
        ("{{../name}}", "leads_out", '"../name" leads out of the template.', ""),
        (
            "{{row.nummer}}",
            "unknown_name",
            'Unknown name "row.nummer"; there are import.created, import.fileName, org.id, row.number.',
            "",
        ),
        ("{{if columns.X}}", "needs_block", '"if" is a block: {{#if …}} … {{/if}}.', ""),
        (
            "{{lower trim}}",
            "arguments",
            '"trim" takes 1 argument; none is given. Write trim value.',
            "trim value",
        ),
        ("{{> who}}", "unknown_part", 'There is no part "who" here.', ""),
        ("{{#*inline 'a'}}{{> a}}{{/inline}}{{> a}}", "endless_part", 'The part "a" uses itself.', ""),
        ("{{{{raw}}}}", "raw_block", 'Raw blocks ("{{{{") are not offered.', ""),
        ("{{#if}}x{{/if}}", "arguments", '"if" takes 1 argument; none is given.', ""),
        ("{{#each columns.X columns.Y}}x{{/each}}", "arguments", '"each" takes 1 argument; 2 are given.', ""),
        (
            "{{#slugify columns.X}}x{{/slugify}}",
            "no_block",
            '"slugify" is no block; write {{slugify value}}.',
            "",
        ),
        ("{{else}}", "stray_else", '"else" stands outside of any block.', ""),
        ("{{/if}}", "stray_end", '"{{/if}}" ends a block that was not begun.', ""),
        ("{{}}", "empty", "Something is missing here: a column, a variable or a function.", ""),
        (
            "{{columns.}}",
            "bad_path",
            "A name is missing here; a column is written columns.Name or columns.[Last name].",
            "",
        ),
        (
            "{{columns.A%B}}",
            "bad_character",
            '"%" cannot stand here; a name with signs or blanks needs brackets: columns.[Last name].',
            "",
        ),
        ('{{assign "lower" 1}}', "bad_name", '"lower" is a function; a variable needs another name.', ""),
    ],
)
def test_a_fault_says_what_came_and_what_could_stand_there(
    expression: str, code: str, message: str, suggestion: str
) -> None:
    fault = fault_in(expression)
    assert (fault.code, fault.message, fault.suggestion) == (code, message, suggestion)
    assert fault.line == 1
    assert fault.column >= WITH_ID.index("%s") + 1


def test_faults_stand_at_their_line_and_column_all_at_once() -> None:
    body = """{
  "statements": [
    {
      "id": "{{uuuid columns.A}}",
      "actor": { "name": "{{ lower(columns.B) }}" },
      "verb": "{{verb}}"
    }
  ]
}"""
    found = [(fault.line, fault.column, fault.code) for fault in faults_of(body)]
    # What cannot be read is told first: names are looked up once the text holds together.
    assert found == [(5, 35, "no_blank")]
    found = [(fault.line, fault.column, fault.code) for fault in faults_of(body.replace("r(col", "r (col"))]
    assert found == [(4, 16, "unknown_function"), (6, 18, "unknown_name")]


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ('{"people": [{{#if columns.A}}\n{{#each x}}]}', [(1, 13, "not_closed"), (2, 1, "not_closed")]),
        ('{"people": [{{#if columns.A}}{{#eq columns.B 1}}{{/if}}]}', [(1, 30, "not_closed")]),
        ('{"people": [{{#if columns.A}}{{/eq}}{{/if}}]}', [(1, 30, "wrong_end")]),
        ('{"people": [{{#if columns.A}}{{else}}{{else}}{{/if}}]}', [(1, 38, "second_else")]),
        ('{"people": []}\n{{columns.A', [(2, 1, "not_closed")]),
        ('{"people": []}\n{{!-- never ends }}', [(2, 1, "not_closed")]),
        ('{"people": []} {{{columns.A}}', [(1, 28, "bad_braces")]),
        ('{"people": []} {{lower "A}}', [(1, 24, "not_closed")]),
        ('{"people": []} {{#> layout}}x{{/layout}}', [(1, 16, "not_offered")]),
        ('{"people": []} {{#*inline}}x{{/inline}}', [(1, 16, "bad_inline")]),
        ('{"people": []} {{#each columns as |a}}x{{/each}}', [(1, 32, "bad_params")]),
        ('{"people": []}\n\ud800', [(2, 1, "half_character")]),
    ],
)
def test_what_is_not_closed_or_crossed_is_told_where_it_begins(
    body: str, places: list[tuple[int, int, str]]
) -> None:
    assert [(fault.line, fault.column, fault.code) for fault in faults_of(body)] == places


def test_a_windows_line_end_counts_once() -> None:
    (fault,) = faults_of('{\r\n"people": [],\r\n"x": "{{nobody}}"}'.replace('"x"', '"groups"'))
    assert (fault.line, fault.column) == (3, 14)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("columns", "bad_name"),
        ("row", "bad_name"),
        ("import", "bad_name"),
        ("org", "bad_name"),
        ("this", "bad_name"),
        ("lower", "bad_name"),
        ("each", "bad_name"),
        ("1st", "bad_name"),
        ("a-b", "bad_name"),
        ("ä", "bad_name"),
        ("", "bad_name"),
    ],
)
def test_a_variable_s_name_is_plain_and_its_own(name: str, code: str) -> None:
    assert [fault.code for fault in faults_of('{"people":[]}', **{name: "x"})] == [code]


def test_a_fault_in_a_variable_names_it() -> None:
    (fault,) = faults_of('{"people":[]}', a="x", b="\n{{lowr columns.A}}")
    assert (fault.variable, fault.line, fault.column, fault.suggestion) == ("b", 2, 3, "lower")
    assert str(fault) == 'Unknown function "lowr". Did you mean "lower"? (variable "b", line 2, column 3)'


def test_a_variable_uses_those_above_it_only() -> None:
    (fault,) = faults_of('{"people":[]}', a="{{b}}", b="{{a}}")
    assert fault.message == 'The variable "b" stands further down; a variable uses those above it only.'
    (fault,) = faults_of('{"people":[]}', a="{{a}}")
    assert fault.code == "later_variable"


def test_a_pattern_in_a_variable_is_judged_where_it_is_used() -> None:
    body = '{"people": [{"t": "{{toDateTime pattern columns.A}}"}]}'
    (fault,) = faults_of(body, pattern="YYYY-MM-dd")
    assert (fault.variable, fault.column, fault.suggestion) == ("", body.index("pattern") + 1, "yyyy-MM-dd")
    assert faults_of(body, pattern="yyyy-MM-dd") == []
    assert faults_of(body, pattern="{{columns.P}}") == []


def test_two_variables_of_one_name_are_refused() -> None:
    with pytest.raises(TemplateRefused, match='There are two variables called "a"'):
        compile_template('{"people":[]}', [("a", "1"), ("a", "2")])


def test_a_variable_cannot_assign() -> None:
    (fault,) = faults_of('{"people":[]}', a='{{assign "b" 1}}')
    assert fault.code == "no_assign"


def test_the_messages_keep_to_the_words_of_this_product() -> None:
    from edu_csv.templating import FUNCTIONS

    for function in FUNCTIONS.values():
        assert "!" not in function.says


SPREAD = """{"people": [{
  "name": "{{columns.A}}",
  {{#if columns.B}}
  "email": "{{columns.B}}"
  {{else if columns.A}}
  "email": "{{columns.A}}"
  {{/if}}
}]}"""


@pytest.mark.parametrize(
    "at", [at for at, sign in enumerate(SPREAD) if sign == "}" and SPREAD[at + 1 : at + 2] == "}"]
)
def test_a_brace_that_lacks_is_one_fault_where_it_lacks(at: int) -> None:
    (fault,) = faults_of(SPREAD[:at] + SPREAD[at + 1 :])
    assert fault.line == SPREAD[:at].count("\n") + 1
