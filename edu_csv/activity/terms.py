"""Terms as the store keeps them: salted, so that one index serves all institutions without mixing them.

The index over ``terms`` knows nothing of institutions. Without a salt the list of a verb would be that of all
institutions together, and a small one would read through a large one's.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b


def salt_of(institution: int) -> int:
    """64 bits, signed; the same for ever, since stored terms were made with it."""
    return signed(blake2b(f"edu_csv.activity:{institution}".encode(), digest_size=8).digest())


def signed(digest: bytes) -> int:
    return int.from_bytes(digest, signed=True)


def salted(institution: int, terms: Iterable[int]) -> list[int]:
    """Terms as they stand in the table. Salting twice gives back what was there."""
    salt = salt_of(institution)
    return [each ^ salt for each in terms]


def client_term(client: int) -> int:
    """The term of all that one credential has sent, for credentials that read no more than that."""
    return signed(blake2b(f"client\0{client}".encode(), digest_size=8).digest())
