"""The shell examples of the docs, run as they stand against a real server and worker."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.roles import Role
from imports.templates import gallery, manage
from tests.browser.serving import Worker, web
from tests.imports.harness import Tenant

ROOT = Path(settings.BASE_DIR)
SHELL_BLOCKS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)

Run = Callable[[str], subprocess.CompletedProcess[str]]


def examples(page: str) -> str:
    """The shell blocks of a page that speak to the API, in order."""
    blocks: list[str] = SHELL_BLOCKS.findall((ROOT / page).read_text())
    return "\n".join(block for block in blocks if "curl" in block)


@pytest.fixture
def run(loaded: Tenant, tmp_path: Path) -> Iterator[Run]:
    """Runs a script as an API client of an institution that has the samples; any refusal fails."""
    with tenancy.use_institution(loaded.pk):
        client = access.create_api_client(institution=loaded.pk, name="SIS", role=Role.INTEGRATION)
        # As in the demo.
        views = gallery.entries()["video_views"]
        manage.make_ready_made(loaded.actor, views, views.name, "https://lecture.fjord.example")
    programs = tmp_path / "bin"
    programs.mkdir()
    curl = programs / "curl"
    curl.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name("curl.py")} "$@"\n')
    curl.chmod(0o755)
    with web() as address, Worker(loaded.pk):
        environment = os.environ | {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "EDU": address,
            "ORG": str(loaded.pk),
            "KEY": client.key,
            "SECRET": client.secret,
        }

        def script(text: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                ["/bin/bash", "-euo", "pipefail", "-c", text],
                cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip

        yield script


def test_the_examples_of_the_api_run_in_order(run: Run, tmp_path: Path) -> None:
    done = run(examples("docs/api.md"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "upload.csv").read_bytes() == (tmp_path / "terms.csv").read_bytes()
    assert b"_outcome" in (tmp_path / "results.csv").read_bytes().splitlines()[0]
    assert (tmp_path / "failed.csv").read_bytes().count(b"\n") == 1, "no row failed: the header alone"
    with gzip.open(tmp_path / "sections.csv.gz", "rt") as sections:
        assert sections.read().count("S-OCE210-31A-0") == 2


def test_the_examples_of_the_statements_endpoint_run_in_order(run: Run) -> None:
    script = examples("docs/xapi.md").replace("export EDU=http://localhost:8000 KEY=ek_... SECRET=...\n", "")
    done = run(script)
    assert done.returncode == 0, done.stderr
    about, sent, listed, voiding, voided = map(json.loads, done.stdout.splitlines())
    assert about == {"version": ["1.0.3"], "extensions": {}}
    assert sent == [each["id"] for each in listed["statements"]] == [voided["id"]]
    assert len(voiding) == 1


def test_the_examples_of_the_csv_data_import_api_run_in_order(run: Run) -> None:
    given = "export EDU=http://localhost:8000 ORG=1 KEY=ek_... SECRET=...\n"
    script = examples("docs/csv-data-import.md")
    assert given in script
    done = run(script.replace(given, ""))
    assert done.returncode == 0, done.stderr
    previewed, listed = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    [found] = listed["results"]
    assert found["state"] == "complete"
    assert found["allStatementIds"] == [row[0]["id"] for row in previewed["statements"].values()]


def test_the_examples_of_the_reporting_api_run_in_order(run: Run, tmp_path: Path) -> None:
    given = "export EDU=http://localhost:8000 KEY=ek_... SECRET=...\n"
    script = examples("docs/reporting.md")
    assert given in script
    done = run(script.replace(given, ""))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith('"VideoId","VideoName",')
    with gzip.open(tmp_path / "videoview.csv.gz", "rt") as views:
        assert views.readline().count(",") == 13


def test_the_python_example_of_the_reporting_api_runs_too(run: Run) -> None:
    [program] = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs/reporting.md").read_text(), re.M | re.S)
    values = 'os.environ["EDU"], os.environ["KEY"], os.environ["SECRET"]'
    for old, new in {
        '"http://localhost:8000", "ek_...", "..."': values,
        "sleep(30 if": "sleep(0.1 if",
    }.items():
        assert old in program
        program = program.replace(old, new)
    done = run(f"{sys.executable} - <<'END'\nimport os\n{program}\nEND")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("0 rows; complete through 20")


def test_the_example_of_activity_runs(run: Run) -> None:
    script = examples("docs/activity.md").replace("EDU=http://localhost:8000/", "EDU=$EDU/")
    done = run(script)
    assert done.returncode == 0, done.stderr
    received = json.loads(done.stdout.splitlines()[-1])
    assert (received["format"], received["action"]) == ("activity.presentations", "create")


def test_an_example_that_is_refused_fails(run: Run) -> None:
    done = run('curl -sS -u "$KEY:wrong" "$EDU/api/v1/formats"')
    assert (done.returncode, "401" in done.stderr) == (22, True)


def test_the_example_of_the_readme_runs(run: Run) -> None:
    script = examples("README.md").replace("EDU=http://localhost:8000/", "EDU=$EDU/")
    done = run(script)
    assert done.returncode == 0, done.stderr
    assert "Autumn 2031" in done.stdout.splitlines()[-1]
