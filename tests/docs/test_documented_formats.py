"""docs/formats/ and docs/problems.md say what the declarations say."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from edu_csv.tabular.refusals import REFUSAL_CODES
from imports.formats.registry import formats
from imports.management.commands.document_formats import BEGIN, END, family_part, pages, with_part

DOCS = Path(settings.BASE_DIR) / "docs"


@pytest.mark.parametrize("path", pages(DOCS), ids=lambda path: path.name)
def test_page_is_up_to_date(path: Path) -> None:
    assert path.exists(), f"{path.name} is missing: run manage.py document_formats"
    assert path.read_text() == pages(DOCS)[path], f"{path.name} is stale: run manage.py document_formats"


def test_every_column_of_every_format_is_documented() -> None:
    for fmt in formats().values():
        page = (DOCS / "formats" / f"{fmt.family}.md").read_text()
        section = page.partition(f"`{fmt.key}`")[2].partition("\n## ")[0]
        lacking = [column.header for column in fmt.columns if f"`{column.header}`" not in section]
        assert not lacking, f"{fmt.key} is documented without {lacking}"


def test_every_reason_to_refuse_a_file_is_documented() -> None:
    page = (DOCS / "problems.md").read_text()
    assert [code for code in sorted(REFUSAL_CODES) if f"| `{code}` |" not in page] == []


def test_no_rule_of_a_format_is_told_twice() -> None:
    for fmt in formats().values():
        told = [line for line in family_part([fmt]).splitlines() if line.startswith("- ")]
        assert len(set(told)) == len(told), f"{fmt.key} says one thing twice: {sorted(told)}"


def test_a_dependant_that_counts_only_sometimes_says_when() -> None:
    for fmt in formats().values():
        silent = [each for each in fmt.blocks_delete if each.where != "TRUE" and not each.words]
        assert not silent, f"{fmt.key} is told to be kept by all of {silent}"


def test_words_written_by_hand_are_left_alone() -> None:
    page = f"# Title\n\nBefore.\n\n{BEGIN}\n\nold\n\n{END}\n\nAfter.\n"
    assert with_part(page, "new") == page.replace("old", "new")


def test_page_without_marks_gets_them_at_its_end() -> None:
    assert with_part("# Title\n", "new") == f"# Title\n\n{BEGIN}\n\nnew\n\n{END}\n"


def test_page_without_its_second_mark_is_refused() -> None:
    with pytest.raises(CommandError, match="Put it back"):
        with_part(f"# Title\n\n{BEGIN}\n\nold\n\nWords of somebody.\n", "new")


def test_check_names_a_stale_page_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    with pytest.raises(CommandError, match="docs/problems.md"):
        call_command("document_formats", "--check")
    assert list(tmp_path.iterdir()) == []
    call_command("document_formats")
    call_command("document_formats", "--check")
