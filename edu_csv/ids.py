"""Time-ordered ids (RFC 9562, version 7), and the family of ids that one import hands out."""

from __future__ import annotations

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A new id; ids made later sort later, to the millisecond."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76
    value |= (random >> 62 & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=value)


def object_prefix(job: UUID, kind: int) -> str:
    """The first 24 hexadecimal digits of the ids of all objects of one kind that a job makes.

    The last eight digits are the row, so an id is known from the job and the row alone: a plan
    made again hands out the same ids, they ascend with the rows (a sorted INSERT), and all
    objects of one job stand side by side in the primary key. Time, version and 30 random bits
    are the job's; the kind (an object type, 0–255) takes the place of 8 of its random bits.
    """
    digits = job.hex
    return digits[:16] + digits[16] + digits[17:22] + f"{kind & 0xFF:02x}"


def object_id(job: UUID, kind: int, row: int) -> UUID:
    """The id that ``job`` gives to the object of this kind made by this row."""
    return UUID(object_prefix(job, kind) + f"{row & 0xFFFF_FFFF:08x}")
