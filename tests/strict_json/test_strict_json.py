"""JSON read strictly, and each fault with its place (xapi.md X-07 to X-09)."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edu_csv.strict_json import MAX_DEPTH, JsonFault, loads

FAULTS = {
    # a name that occurs twice, also when it is written in two ways, and deep inside
    '{"a":1,\n "a":2}': 'expected each name once, but "a" occurs again at line 2, column 2, near ""a":2}"',
    '{"a":1,"\\u0061":1}': 'expected each name once, but "a" occurs again at line 1, column 8, near ""\\u0061":1}"',
    '[{"x":{"":1,"":1}}]': 'expected each name once, but "" occurs again at line 1, column 13, near """:1}}]"',
    #
    "[NaN]": 'expected a value, found NaN, which JSON does not have, at line 1, column 2, near "NaN]"',
    "-Infinity": 'expected a value, found -Infinity, which JSON does not have, at line 1, column 1, near "-Infinity"',
    "1e999": 'expected a number up to 1.7e308 at line 1, column 1, near "1e999"',
    #
    b'{"a":\n"\xe9"}': 'expected UTF-8, found the byte 0xe9 at line 2, column 2, near "\ufffd"}"',
    b'{"a":1}'.decode().encode("utf-16-le"): 'expected a name in double quotes at line 1, column 2, near "\0"\0a\0"\0:\x001\0}\0"',
    '"\\ud800"': 'expected whole characters, found half of a surrogate pair at line 1, column 1, near ""\\ud800""',
    '{"\\udc00":1}': 'expected whole characters, found half of a surrogate pair at line 1, column 2, near ""\\udc00":1}"',
    '"\ud800"': 'expected whole characters, found half of a surrogate pair at line 1, column 1, near ""\ud800""',
    # what no reader takes
    "": "expected a value at line 1, column 1",
    "  \n ": "expected a value at line 2, column 2",
    '{"a":1 "b":2}': "expected ',' or '}' at line 1, column 8, near \"\"b\":2}\"",
    "[1 2]": "expected ',' or ']' at line 1, column 4, near \"2]\"",
    "[1,]": 'expected a value at line 1, column 4, near "]"',
    '{"a":1,}': 'expected a name in double quotes at line 1, column 8, near "}"',
    "{'a':1}": "expected a name in double quotes at line 1, column 2, near \"'a':1}\"",
    '{"a" 1}': "expected ':' at line 1, column 6, near \"1}\"",
    '{"a":}': 'expected a value at line 1, column 6, near "}"',
    "[1": "expected ',' or ']' at line 1, column 3",
    "[1}": "expected ',' or ']' at line 1, column 3, near \"}\"",
    '"a': 'expected a double quote that ends the text at line 1, column 1, near ""a"',
    '"a\nb"': "expected no control characters in a text, found \\u000a at line 1, column 3",
    '"\\x"': 'expected one of " \\ / b f n r t u0000 after a backslash at line 1, column 2, near "\\x""',
    "[1] x": 'expected nothing more at line 1, column 5, near "x"',
    "01": 'expected nothing more at line 1, column 2, near "1"',
    "+1": 'expected a value at line 1, column 1, near "+1"',
    "1.": 'expected nothing more at line 1, column 2, near "."',
    "True": 'expected a value at line 1, column 1, near "True"',
    "\ufeff1": 'expected a value at line 1, column 1, near "\ufeff1"',
    "\xa01": 'expected a value at line 1, column 1, near "\xa01"',
    # limits
    "9" * 4_301: f'expected a whole number of at most 4,300 digits at line 1, column 1, near "{"9" * 30}"',
    "[" * 255 + "]" * 255: f'expected at most 254 levels of lists and objects at line 1, column 255, near "[{"]" * 29}"',
    "[" * 100_000: f'expected at most 254 levels of lists and objects at line 1, column 255, near "{"[" * 30}"',
    '{"a":' * 100_000: 'expected at most 254 levels of lists and objects at line 1, column 1271, near "{"a":{"a":{"a":{"a":{"a":{"a":"',
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"), FAULTS.items(), ids=lambda item: str(item)[:20].encode("unicode_escape").decode()
)
def test_a_fault_is_told_with_what_was_expected_and_where(text: str | bytes, told: str) -> None:
    with pytest.raises(JsonFault) as refused:
        loads(text)
    assert str(refused.value) == told


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a":{"a":[{"a":null}]},"b":{"a":1}}', {"a": {"a": [{"a": None}]}, "b": {"a": 1}}),
        (b'\xef\xbb\xbf{"\xc3\xa4":"\\u00e4\\ud83d\\ude00"}', {"ä": "ä😀"}),
        ('"\\\\ud800"', "\\ud800"),
        ('"\\u0000"', "\0"),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("[1.0,1e2,-0.0,-1,1E400]".replace("1E400", "1E300"), [1.0, 100.0, -0.0, -1, 1e300]),
        (" \t\r\n[ ] \n", []),
        ("9" * 4_300, int("9" * 4_300)),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, None),
    ],
)  # fmt: skip
def test_what_is_strict_json_is_read(text: str | bytes, value: Any) -> None:
    found = loads(text)
    if value is not None:
        assert found == value
        assert [type(item) for item in flat(found)] == [type(item) for item in flat(value)]


def flat(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [inner for item in value for inner in flat(item)]
    return [value]


def test_a_fault_survives_the_way_between_two_processes() -> None:
    fault = pickle.loads(pickle.dumps(JsonFault("expected ':'", 3, 4, "x")))  # noqa: S301 - our own bytes
    assert (fault.message, fault.line, fault.column, fault.near) == ("expected ':'", 3, 4, "x")
    assert isinstance(fault, ValueError)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
        max_leaves=12,
    ),
    st.booleans(),
)  # fmt: skip
def test_what_python_writes_is_read_back(value: Any, ascii_only: bool) -> None:
    assert loads(json.dumps(value, ensure_ascii=ascii_only)) == value
    assert loads(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


PIECES = [
    '"a"',
    '"b"',
    '"\\u0061"',
    '"\\ud800"',
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "1",
    "-",
    ".5",
    "e9",
    "null",
    "NaN",
    '"',
]


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_a_text_is_refused_exactly_when_a_strict_reading_refuses_it(text: str) -> None:
    if strictly_good(text):
        assert loads(text) == json.loads(text)
        return
    with pytest.raises(JsonFault) as refused:
        loads(text)
    assert 1 <= refused.value.column <= len(text) + 1


def strictly_good(text: str) -> bool:
    """Asked of the standard library alone."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) < len(pairs):
            raise ValueError
        return dict(pairs)

    def never(name: str) -> None:
        raise ValueError

    try:
        value = json.loads(text, object_pairs_hook=once, parse_constant=never)
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        return False
    return True
