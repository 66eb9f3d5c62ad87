"""The clock of requests, and both stores."""

from __future__ import annotations

import pytest

from reporting import clock as clocks
from reporting import tasks
from tests.imports.harness import Tenant
from tests.reporting.requests.harness import Clock
from tests.storage.conftest import bucket, folder, s3, web_url

__all__ = ["bucket", "folder", "s3", "web_url"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stands still; what requests and our own links go by."""
    moved = Clock()
    monkeypatch.setattr(clocks, "now", moved)
    monkeypatch.setattr("edu_csv.storage.links.time.time", lambda: moved.at.timestamp())
    return moved


@pytest.fixture
def only_here(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hour strikes for this institution alone."""
    monkeypatch.setattr(tasks, "all_institutions", lambda: [tenant.pk])
