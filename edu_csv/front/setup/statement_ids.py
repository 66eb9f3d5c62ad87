"""The address with which ids in statements begin: one that the institution controls (xapi.md X-62, 8.2)."""

from __future__ import annotations

from urllib.parse import urlsplit

from edu_csv.access.models import Institution
from edu_csv.activity import xapi

LONGEST = 200


class NoAddress(ValueError):
    """It is none; args: the sentence for people."""


def read(text: str) -> str:
    """ "https://Lecture.example.edu/" as it is kept, without a slash at its end; blank stays blank. Raises NoAddress."""
    text = text.strip().rstrip("/")
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
        parts.port  # noqa: B018  # raises for what is no port
    except ValueError:
        is_whole = False
    if not is_whole or not xapi.is_iri(text) or "?" in text or "#" in text:
        raise NoAddress(f"Expected an address such as https://lecture.fjord.example, got “{text[:80]}”.")
    if len(text) > LONGEST:
        raise NoAddress(f"Expected {LONGEST} characters at most, got {len(text)}.")
    return text.replace(parts.netloc, parts.netloc.lower(), 1)


def effect(institution: Institution, wanted: str) -> list[str]:
    """What it would do, a sentence each."""
    then = Institution(xapi_base=wanted).statements_base
    return [
        (
            "Ids of videos, polls and people in statements that templates of the gallery make will begin with"
            f" {then}; now they begin with {institution.statements_base}."
        ),
        "Statements that are stored keep their ids. The same events sent again get others, and count as new.",
    ]
