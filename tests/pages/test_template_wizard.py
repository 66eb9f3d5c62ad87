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


def test_another_separator_is_named_where_the_header_is_that_of_a_template(house: House) -> None:
    template = made(house)
    # Beside its columns are some of another format, which would be taken for the file in part.
    sent = CSV.replace("At\n", "At,Email,Section Code\n").replace(",", ";")
    page = dropped(house.browser(), sent)
    assert "Which format is it?" in page
    assert (
        f"all columns of watershed.{template.pk} (“Views”), but parted by semicolons, where commas are expected"
        in page
    )
    assert "Not recognised" in page


def test_a_chosen_template_says_that_the_separator_is_the_likely_cause(house: House) -> None:
    template = made(house)
    asked = {"file": file(CSV.replace(",", ";")), "format": f"watershed.{template.pk}"}
    page = text_of(house.browser().post("/imports/new/", asked, follow=True))
    assert "The separator is the likely cause: cells of this file seem to be parted by semicolons" in page
    # A name with a comma in it leaves two cells, and the same cause.
    named = file(CSV.replace(",", ";").replace("At\n", 'At;"Name, first"\n'))
    page = text_of(house.browser().post("/imports/new/", {**asked, "file": named}, follow=True))
    assert "The separator is the likely cause" in page
