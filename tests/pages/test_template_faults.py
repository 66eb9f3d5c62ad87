"""Faults of a row in the editor of templates: where they are told, and how often."""

from __future__ import annotations

from edu_csv.tenancy import use_institution
from imports.templates import manage
from imports.templates.content import Content
from tests.pages.house import House
from tests.pages.test_import_templates import BODY, attempt, made

COMMENTED = "{{!--\none\ntwo\n--}}\n" + BODY.replace('"verb": {"id"', 'verb: {"id"')


def test_json_that_cannot_be_read_is_told_at_the_line_of_the_text_and_once(house: House) -> None:
    template = made(house)
    told = attempt(house.browser(), template, body=COMMENTED)
    assert 'data-goto="8:3"' in told
    assert "Line 8, column 3" in told
    sentence = "Row 2: The template did not give valid JSON for this row: "
    assert told.count(sentence) == 1
    assert "at line 4" not in told
    # And what the row became, where reading stopped.
    assert "It cannot be read as JSON in line 4 of what the row becomes." in told
    assert "Nothing comes of this row; why stands under the text." in told


def test_a_line_that_may_be_several_of_the_text_is_told_as_the_row_s(house: House) -> None:
    body = BODY.replace('"verb": {', '{{#each (list 1)}}\n"x": y,\n{{/each}}\n"x": y,\n"verb": {')
    told = attempt(house.browser(), made(house), body=body)
    assert "<b>Row 2</b>" in told
    assert "in line 4 of the text that the row becomes" in told


def test_a_row_s_fault_names_the_row_once(house: House) -> None:
    told = attempt(house.browser(), made(house), body=BODY.replace("{{uuid columns.User columns.At}}", "abc"))
    assert "<b>Row 2</b> <span>Statement must include an ID" in told
    assert told.count("Statement must include an ID") == 1


def test_one_row_is_tried_as_a_file(house: House) -> None:
    client = house.browser()
    assert "Try all 2 rows" in attempt(client, made(house))
    with use_institution(house.pk):
        content = Content(body=BODY, variables=(("base", "https://a.example"),))
        example = manage.ExampleFile(b"User,Video,At\nu-204,v-17,1\n", "one.csv")
        one = manage.create(house.actor, "One", content, ready=True, example=example)
    told = attempt(client, one)
    assert "Try it as a file" in told
    assert "Try all" not in told
