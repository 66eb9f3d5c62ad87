"""New import: a file that says no format, and whose header has all columns of a template."""

from __future__ import annotations

from django.test import Client

from tests.pages.house import House
from tests.pages.test_import_templates import CSV, file, made, text_of


def dropped(client: Client, content: str) -> str:
    return text_of(client.post("/imports/new/", {"file": file(content)}, follow=True))


def test_the_wizard_takes_a_file_for_the_template_whose_columns_are_all_there(house: House) -> None:
    template = made(house)
    page = dropped(house.browser(), CSV)
    assert "version 1, all columns that it uses are there" in page
    assert f'name="format" value="watershed.{template.pk}"' in page
    # Columns of another format beside them make it no file of that one.
    more = CSV.replace("At\n", "At,Email,Section Code\n")
    assert f'name="format" value="watershed.{template.pk}"' in dropped(house.browser(), more)


def test_the_wizard_names_the_templates_where_several_fit(house: House) -> None:
    made(house), made(house, "Views too")
    page = dropped(house.browser(), CSV)
    assert "Which format is it?" in page
    assert "“Views”" in page
    assert "“Views too”" in page


def test_a_draft_is_not_told_by_a_header(house: House) -> None:
    template = made(house, ready=False)
    assert f'name="format" value="watershed.{template.pk}"' not in dropped(house.browser(), CSV)
