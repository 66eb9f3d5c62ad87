"""What a Range header asks of a file of ten bytes."""

from __future__ import annotations

import pytest

from edu_csv.storage.ranges import ByteRange, RangeNotSatisfiable, requested_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", ByteRange(0, 0)),
        ("bytes=2-5", ByteRange(2, 5)),
        ("bytes=9-", ByteRange(9, 9)),
        ("bytes=0-999999999999999999", ByteRange(0, 9)),
        ("bytes=-1", ByteRange(9, 9)),
        ("bytes=-99", ByteRange(0, 9)),
        (" bytes=1-2 ", ByteRange(1, 2)),
    ],
)
def test_one_range_is_understood(header: str, expected: ByteRange) -> None:
    assert requested_range(header, 10) == expected


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-2",
        "bytes=a-b",
        "bytes=0-1,4-5",
        "rows=0-1",
        "bytes=+1-2",
        "bytes=٣-٤",
        "bytes=0-" + "9" * 5_000,
    ],
)
def test_what_is_no_range_of_ours_gets_the_whole_file(header: str) -> None:
    assert requested_range(header, 10) is None


@pytest.mark.parametrize(
    ("header", "size_bytes"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-5", 0)]
)
def test_a_range_without_a_byte_cannot_be_satisfied(header: str, size_bytes: int) -> None:
    with pytest.raises(RangeNotSatisfiable):
        requested_range(header, size_bytes)
