"""The secret of a webhook, and what is signed with it.

The secret is not kept: it is reckoned from SECRET_KEY and a random seed, which is. So whoever reads the database, or a
copy of it, has none (docs/decisions/webhooks.md). Its SHA-256 is kept beside the seed, to tell which of SECRET_KEY and
SECRET_KEY_FALLBACKS it was made with.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from edu_csv.errors import EduCsvError

PREFIX = "whsec_"
SALT = "edu_csv.reporting.webhook"

DELIVERY = "Edu-CSV-Delivery"
TIMESTAMP = "Edu-CSV-Timestamp"
SIGNATURE = "Edu-CSV-Signature"


class SecretLost(EduCsvError):
    """No key of this site makes the secret any more: SECRET_KEY was changed and its former value is not among the
    SECRET_KEY_FALLBACKS."""

    def __str__(self) -> str:
        return (
            "The secret of this address is lost since the site's key was changed. Give the address a new one."
        )


def new_seed() -> tuple[str, str, str]:
    """(seed, secret, SHA-256 of the secret): the first and the last are kept, the secret is shown once."""
    seed = secrets.token_hex(32)
    secret = _made(seed, settings.SECRET_KEY)
    return seed, secret, _sha256(secret)


def secret_of(seed: str, sha256: str) -> str:
    """The secret again. Raises SecretLost."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        secret = _made(seed, key)
        if hmac.compare_digest(_sha256(secret), sha256):
            return secret
    raise SecretLost


def headers(secret: str, delivery: UUID, body: bytes, at: datetime) -> dict[str, str]:
    """What a notice carries beside its body."""
    timestamp = str(int(at.timestamp()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "edu-csv",
        DELIVERY: str(delivery),
        TIMESTAMP: timestamp,
        SIGNATURE: signature(secret, timestamp, body),
    }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """``v1=`` and the HMAC-SHA256 of ``<timestamp>.<body>`` in hexadecimal; the key is the secret as it is shown."""
    signed = timestamp.encode() + b"." + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _made(seed: str, key: str | bytes) -> str:
    digest = salted_hmac(SALT, seed, secret=key, algorithm="sha256").digest()
    return PREFIX + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
