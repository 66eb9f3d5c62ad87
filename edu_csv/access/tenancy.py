"""Moved to edu_csv.tenancy, below jobs; this name goes when nobody uses it any more."""

from __future__ import annotations

from edu_csv.tenancy import current, enter, install, on_connect, use_institution

__all__ = ["current", "enter", "install", "on_connect", "use_institution"]
