"""A link is a secret until it expires, so no log keeps one."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from edu_csv import storage
from edu_csv.storage.redaction import HideLinks, hide_links
from tests.storage.contract import KEY
from tests.storage.servers import S3Server


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """A handler with the filter, on the root logger's way; yields what it wrote."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(HideLinks())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        yield written
    finally:
        logger.removeHandler(handler)


def test_a_refused_request_is_logged_without_its_link(folder: Path, log: io.StringIO) -> None:
    storage.put(KEY, iter([b"x"]))
    url = storage.signed_url(KEY, lifetime=timedelta(hours=1))
    token = url.rpartition("/files/")[2].partition("/")[0]

    assert Client().get(url[url.index("/files/") :], headers={"Range": "bytes=5-"}).status_code == 416

    assert "/files/…" in log.getvalue()
    assert token not in log.getvalue()


def test_the_line_of_an_access_log_keeps_its_arguments() -> None:
    record = logging.makeLogRecord(
        {"msg": '%s - "%s %s HTTP/%s" %d', "args": ("127.0.0.1", "GET", "/files/abc.def?x=1", "1.1", 200)}
    )

    assert HideLinks().filter(record)

    assert record.getMessage() == '127.0.0.1 - "GET /files/… HTTP/1.1" 200'


def test_a_link_to_s3_loses_its_signature(bucket: S3Server) -> None:
    url = storage.signed_url(KEY, lifetime=timedelta(hours=1))

    hidden = hide_links(f"redirected to {url} at once")

    assert url.partition("X-Amz-Signature=")[2] not in hidden
    assert hidden.endswith("X-Amz-Signature=… at once")


def test_the_logs_of_the_project_go_through_the_filter() -> None:
    logging_settings: dict[str, Any] = settings.LOGGING
    handlers = logging_settings["handlers"].values()

    assert handlers
    assert all("hide_links" in handler["filters"] for handler in handlers)
    assert logging_settings["filters"]["hide_links"] == {"()": "edu_csv.storage.redaction.HideLinks"}
