"""Folding: how texts are compared without case."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Composed, then case-folded: ``Stéphane`` and ``STÉPHANE`` meet, however the é was typed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
