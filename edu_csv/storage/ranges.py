"""The Range header of HTTP (RFC 9110, section 14), as far as one file in one piece needs it."""

from __future__ import annotations

import re
from dataclasses import dataclass

ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


class RangeNotSatisfiable(Exception):
    """The range asked for has no byte of the file."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """From byte ``first`` to byte ``last``, both included, counted from 0."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def requested_range(header: str, size_bytes: int) -> ByteRange | None:
    """The one range that ``header`` asks for; None when the whole file is the answer.

    A header that is malformed, of another unit, or asks for several ranges is ignored, as the RFC
    allows. Raises RangeNotSatisfiable.
    """
    found = ONE_RANGE.fullmatch(header.strip())
    if found is None:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:  # the last so many bytes
        length = min(int(last), size_bytes)
        if not length:
            raise RangeNotSatisfiable
        return ByteRange(size_bytes - length, size_bytes - 1)
    if last and int(last) < int(first):
        return None
    if int(first) >= size_bytes:
        raise RangeNotSatisfiable
    return ByteRange(int(first), min(int(last), size_bytes - 1) if last else size_bytes - 1)
