"""Folding: how texts are compared without case."""

from __future__ import annotations

import unicodedata

# All that ``str.isspace`` knows, as SQL: ``btrim`` alone knows blanks only.
BLANKS = "'" + "".join(chr(each) for each in range(0x3001) if chr(each).isspace()) + "'"


def fold(text: str) -> str:
    """Composed, then case-folded: ``Stéphane`` and ``STÉPHANE`` meet, however the é was typed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
