"""Every sentence about a file or row is said in some test, word for word, and said as ui.md wants."""

from __future__ import annotations

import ast
import csv
import json
import re
from functools import cache
from pathlib import Path

import pytest

from edu_csv.tabular import FAULT_CODES, RowFault
from imports.formats.base import Format
from imports.formats.columns import Column
from imports.formats.feed import Kind, Layout
from imports.formats.registry import formats
from imports.problems import FileRejected, Problem
from imports.sentences import SENTENCES
from imports.steps import stage
from imports.steps.read import row_fault
from tests.imports.casework import all_cases
from tests.imports.formats.contract import UNSAID

TESTS = Path(__file__).parent.parent
PRODUCT = Path(stage.__file__).parent.parent


@cache
def said() -> list[str]:
    """What cases expect to be said, and every text in the tests of imports."""
    texts: list[str] = []
    for folder in all_cases():
        told = json.loads((folder / "case.json").read_text())
        texts.append(told.get("refused", {}).get("detail", ""))
        if (folder / "expected.csv").exists():
            with (folder / "expected.csv").open(encoding="utf-8", newline="") as file:
                texts += [line["sentence"] for line in csv.DictReader(file)]
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                # What a test fills in is a word here.
                parts = [p.value if isinstance(p, ast.Constant) else "word" for p in node.values]
                texts.append("".join(map(str, parts)))
    return [text for text in texts if text]


def pattern(template: str) -> re.Pattern[str]:
    """What a sentence made of the template looks like."""
    escaped = re.escape(re.sub(r"\{\w+\}", "\0", template))
    return re.compile(escaped.replace("\0", "(.*)"), re.S)


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_is_said_by_a_test(code: str) -> None:
    assert any(pattern(SENTENCES[code]).fullmatch(text) for text in said())


@pytest.mark.parametrize("code", SENTENCES)
def test_no_sentence_begs_blames_or_shouts(code: str) -> None:
    sentence = SENTENCES[code]
    assert not any(re.search(rf"\b{re.escape(word)}", sentence.lower()) for word in UNSAID if word != "!")
    assert "!" not in sentence
    assert sentence.endswith((".", "}", "`?"))


def columns_of(fmt: type[Format]) -> list[Column]:
    items = [column.item for column in fmt.columns if hasattr(column, "item")]
    return [*fmt.columns, *items]


def test_every_code_of_the_declarations_has_a_sentence() -> None:
    for fmt in formats().values():
        codes = {column.code for column in columns_of(fmt)}
        codes |= {unique.code for unique in fmt.uniques} | {rule.code for rule in fmt.rules}
        if issubclass(fmt, Layout):
            codes |= {rule.code for rule in fmt.row_rules} | {
                code for kind in fmt.kinds for code in told_by(kind)
            }
        assert codes <= SENTENCES.keys(), fmt.key


def told_by(kind: Kind) -> set[str]:
    """The codes that a kind of object of a feed declares."""
    refs = {
        code
        for ref in kind.refs
        for code in (ref.unknown, ref.wrong_code if ref.others else "", ref.own_code)
    }
    told = {kind.missing[0], *(rule.code for rule in kind.rules), *(only.code for only in kind.only)}
    return (refs | told) - {""}


def test_every_fault_of_a_row_has_a_sentence() -> None:
    told = [row_fault(RowFault(7, code, [])) for code in FAULT_CODES]
    assert {code for code, _ in told} <= SENTENCES.keys()
    assert {f"{code}.{words['variant']}" for code, words in told if "variant" in words} <= SENTENCES.keys()


def test_every_code_that_the_product_names_has_a_sentence() -> None:
    unknown = set()
    for path in [*(PRODUCT / "formats").rglob("*.py"), *(PRODUCT / "steps").glob("*.py")]:
        text = path.read_text()
        named = re.findall(r"CellFault\(\s*\"(\w+)\"", text)
        # In SQL: severity, column, code.
        named += re.findall(r"'(?:error|warning)',\s*(?:\{\w+\}|NULL|'[^']*'|n\.col),\s*'(\w+)'", text)
        unknown |= {f"{path.name}: {code}" for code in named if code not in SENTENCES}
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "FileRejected":
                code, *words = node.args
                told = SENTENCES.keys() | {each.partition(".")[0] for each in SENTENCES}
                if isinstance(code, ast.Constant) and not words and code.value not in told:
                    unknown.add(f"{path.name}: {code.value!r}")
    assert not unknown


def test_a_refusal_survives_the_way_from_worker_to_parent() -> None:
    import pickle

    refused = FileRejected("missing_column", columns="`Name`", action="“create” of Terms", found=[])
    again = pickle.loads(pickle.dumps(refused))  # noqa: S301  # our own
    assert (again.code, again.detail, again.params) == (refused.code, refused.detail, refused.params)


def test_a_variant_is_a_matter_of_words_alone() -> None:
    refused = FileRejected("unknown_format", variant="several", names="`a`, `b`", candidates=["a", "b"])
    assert "variant" not in refused.as_json()
    assert refused.as_json()["code"] == "unknown_format"


def test_a_long_value_is_quoted_as_far_as_one_recognises_it() -> None:
    told = str(Problem("bad_value", "Name", "x" * 5_000, params={"expected": "a text"}))
    assert told == f"Name is `{'x' * 77}…`. Write a text."


def test_braces_in_a_cell_are_only_text() -> None:
    told = str(Problem("bad_value", "Name", "{object} {0} {", params={"expected": "a text"}))
    assert told == "Name is `{object} {0} {`. Write a text."
