"""Stray commas, and nothing else (csv data import 1.3)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edu_csv.templating.repair import without_stray_commas


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("[1,]", "[1]"),
        ('{"a": 1 ,\n }', '{"a": 1 \n }'),
        ("[1,,2]", "[1,2]"),
        ("[1, , ,2]", "[1  ,2]"),
        ("[,]", "[]"),
        ("[1,,,]", "[1]"),
        ("[,1]", "[,1]"),
        ('[",]", ",}", ",,"]', '[",]", ",}", ",,"]'),
        (r'["\",]",]', r'["\",]"]'),
        (r'["\\",]', r'["\\"]'),
        ('{"a": [{"b": 1,},],}', '{"a": [{"b": 1}]}'),
        ('["open ,]', '["open ,]'),
        ('["open ,]\\', '["open ,]\\'),
        ("", ""),
        (",", ","),
    ],
)
def test_a_text_is_mended(text: str, mended: str) -> None:
    assert without_stray_commas(text) == mended


def by_hand(text: str) -> str:
    """Letter by letter: a comma goes when the next sign that is no blank is a closing bracket or a comma."""
    kept = []
    inside = escaped = False
    for place, sign in enumerate(text):
        if inside:
            escaped, inside = (sign == "\\" and not escaped), (escaped or sign != '"')
        elif sign == '"':
            inside = True
        elif sign == "," and text[place + 1 :].lstrip()[:1] in ("}", "]", ","):
            continue
        kept.append(sign)
    return "".join(kept)


@given(st.text(st.sampled_from(list(',,,]}[{" \\\na1:')), max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_mended_as_one_would_by_hand(text: str) -> None:
    assert without_stray_commas(text) == by_hand(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.booleans())
@settings(max_examples=100, deadline=None)
def test_what_is_json_stays_as_it_is(value: object, indented: bool) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1 if indented else None)
    assert without_stray_commas(text) == text
