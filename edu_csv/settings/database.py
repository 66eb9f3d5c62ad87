"""A database address, taken apart for Django."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = ("postgresql", "postgres")


def from_url(name: str, url: str) -> dict[str, Any]:
    """What ``DATABASES`` takes, from ``postgresql://user:password@host:port/database?sslmode=…``.

    name: the setting the address came from, for the refusal.
    """
    parts = urlsplit(url)
    database = unquote(parts.path.removeprefix("/"))
    if not database:
        raise ImproperlyConfigured(
            f"{name}: expected the name of a database at its end, such as {SCHEMES[0]}://host:5432/edu_csv."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
