from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edu_csv import tenancy
from imports.sources import manage
from tests import database
from tests.imports.harness import Tenant
from tests.sources.feeding import Feed, new_feed
from tests.sources.ssh import Client, Server, make_key


@pytest.fixture
def feed(tenant: Tenant) -> Feed:
    """A source that sends files of EchoVideo, whose rows create."""
    return new_feed(tenant)


@pytest.fixture(scope="module")
def sftp_server(
    django_db_setup: None, addresses: database.Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server process on the test's database and files."""
    server = Server(tmp_path_factory.mktemp("sftp"), addresses.for_processes())
    yield server
    if server.process.poll() is None:
        server.process.kill()
        server.process.wait()


@pytest.fixture
def client(feed: Feed, sftp_server: Server, tmp_path: Path) -> Client:
    """OpenSSH's client with a key of the source."""
    line = make_key(tmp_path / "key")
    with tenancy.use_institution(feed.tenant.pk):
        manage.add_key(feed.tenant.actor, feed.source, line)
    return Client(sftp_server, feed.source.login, tmp_path, key=tmp_path / "key")
