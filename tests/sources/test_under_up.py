"""The one machine: a file put there by SFTP is imported and answered without anybody doing more."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.running import Running, manage, wait_until
from tests.sources.feeding import courses, zipped
from tests.sources.ssh import Client, make_key

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SET_UP = """
import json, sys
from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import system_actor
from imports.sources import manage
made = access.create_institution(name="Fjord", slug="fjord")
with tenancy.use_institution(made.pk):
    actor = system_actor(made.pk)
    source = manage.create(actor, manage.NewSource("Banner", "banner", "echovideo", action="create"))
    manage.add_key(actor, source, {key!r})
    print(json.dumps([source.login, manage.new_password(actor, source)]))
"""


class At:
    """Where a client finds the server that ``up`` runs."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port


@pytest.fixture
def folder() -> Iterator[Path]:
    found = Path(tempfile.mkdtemp(prefix="edu-csv-feeds-"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found, ignore_errors=True)


def test_a_package_by_key_and_one_by_password_are_answered_within_seconds(
    folder: Path, tmp_path: Path
) -> None:
    up = Running(folder / "data")
    try:
        line = make_key(tmp_path / "key")
        shown = manage(up.data_dir, "shell", "--verbosity", "0", "-c", SET_UP.format(key=line))
        assert shown.returncode == 0, shown.stderr
        login, password = json.loads(shown.stdout)
        at = At(tmp_path, up.sftp_port)
        by_key = Client(at, login, tmp_path, key=tmp_path / "key")
        by_password = Client(at, login, tmp_path, password=password)
        (tmp_path / "a.zip").write_bytes(zipped(courses__csv=courses("LAW1")))
        (tmp_path / "b.csv").write_bytes(courses("LAW2"))
        assert by_key.run("put a.zip incoming/").code == 0
        assert by_password.run("put b.csv incoming/").code == 0
        # Well within the minute of the sweep: the arrival itself, and the end of the import, wake it.
        wait_until(lambda: by_key.run("ls -1 processed").said.count(".log") == 2, 40)
        by_key.run("get processed/*-a.zip.log a.log")
        assert "1 (1 created)" in (tmp_path / "a.log").read_text()
    finally:
        up.stop()
