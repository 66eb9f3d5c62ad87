"""What reporting keeps."""

from __future__ import annotations

from reporting.models.requests import ReportRequest

__all__ = ["ReportRequest"]
