"""``more``: the address of the next page, which carries what was asked and where to go on, signed.

Nothing is kept for it, and it is good for 24 hours (xapi.md 5.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing

from edu_csv.access.api.problems import bad_field

MORE = "more"
LIFETIME = timedelta(hours=24)
SALT = "edu_csv.activity.more"


@dataclass(frozen=True, slots=True)
class Position:
    """The last statement of a page: when it was stored, and its number in the order of storing."""

    stored: datetime
    seq: int


def signed(institution: int, parameters: dict[str, str], position: Position) -> str:
    """What stands behind ``?more=``: letters, digits, ``-``, ``_`` and ``:``."""
    told = [institution, parameters, position.stored.isoformat(), position.seq]
    return signing.dumps(told, salt=SALT, compress=True)


def read(institution: int, text: str) -> tuple[dict[str, str], Position]:
    """The parameters of the first page, and where to go on. Raises Refusal 400 for what is not ours any more."""
    try:
        told: Any = signing.loads(text, salt=SALT, max_age=LIFETIME)
    except signing.SignatureExpired:
        raise bad_field(
            MORE, "expired", "This `more` is older than 24 hours. Ask for the first page again."
        ) from None
    except signing.BadSignature:
        told = None
    if told is None or told[0] != institution:
        raise bad_field(MORE, "bad_more", "This `more` is none of ours. Follow `more` of an answer as it is.")
    _, parameters, stored, seq = told
    return parameters, Position(datetime.fromisoformat(stored), seq)
