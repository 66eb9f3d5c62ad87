"""What the JSON of a template shows before any row: sections, ids, what is set by us (csv data import 1.1, 1.8, 3)."""

from __future__ import annotations

import pytest

from edu_csv.templating import compile_template
from tests.templating.saying import faults_of


@pytest.mark.parametrize(
    ("body", "sections"),
    [
        ('{"statements": [{"id": "{{uuid 1}}"}]}', ("statements",)),
        (
            '{"permissions": [], "people": [], "groups": [], "statements": []}',
            ("statements", "people", "groups", "permissions"),
        ),
        ('{{#if columns.A}}{"people": []}{{else}}{"groups": []}{{/if}}', ("people", "groups")),
        (
            '{{#if columns.A}}{"people": []}{{else if columns.B}}{"people": []}{{else}}{"groups": []}{{/if}}',
            ("people", "groups"),
        ),
        (
            '{ {{#if columns.A}}"people": [],{{/if}} {{#unless columns.A}}"people": []{{/unless}} }',
            ("people",),
        ),
        ('{{#*inline "g"}}"groups": []{{/inline}}{ {{> g}} }', ("groups",)),
        ('{"people": [{"name": "groups", "groups": [{"statements": 1}]}]}', ("people",)),
        (r'{"people": [{"name": "\"groups\": ["}]}', ("people",)),
        ('{"people": ["{{columns.A}}"], {{! "groups": [] }} }', ("people",)),
    ],
)
def test_the_sections_that_stand_in_it(body: str, sections: tuple[str, ...]) -> None:
    assert compile_template(body).sections == sections


def test_a_template_without_a_section_is_refused() -> None:
    for body in ("", "{}", "[]", '"statements"', "{{columns.A}}"):
        (fault,) = faults_of(body)
        assert fault.code == "no_section"
        assert '"statements", "people", "groups", "permissions"' in fault.message


def test_a_section_that_does_not_exist_is_refused_with_the_one_that_was_meant() -> None:
    (fault,) = faults_of('{\n  "statement": []}')
    assert (fault.line, fault.column, fault.suggestion) == (2, 3, "statements")
    assert fault.message.endswith('Did you mean "statements"?')


def test_a_section_that_stands_twice_is_refused() -> None:
    (fault,) = faults_of('{"people": [],\n"people": []}')
    assert (fault.code, fault.line, fault.message) == (
        "repeated_section",
        2,
        'The section "people" stands twice.',
    )
    assert faults_of('{"people": [], {{#if columns.A}}"people": []{{/if}} }')[0].code == "repeated_section"


def test_a_statement_without_id_is_refused_with_an_offer() -> None:
    body = """{"statements": [
  {"id": "{{uuid columns.A}}"},
  {"actor": {"mbox": "mailto:{{lower columns.[E mail]}}"}, "object": {"id": "{{columns.V}}/{{columns.V}}"}}
]}"""
    (fault,) = faults_of(body)
    assert (fault.code, fault.line, fault.column) == ("no_id", 3, 3)
    assert fault.suggestion == '"id": "{{uuid columns.[E mail] columns.V}}",'
    assert fault.message == (
        'This statement has no "id", and it needs a UUID. '
        'For example: "id": "{{uuid columns.[E mail] columns.V}}".'
    )


def test_the_offer_has_the_revision_of_a_template_that_has_one() -> None:
    (fault,) = faults_of('{"statements": [{"verb": "{{columns.A}}"}]}', revision="1")
    assert fault.suggestion == '"id": "{{uuid revision columns.A}}",'


@pytest.mark.parametrize(
    ("quotes", "kind"),
    [("“”", "a typographic quote"), ("„“", "a typographic quote"), ("«»", "a typographic quote"), ("''", "no quote of JSON")],
)  # fmt: skip
def test_quotes_that_json_does_not_know_are_told_where_the_first_stands(quotes: str, kind: str) -> None:
    opened, closed = quotes[0], quotes[1]
    for body in (
        f'{{\n  {opened}statements{closed}: [ ]\n}}',
        f'{{\n  {opened}people{closed}: [ {{ {opened}name{closed}: {opened}{{{{columns.A}}}}{closed} }} ]\n}}',
    ):  # fmt: skip
        (fault,) = faults_of(body)
        assert (fault.code, fault.line, fault.column, fault.suggestion) == ("odd_quote", 2, 3, '"')
        assert fault.message == f'{opened} is {kind}; write " instead, here and wherever else it stands so.'


def test_any_quote_may_stand_in_a_text() -> None:
    assert faults_of('{"people": [{"name": "“{{columns.A}}” ‘O\'Neil’ «x»"}]}') == []


@pytest.mark.parametrize(
    "statement",
    [
        '{{#if columns.A}}"id": "{{uuid 1}}",{{/if}} "verb": {}',
        '{{#*inline "i"}}"id": "{{uuid 1}}"{{/inline}}{{> i}}',
        "{{{columns.Json}}}",
        '"verb": {}, "{{columns.Key}}": 1',
    ],
)
def test_an_id_may_come_from_a_branch_a_part_or_a_placeholder(statement: str) -> None:
    assert faults_of(f'{{"statements": [{{ {statement} }}]}}') == []


@pytest.mark.parametrize("name", ["authority", "stored"])
def test_a_template_that_sets_what_is_set_by_us_is_refused(name: str) -> None:
    body = f'{{"statements": [{{"id": "{{{{uuid 1}}}}", {{{{#if columns.A}}}}"{name}": "x"{{{{/if}}}} }}]}}'
    (fault,) = faults_of(body)
    assert fault.code == "set_by_us"
    assert fault.message == f'"{name}" is set when a statement is stored; a template cannot.'
    assert fault.column == body.index(f'"{name}"') + 1


def test_such_a_name_further_in_is_nobody_s_business() -> None:
    body = '{"statements": [{"id": "{{uuid 1}}", "context": {"extensions": {"stored": 1}}}], "people": [{"authority": 1}]}'
    assert faults_of(body) == []


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('"x": {{columns.Score}}', "bare_value"),
        ('"x": "{{{columns.Score}}}"', "not_escaped"),
        ('"x": "{{json columns.Score}}"', "quoted_twice"),
        ('"x": "{{now}}"', "now"),
        ('"x": "{{uuid}}"', "uuid"),
        ('"x": "{{columns.A.B}}"', "no_parts"),
        (
            '"x": "{{toDateTime "d/MM/yyyy HH:m" (join columns.A "/01/1990 00:" columns.B "")}}"',
            "rolls_over",
        ),
    ],
)
def test_what_is_probably_not_meant_is_a_warning(inside: str, code: str) -> None:
    template = compile_template(f'{{"people": [{{ {inside} }}]}}')
    (warning,) = template.warnings
    assert warning.code == code
    assert warning.line == 1
    assert warning.message.endswith(".")


@pytest.mark.parametrize(
    "inside",
    [
        '"x": {{number columns.Score}}',
        '"x": {{json columns.A}}',
        '"x": "{{columns.A}}"',
        '"x": "{{uuid columns.A}}"',
    ],
)
def test_what_is_meant_so_is_none(inside: str) -> None:
    assert compile_template(f'{{"people": [{{ {inside} }}]}}').warnings == []
