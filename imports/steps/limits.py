"""How much an upload may ask of us, by the settings."""

from __future__ import annotations

from django.conf import settings

from edu_csv.tabular import Limits


def limits() -> Limits:
    """Of one table."""
    return Limits(unpacked_bytes=settings.MAX_UNPACKED_BYTES, rows=settings.MAX_ROWS)


def package_limits() -> Limits:
    """Of a package, and of each of its files (d2l D-25)."""
    return Limits(unpacked_bytes=settings.MAX_PACKAGE_UNPACKED_BYTES, rows=settings.MAX_ROWS)
