"""Placeholders, types, conditional parts, variables, columns (csv data import 1.1 to 1.4, 1.6)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bench.views import BODY, VARIABLES
from edu_csv.templating import MissingColumns, RowFault, compile_template
from tests.templating.saying import in_json, rendered, worth

VIEW = {
    "VideoId": "v 17",
    "userid": "u-204",
    "event_timestamp": "2025-09-03 14:05:30",
    "firstname": 'Ann "Q"',
    "lastname": "O'Neil & Co",
    "VideoName": "Loops\\\n",
    "courseId": "c/1",
}


def test_the_specification_s_template_gives_a_statement() -> None:
    template = compile_template(BODY, [(name, text) for name, text in VARIABLES])
    assert template.sections == ("statements",)
    assert template.columns == set(VIEW)
    assert template.functions == {"uuid", "urlEncode", "toDateTime"}
    assert template.warnings == []
    renderer = template.bind(list(VIEW), org=5664)
    (statement,) = renderer.objects(2, list(VIEW.values()))["statements"]
    assert statement == {
        "id": worth("{{uuid 'view' 'v 17' 'u-204' '2025-09-03 14:05:30'}}"),
        "actor": {
            "objectType": "Agent",
            "name": 'Ann "Q" O\'Neil & Co',
            "account": {"homePage": "https://lecture.example.edu", "name": "u-204"},
        },
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"en": "experienced"}},
        "object": {
            "objectType": "Activity",
            "id": "https://lecture.example.edu/media/v%2017",
            "definition": {
                "type": "https://w3id.org/xapi/video/activity-type/video",
                "name": {"en": "Loops\\\n"},
            },
        },
        "result": {"duration": "PT30S"},
        "context": {"contextActivities": {"grouping": [{"id": "https://lecture.example.edu/course/c%2F1"}]}},
        "timestamp": "2025-09-03T14:05:30.000Z",
    }
    (bare,) = renderer.objects(3, list({**VIEW, "courseId": ""}.values()))["statements"]
    assert "context" not in bare


def test_a_cell_comes_out_as_it_was_after_json_is_read() -> None:
    assert in_json('"{{columns.Name}}"', {"Name": 'Ann "Q" O\'Neil & Co'}) == 'Ann "Q" O\'Neil & Co'


def test_three_braces_and_an_ampersand_escape_nothing() -> None:
    cells = {"J": '{"a": "b"}'}
    assert in_json("{{{columns.J}}}", cells) == {"a": "b"}
    assert in_json("{{&columns.J}}", cells) == {"a": "b"}
    with pytest.raises(RowFault, match="did not give valid JSON"):
        in_json('"{{{columns.J}}}"', cells)


def test_facts_of_row_import_and_org_stand_in_each_context() -> None:
    template = compile_template(
        '{"people": [{{#each (split "a" ",")}}{"n": {{row.number}}, "f": "{{import.fileName}}", '
        '"c": "{{import.created}}", "o": "{{org.id}}"}{{/each}}]}'
    )
    created = datetime(2026, 11, 22, 15, 4, 5, 678_900, tzinfo=UTC)
    renderer = template.bind([], org=5664, file_name='a"b.csv', created=created)
    assert renderer.objects(1388, []) == {
        "people": [{"n": 1388, "f": 'a"b.csv', "c": "2026-11-22T15:04:05.678Z", "o": "5664"}]
    }


def test_text_is_true_whatever_it_says() -> None:
    cells = {"Zero": "0", "False": "false", "Blank": " ", "Empty": ""}
    asked = "{{#if columns.%s}}yes{{else}}no{{/if}}"
    assert [worth(asked % name, cells) for name in cells] == ["yes", "yes", "yes", "no"]
    assert worth("{{#if (boolean columns.Zero)}}yes{{else}}no{{/if}}", cells) == "no"
    assert worth('{{#eq columns.Zero "1"}}yes{{else}}no{{/eq}}', cells) == "no"


@pytest.mark.parametrize(
    ("role", "word"), [("Student", "learner"), ("Tutor", "helper"), ("9", "many"), ("x", "other")]
)
def test_cases_are_gone_through_from_the_top(role: str, word: str) -> None:
    asked = (
        '{{#eq columns.R "Student"}}learner{{else eq columns.R "Tutor"}}helper'
        "{{else gt columns.R 5}}{{#if columns.R}}many{{/if}}{{else}}other{{/eq}}"
    )
    if role == "x":
        # "x" comes after "5" by letters; only numbers are compared as numbers.
        asked = asked.replace("gt columns.R 5", "unless columns.R")
    assert worth(asked, {"R": role}) == word


@pytest.mark.parametrize(
    ("block", "result"),
    [
        ("{{#neq 1 2}}a{{else}}b{{/neq}}", "a"),
        ("{{#and 1 ''}}a{{else}}b{{/and}}", "b"),
        ("{{#or 1 ''}}a{{else}}b{{/or}}", "a"),
        ("{{#not ''}}a{{else}}b{{/not}}", "a"),
        ("{{#lte 10 9}}a{{else}}b{{/lte}}", "b"),
        ("{{^}}", ""),
    ][:-1],
)
def test_comparisons_are_blocks_too(block: str, result: str) -> None:
    assert worth(block) == result


def test_no_statement_for_a_row_is_an_empty_list() -> None:
    template = compile_template(
        '{"statements": [ {{#eq columns.status "done"}} {"id": "{{uuid row.number}}"} {{/eq}} ]}'
    )
    renderer = template.bind(["status"], org=1)
    assert renderer.objects(2, ["open"]) == {"statements": []}
    assert len(renderer.objects(3, ["done"])["statements"]) == 1


def test_a_part_is_used_twice_and_with_values_of_its_own() -> None:
    body = (
        '{{#*inline "who"}}{"name": "{{columns.N}}", "mbox": "{{mail}}"}{{/inline}}'
        '[{{> who mail="a@b.org"}}, {{> who mail=columns.M}}]'
    )
    with pytest.raises(Exception, match='Unknown name "mail"'):
        in_json(body.replace(' mail="a@b.org"', ""), {"N": "Ana", "M": "m@b.org"})
    assert in_json(body, {"N": "Ana", "M": "m@b.org"}) == [
        {"name": "Ana", "mbox": "a@b.org"},
        {"name": "Ana", "mbox": "m@b.org"},
    ]


def test_a_value_assigned_holds_for_the_rest_of_the_row_only() -> None:
    template = compile_template(
        '{"people": [{"before": "{{n}}"{{#if columns.A}}{{#assign "n"}}<{{columns.A}}>{{/assign}}{{/if}}, "after": "{{n}}"}]}'
    )
    renderer = template.bind(["A"], org=1)
    assert renderer.objects(2, ['"x"']) == {"people": [{"before": "", "after": '<"x">'}]}
    assert renderer.objects(3, [""]) == {"people": [{"before": "", "after": ""}]}
    assert rendered('{{assign "n" (split "a|b" "|")}}{{#each n}}{{this}};{{/each}}') == "a;b;"


def test_names_are_looked_for_further_out() -> None:
    cells = {"J": '[{"name": "a", "base": "own"}, {"name": "b"}]', "X": "x"}
    asked = "{{#each (jsonPath columns.J)}}{{name}}{{base}}{{columns.X}}{{row.number}};{{/each}}"
    assert rendered(asked, cells, base="B") == "aownx2;bBx2;"
    assert rendered(asked.replace("base", "this.base"), cells, base="B") == "aownx2;bx2;"


def test_with_columns_saves_writing_columns() -> None:
    template = compile_template(
        '{"people":[]}{{#with columns}}{{A}}{{[Last Name]}}{{@root.columns.B}}{{/with}}'
    )
    assert template.columns == {"A", "Last Name", "B"}
    assert template.bind(["A", "Last Name", "B"], org=1).render(2, ["a", "l", "b"]).endswith("alb")


def test_all_columns_are_gone_through_in_the_file_s_order() -> None:
    template = compile_template('{"people":[]}{{#each columns}}{{@key}}={{this}};{{/each}}')
    assert template.has_computed_columns
    assert template.bind(["B", "A"], org=1).render(2, ["1", "2"]).endswith("B=1;A=2;")


def test_this_at_the_outside_is_everything_there_is() -> None:
    asked = "{{#with this}}{{columns.A}}{{base}}{{/with}}{{lookup this 'base'}}{{lookup @root.columns 'A'}}"
    assert rendered(asked, {"A": "a"}, base="b") == "abba"


@pytest.mark.parametrize(
    "path",
    [
        "columns.__class__",
        "columns.A.__class__",
        "base.__class__",
        "list.__len__",
        "list.0.upper",
        "this.__dict__",
    ],
)
def test_nothing_of_python_is_within_reach(path: str) -> None:
    asked = f"{{{{#each items}}}}[{{{{{path.replace('list', 'this')}}}}}]{{{{/each}}}}"
    template = compile_template(
        '{"people":[]}' + asked, [("base", "b"), ("items", "{{list 'x' (split 'a' ',')}}")]
    )
    renderer = template.bind(["A"], org=1, optional=["__class__"])
    assert renderer.render(2, ["a"]).endswith("[][]")


def test_the_template_s_text_never_comes_from_a_cell() -> None:
    assert rendered("{{{columns.A}}}{{columns.A}}", {"A": "{{uuid}}"}) == "{{uuid}}{{uuid}}"


# Variables ------------------------------------------------------------------------------------------


def test_variables_use_those_above_them() -> None:
    template = compile_template(
        '{"people": [{"mbox": "{{mbox}}"}]}',
        [("mail", "{{lower columns.[E mail]}}"), ("mbox", "mailto:{{mail}}")],
    )
    assert template.columns == {"E mail"}
    renderer = template.bind(["E mail"], org=1)
    assert renderer.objects(2, ["ANA@X.org"]) == {"people": [{"mbox": "mailto:ana@x.org"}]}
    assert renderer.objects(3, ["B@X.org"]) == {"people": [{"mbox": "mailto:b@x.org"}]}
    assert renderer.variables(4, ["C@X.org"]) == {"mail": "c@x.org", "mbox": "mailto:c@x.org"}


def test_a_variable_is_escaped_once() -> None:
    assert in_json('"{{v}}"', {"A": 'a"b\\c'}, v="<{{columns.A}}>") == '<a"b\\c>'


def test_a_variable_of_one_placeholder_keeps_what_it_is() -> None:
    cells = {"Done": "no", "Tags": "a|b", "Score": "7"}
    variables = {
        "done": "{{boolean columns.Done}}",
        "tags": '{{split columns.Tags "|"}}',
        "score": " {{number columns.Score}} ",
    }
    body = "[{{#if done}}1{{else}}0{{/if}}, {{#each tags}}{{@index}}, {{/each}} {{score}}, {{json tags}}]"
    assert in_json(body, cells, **variables) == [0, 0, 1, 7, ["a", "b"]]


def test_a_variable_that_a_row_does_not_come_to_cannot_fail_it() -> None:
    template = compile_template(
        '{"people": [{ {{#if columns.S}}"d": "{{duration}}"{{/if}} }]}',
        [("duration", '{{toDuration (math columns.S "*" 1000)}}')],
    )
    renderer = template.bind(["S"], org=1)
    assert renderer.objects(2, ["30"]) == {"people": [{"d": "PT30S"}]}
    assert renderer.objects(3, [""]) == {"people": [{}]}
    with pytest.raises(RowFault) as failed:
        renderer.objects(4, ["x"])
    assert failed.value.message == 'math: "x" is not a number (column "S").'
    assert isinstance(renderer.variables(3, [""])["duration"], RowFault)


def test_a_variable_is_worked_out_once_in_a_row() -> None:
    template = compile_template('{"people": [{"a": "{{id}}", "b": "{{id}}"}]}', [("id", "{{uuid}}")])
    (one,) = template.bind([], org=1).objects(2, [])["people"]
    assert one["a"] == one["b"]


def test_a_fault_behind_a_variable_names_its_column() -> None:
    template = compile_template(
        '{"people": [{"t": "{{toDateTime "dd/MM/yyyy" when}}"}]}', [("when", "{{trim columns.[Watched at]}}")]
    )
    with pytest.raises(RowFault) as failed:
        template.bind(["Watched at"], org=1).objects(2, ["soon"])
    assert failed.value.column == "Watched at"
    assert failed.value.message == 'toDateTime: "soon" does not match "dd/MM/yyyy" (column "Watched at").'


def test_of_several_columns_the_one_to_blame_is_named() -> None:
    with pytest.raises(RowFault) as failed:
        worth('{{math columns.A "+" columns.B}}', {"A": "1", "B": "x"})
    assert failed.value.message == 'math: "x" is not a number (column "B").'
    with pytest.raises(RowFault) as failed:
        worth('{{number (join columns.A columns.B "")}}', {"A": "1", "B": "x"})
    assert failed.value.message == 'number: "1x" is not a number.'
    assert failed.value.column is None


# Columns --------------------------------------------------------------------------------------------


def test_a_column_that_the_file_lacks_is_missing_wherever_it_stands() -> None:
    template = compile_template(
        '{"people": [{"a": "{{columns.B}}" {{#if columns.A}}, "x": "{{lower columns.[C d]}}"{{/if}} }]}',
        [("unused", "{{columns.D}}")],
    )
    with pytest.raises(MissingColumns) as missing:
        template.bind(["B", "a"], org=1)
    assert missing.value.columns == ["A", "C d", "D"]
    assert (
        str(missing.value) == 'The template uses the columns "A", "C d", "D", which the file does not have.'
    )
    with pytest.raises(MissingColumns, match='uses the column "D", which'):
        template.bind(["A", "B", "C d"], org=1)


def test_an_optional_column_that_is_not_there_is_empty() -> None:
    template = compile_template(
        '{"people": [{"a": "{{columns.A}}", "b": "{{defaultIfEmpty columns.B "none"}}"}]}'
    )
    renderer = template.bind(["A"], org=1, optional=["B"])
    assert renderer.objects(2, ["x"]) == {"people": [{"a": "x", "b": "none"}]}


def test_a_record_with_fewer_cells_has_empty_ones_at_its_end() -> None:
    template = compile_template('{"people": [{"a": "{{columns.A}}", "b": "{{columns.B}}"}]}')
    assert template.bind(["A", "B"], org=1).objects(2, ["x"]) == {"people": [{"a": "x", "b": ""}]}


def test_cells_are_not_trimmed() -> None:
    assert in_json('"{{columns.A}}"', {"A": " x "}) == " x "


def test_a_time_zone_that_does_not_exist_is_told() -> None:
    with pytest.raises(ValueError, match="Mars/Olympus"):
        compile_template('{"people":[]}').bind([], org=1, time_zone="Mars/Olympus")


# After rendering -------------------------------------------------------------------------------------


def test_commas_left_behind_are_taken_away() -> None:
    assert in_json("[1, {{#if columns.A}}2,{{/if}}]", {"A": ""}) == [1]
    assert in_json("[1, {{#if columns.A}}2,{{/if}}]", {"A": "x"}) == [1, 2]


def test_a_comma_at_the_beginning_is_a_fault_still() -> None:
    with pytest.raises(RowFault, match="did not give valid JSON"):
        in_json("[, 1]")


def test_a_json_fault_says_where_in_the_row_s_text() -> None:
    template = compile_template('{"people": [\n  {"name": "{{columns.N}}" "x": 1}\n]}')
    with pytest.raises(RowFault) as failed:
        template.bind(["N"], org=1).objects(2, ["Ana"])
    assert failed.value.message == (
        "The template did not give valid JSON for this row: expected ',' or '}' at line 2, column 18, "
        'near ""x": 1}".'
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{{{columns.J}}}{{#if columns.No}}{"people": []}{{/if}}', "The template must give one JSON object, not a list."),
        ('{"people": {{{columns.J}}}, "groups": 5}', "groups: must be a list of objects, not a number."),
        ('{"people": [1]}', "people[0]: must be an object, not a number."),
        ('{"people": [{}, null]}', "people[1]: must be an object, not null."),
        ('{"people": [{}], "{{columns.K}}": []}', ('The template gave a section "person"; '
         "there are statements, people, groups, permissions.")),
        ('{"people": [], "people{{columns.No}}": []}', ("The template did not give valid JSON for this row: expected each "
         'name once, but "people" occurs again at line 1, column 16, near ""people": []}".')),
        ('{"statements": [{"id": "x", "{{columns.S}}": 1}]}',
         "statements[0].stored: is set when the statement is stored; leave it out."),
        ('{"people": [{"a": NaN}]}', ("The template did not give valid JSON for this row: expected a value, found NaN, "
         'which JSON does not have, at line 1, column 19, near "NaN}]}".')),
    ],
)  # fmt: skip
def test_what_is_no_object_of_lists_of_objects_fails_the_row(body: str, message: str) -> None:
    template = compile_template(body)
    cells = {"J": "[]", "No": "", "K": "person", "S": "stored"}
    with pytest.raises(RowFault) as failed:
        template.bind(list(cells), org=1).objects(2, list(cells.values()))
    assert failed.value.message == message
