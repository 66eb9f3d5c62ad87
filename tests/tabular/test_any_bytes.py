"""Whatever the bytes are, the reader reads them or refuses them with a sentence."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edu_csv.tabular import FAULT_CODES, REFUSAL_CODES, Limits, TableRefused, sniff_head
from tests.tabular.reading import read, zipped
from tests.tabular.workbooks import inline, shared, sheet, styles, workbook_parts

PARTS = workbook_parts(
    {
        "S": sheet(
            inline(1, "a", "b"),
            '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" s="1"><v>46266</v></c></row>',
        )
    },
    style=styles(0, "yyyy"),
    strings=shared("<t>x</t>"),
)
CSV = 'a,b\r\n1,"two\r\nlines"\r\n\r\nStéphane,4\r\n'.encode()
SAMPLES = [
    CSV,
    CSV.decode().encode("utf-16"),
    gzip.compress(CSV),
    zipped({"a.csv": CSV}),
    zipped({"a.csv": CSV}, method=0),
    zipped(PARTS),
    zipped(PARTS, method=0),
]
LIMITS = Limits(unpacked_bytes=100_000, columns=20, cell_chars=50, record_chars=120, rows=30)


def _read_or_refused(data: bytes, limits: Limits) -> None:
    try:
        found = read(data, limits=limits, size=3)
    except TableRefused as error:
        _check_words(error)
    else:
        # ``read`` has compared every row with the header; here: no row is lost, none comes twice.
        numbers = sorted([*found.rows, *found.blanks, *(fault.row for fault in found.faults)])
        first = found.table.header_row + 1
        assert numbers == list(range(first, first + len(numbers)))
        for fault in found.faults:
            assert fault.code in FAULT_CODES
            assert str(fault)
            "".join(fault.cells).encode()


def _check_words(refused: TableRefused) -> None:
    assert refused.code in REFUSAL_CODES
    assert refused.code == "unclosed_quote" or refused.detail.endswith(".")
    assert refused.hint.endswith(".")


def _sniffed_or_refused(data: bytes) -> None:
    try:
        head = sniff_head(data)
    except TableRefused as error:
        _check_words(error)
    else:
        assert head.kind is not None or head.header is None


@given(st.binary(max_size=400))
def test_random_bytes(data: bytes) -> None:
    _read_or_refused(data, LIMITS)
    _sniffed_or_refused(data)


@given(
    st.text(alphabet=st.sampled_from('a1,;|\t"\r\n\0é\ufeff='), max_size=300),
    st.sampled_from(["utf-8", "cp1252", "utf-16"]),
)
def test_random_tables(text: str, encoding: str) -> None:
    _read_or_refused(text.encode(encoding, "replace"), LIMITS)


spoilings = st.lists(
    st.tuples(st.floats(min_value=0, max_value=1, exclude_max=True), st.integers(min_value=0, max_value=255)),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("sample", SAMPLES)
@given(spoilings)
def test_good_files_with_some_bytes_changed(sample: bytes, spoilings: list[tuple[float, int]]) -> None:
    data = bytearray(sample)
    for place, value in spoilings:
        data[int(place * len(data))] = value
    _read_or_refused(bytes(data), Limits())
    _sniffed_or_refused(bytes(data))


@pytest.mark.parametrize("sample", SAMPLES)
def test_good_files_cut_short(sample: bytes) -> None:
    for end in range(0, len(sample), 7):
        _read_or_refused(sample[:end], Limits())
        _sniffed_or_refused(sample[:end])


parts = st.dictionaries(
    st.sampled_from(sorted(PARTS)),
    st.text(alphabet='<>/ row c v t="s1"AB&;', max_size=60).map(str.encode),
    max_size=2,
)


@given(parts)
def test_workbooks_with_senseless_parts(parts: dict[str, bytes]) -> None:
    _read_or_refused(zipped({**PARTS, **parts}), LIMITS)
