"""Which language is chosen by ``Accept-Language`` (xapi.md 5.2)."""

from __future__ import annotations

import pytest

from edu_csv.activity.api.languages import chosen, preferred


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("", []),
        ("en-GB", ["en-gb"]),
        ("de, en;q=0.5", ["de", "en"]),
        ("en;q=0.5,de", ["de", "en"]),
        ("fr ; q = 0.2 , de;q=0.9,en;q=0.9", ["de", "en", "fr"]),
        ("*;q=0.1, nb", ["nb", "*"]),
        ("de;q=0", []),
        ("not a language, en", ["en"]),
        ("de;q=2, en", ["en"]),
        ("x" * 2_000, []),
    ],
)
def test_a_header_is_read_the_best_first(header: str, tags: list[str]) -> None:
    assert preferred(header) == tags


@pytest.mark.parametrize(
    ("tags", "languages", "tag"),
    [
        (["en-US", "en-GB", "de"], ["en-gb"], "en-GB"),
        (["en", "de"], ["de-ch"], "de"),
        (["de", "en-US"], ["en-gb"], "en-US"),
        (["zh-Hant-TW", "zh-Hant"], ["zh-hant-hk"], "zh-Hant"),
        (["fr", "en"], ["nb", "en"], "en"),
        (["fr", "en"], ["*", "fr"], "en"),
        (["fr", "en-US"], [], "en-US"),
        (["fr", "en"], ["nb"], "en"),
        (["fr", "de"], [], "fr"),
        (["fr", "de"], ["nb", "*"], "fr"),
        (["fr", "eng"], ["en"], "fr"),
        ([], ["en"], None),
    ],
)
def test_the_best_that_there_is_is_chosen(tags: list[str], languages: list[str], tag: str | None) -> None:
    assert chosen(dict.fromkeys(tags, "x"), languages) == tag
