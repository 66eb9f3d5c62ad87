"""What every test stands on: a database, its roles, and a folder for files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from edu_csv import tenancy
from tests import database

pytest_plugins = ["tests.tenants"]

# A change is judged by the same examples each time, or it would be refused for what it has not touched.
# What no one has thought of yet is looked for by `make test-all`, at random.
hypothesis.settings.register_profile("same", derandomize=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# Files that take minutes by themselves: begun first, so that no process is left alone with one at the end.
LONG = ("tests/local/", "tests/browser/", "tests/sources/", "tests/imports/test_cases.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument: gzip and zip write the time, and each process must find the same names."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session", autouse=True)
def files_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the run stores its files; nothing of a test gets into the machine's own folder."""
    settings.FILES_DIR = tmp_path_factory.mktemp("files")
    return Path(settings.FILES_DIR)


@pytest.fixture(scope="session")
def addresses() -> Iterator[database.Addresses]:
    with database.available() as found:
        yield found


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    addresses: database.Addresses,
    files_folder: Path,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """Make the test database as its owner, then step down to the application for all tests."""
    settings.DATABASE_OWNER_URL = addresses.owner
    settings.DATABASE_URL = settings.DATABASE_DIRECT_URL = addresses.application
    role = settings.DATABASE_ROLE
    with django_db_blocker.unblock():
        made_as = dict(settings.DATABASES["default"])
        addresses.use(addresses.owner, "")
        connections["default"].settings_dict["NAME"] = database.own_name(made_as["NAME"])
        made = setup_databases(
            verbosity=request.config.option.verbose - 1,
            interactive=False,
            # --create-db with --reuse-db: made anew, and kept.
            keepdb=django_db_keepdb and not django_db_createdb,
        )
        addresses.use(addresses.application, role)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        addresses.use(addresses.owner, "")
        if not django_db_keepdb:
            teardown_databases(made, verbosity=0)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database without a transaction around the test, for what others are to see.

    Nothing is rolled back and nothing emptied: such a test makes an institution of its own.
    """
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture
def process_environment(django_db_setup: None, addresses: database.Addresses) -> dict[str, str]:
    """Settings for a worker or web process of its own; goes with ``committed``."""
    database.prepare_queue(addresses)
    return addresses.for_processes()


@pytest.fixture(autouse=True)
def no_institution() -> Iterator[None]:
    """Every test begins and ends outside of any institution."""
    tenancy.current.set(None)
    yield
    tenancy.current.set(None)
