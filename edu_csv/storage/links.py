"""Signed, expiring links of our own, for the store that is a folder.

A link carries what it allows, signed by HMAC-SHA256 with SECRET_KEY (and checked against
SECRET_KEY_FALLBACKS, so a key can be changed without breaking links that still live). A link to
download is no link to upload: they are signed with different salts.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from django.core.signing import BadSignature, Signer

from edu_csv.errors import EduCsvError


class LinkExpired(EduCsvError):
    """The signature is ours and its time is over."""


class LinkForged(EduCsvError):
    """Not a link we signed, or changed since; which part is wrong stays unsaid."""


@dataclass(frozen=True, slots=True)
class Download:
    """Leave to read one file. expires_at: seconds since 1970."""

    key: str
    filename: str
    content_type: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class PartPermit:
    """Leave to send one part of a direct upload, of exactly ``size_bytes``."""

    key: str
    upload: str
    number: int
    size_bytes: int
    expires_at: int


def expiry(seconds: int) -> int:
    """When a link made now for so many seconds ends, in seconds since 1970."""
    return int(time.time()) + seconds


def sign(permit: Download | PartPermit) -> str:
    """The token that stands for ``permit`` in a link; readable by its holder, not changeable."""
    return _signer(type(permit)).sign_object(asdict(permit))


def read_download(token: str) -> Download:
    """Raises LinkForged or LinkExpired."""
    return Download(**_read(Download, token))


def read_part(token: str) -> PartPermit:
    """Raises LinkForged or LinkExpired."""
    return PartPermit(**_read(PartPermit, token))


def _read(kind: type[Download | PartPermit], token: str) -> dict[str, Any]:
    try:
        fields: dict[str, Any] = _signer(kind).unsign_object(token)
    except BadSignature:
        raise LinkForged("This link is not valid") from None
    if time.time() >= fields["expires_at"]:
        raise LinkExpired("This link has expired")
    return fields


def _signer(kind: type[Download | PartPermit]) -> Signer:
    # "." is in no base64 alphabet and needs no escape in a path.
    return Signer(sep=".", salt=f"edu_csv.storage.{kind.__name__}")
