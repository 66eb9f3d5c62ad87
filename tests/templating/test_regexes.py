"""Regular expressions cannot run away (csv data import 1.5)."""

from __future__ import annotations

import time

import pytest

from edu_csv.templating import RowFault
from tests.templating.saying import fault_in, worth

RUNAWAYS = [
    r"^(a+)+$",
    r"(a|a)*$",
    r"(a|aa)+$",
    r"(.*a){20}",
    r"(a*)*b",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(x+x+)+y",
    r"((a?){30}){15}b",
    r"(.*?){100}z",
    r".*.*.*.*.*=.*",
]


@pytest.mark.parametrize("pattern", RUNAWAYS)
@pytest.mark.parametrize("value", ["a" * 4_095 + "!", "ab" * 2_048, "x" * 4_096])
def test_a_pattern_that_takes_others_years_is_through_at_once(pattern: str, value: str) -> None:
    started = time.thread_time()
    try:
        worth(f'{{{{regexReplace columns.A "{pattern}" "-"}}}}', {"A": value})
    except RowFault as fault:
        # What takes long although it cannot run away fails its row.
        assert fault.message == "regexReplace: the pattern takes longer than 50 ms."  # noqa: PT017  # it may also be quick enough
    assert time.thread_time() - started < 10


def test_a_value_has_4096_characters_at_most() -> None:
    asked = '{{regexReplace columns.A "a" "b"}}'
    assert worth(asked, {"A": "a" * 4_096}) == "b" * 4_096
    with pytest.raises(RowFault) as failed:
        worth(asked, {"A": "a" * 4_097})
    assert failed.value.message == 'regexReplace: the value has more than 4,096 characters (column "A").'


@pytest.mark.parametrize("pattern", ["(?=a)b", "(?!a)b", "(?<=a)b", "(?<!a)b", "(?>a+)b", r"(a)\1", "a++b"])
def test_what_could_run_away_is_refused_when_the_template_is_saved(pattern: str) -> None:
    fault = fault_in(f'{{{{regexReplace columns.A "{pattern}" "-"}}}}')
    assert fault.code == "bad_argument"
    assert fault.message == (
        f'regexReplace: "{pattern}" is no usable pattern: looking around, references back and possessive '
        "repeats are not offered, since they can run away."
    )


@pytest.mark.parametrize("pattern", ["a" * 1_001, r"((((\pL{99}){9}){9}){9})", "(", "[z-a]", "a{2,1}"])
def test_a_pattern_that_is_none_is_refused(pattern: str) -> None:
    assert fault_in(f'{{{{regexReplace columns.A "{pattern}" "-"}}}}').code == "bad_argument"


def test_a_pattern_from_a_cell_fails_its_row_only() -> None:
    with pytest.raises(RowFault, match="is no usable pattern"):
        worth('{{regexReplace "a" columns.P "-"}}', {"P": "(?=a)"})
    assert worth('{{regexReplace "a" columns.P "-"}}', {"P": "[a-c]"}) == "-"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("$2", "the pattern has no group 2"),
        ("${no}", 'the pattern has no group called "no"'),
        ("$", 'a "$" that stands for itself is written "\\$"'),
        ("x" * 1_001, "a replacement has at most 1,000 characters"),
    ],
)
def test_a_replacement_names_groups_that_exist(written: str, message: str) -> None:
    with pytest.raises(RowFault) as failed:
        worth('{{regexReplace "a" "(a)" columns.R}}', {"R": written})
    assert failed.value.message == f'regexReplace: {message} (column "R").'


def test_digits_and_words_are_those_of_ascii_as_in_java() -> None:
    assert worth(r'{{regexReplace "٣3" "\d" "-"}}') == "٣-"
    assert worth(r'{{regexReplace "éa" "\w" "-"}}') == "é-"
    assert worth(r'{{regexReplace "éa" "\pL" "-"}}') == "--"
