"""The two stores: a folder behind the application's own door, and a bucket of a real S3 server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from edu_csv import storage
from tests.storage import servers


@pytest.fixture(scope="session")
def web_url() -> Iterator[str]:
    with servers.web_server() as url:
        yield url


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.S3Server]:
    with servers.s3_server(tmp_path_factory.mktemp("s3") / "buckets") as server:
        yield server


@pytest.fixture
def folder(settings: Settings, web_url: str, tmp_path: Path) -> Path:
    """Files go to the folder that is returned."""
    settings.S3_BUCKET = ""
    settings.FILES_DIR = tmp_path / "files"
    settings.PUBLIC_BASE_URL = web_url
    return tmp_path / "files"


@pytest.fixture
def bucket(settings: Settings, s3: servers.S3Server, tmp_path: Path) -> Iterator[servers.S3Server]:
    """Files go to an empty bucket of a real S3 server."""
    settings.FILES_DIR = tmp_path / "never-used"
    settings.S3_BUCKET = servers.BUCKET
    settings.S3_ENDPOINT_URL = s3.url
    settings.S3_PUBLIC_ENDPOINT_URL = ""
    settings.S3_REGION = "us-east-1"
    settings.S3_ACCESS_KEY = servers.ACCESS_KEY
    settings.S3_SECRET_KEY = servers.SECRET_KEY
    store = storage.current_store()
    yield s3
    for found in store.list_keys(""):
        store.delete(found.key)
    store.purge_unfinished(datetime.now(UTC))
