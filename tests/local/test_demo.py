"""`manage.py demo`: a demo institution that is there once, however often it starts."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from edu_csv.local import demo
from tests.api.csv_data.published import (
    Site,
    ended,
    fetch_csv_imports,
    preview_a_csv_upload,
    upload_data_as_a_csv,
    void_a_csv_import,
)
from tests.local.running import Running, ask
from tests.reporting.door import prose
from tests.storage.servers import ACCESS_KEY, BUCKET, SECRET_KEY, s3_server

pytestmark = pytest.mark.timeout(300)

INSTITUTIONS = "__import__('edu_csv.access.services').access.services.all_institutions()"
KNOWS = "__import__('django.contrib.auth').contrib.auth.get_user_model().objects.get(email='{}').check_password('{}')"


@pytest.fixture(scope="module")
def started(open_folder: Path) -> Iterator[Running]:
    found = Running(open_folder / "demo", command="demo")
    yield found
    found.stop()


def test_log_ins_of_every_role_and_a_client_are_printed_and_work(started: Running) -> None:
    made = demo.read(started.data_dir)
    assert made is not None
    assert made.institution == 1
    assert len(made.accounts) == 6
    for email, password in made.accounts.items():
        assert f"{email:<32} {password}" in started.words()
        assert ask(started.data_dir, KNOWS.format(email, password)) == "True"
    assert f"key     {made.client_key}\n  secret  {made.client_secret}" in started.words()


def test_notes_of_passwords_are_for_their_owner_only(started: Running) -> None:
    assert stat.S_IMODE((started.data_dir / demo.FILE).stat().st_mode) == 0o600


def test_client_is_let_in_and_its_roster_is_loaded(started: Running) -> None:
    made = demo.read(started.data_dir)
    assert made is not None
    words = base64.b64encode(f"{made.client_key}:{made.client_secret}".encode()).decode()
    for noun in (
        "terms",
        "courses",
        "sections",
        "people",
        "enrollments",
        "organizations",
        "departments",
        "rooms",
        "schedules",
    ):
        status, found = started.get(f"/api/v1/{noun}", Authorization=f"Basic {words}")
        assert status == 200
        assert found["results"], noun


def test_its_templates_are_ready_and_their_examples_come_out_whole(started: Running) -> None:
    made = demo.read(started.data_dir)
    assert made is not None
    words = base64.b64encode(f"{made.client_key}:{made.client_secret}".encode()).decode()
    status, found = started.get("/api/v1/templates", Authorization=f"Basic {words}")
    assert status == 200
    assert [(each["name"], each["kind"], each["state"]) for each in found["results"]] == [
        ("Groups", "groups", "ready"),
        ("Video views", "xapi", "ready"),
    ]
    for template in found["results"]:
        # What its link leads to is what is sent back for a preview.
        example = requests.get(
            template["example_file_url"], auth=(made.client_key, made.client_secret), timeout=30
        )
        answer = requests.post(
            f"http://localhost:{started.port}/api/v1/templates/{template['id']}/preview",
            files={"file": ("example.csv", example.content, "text/csv")},
            auth=(made.client_key, made.client_secret),
            timeout=60,
        )
        assert (answer.status_code, answer.json()["failedRows"]) == (200, {})
        assert len(answer.json()["statements"]) == example.content.count(b"\n") - 1


def test_the_published_samples_of_the_csv_data_import_api_run_here(
    started: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = demo.read(started.data_dir)
    assert made is not None
    words = base64.b64encode(f"{made.client_key}:{made.client_secret}".encode()).decode()
    _, found = started.get("/api/v1/templates", Authorization=f"Basic {words}")
    [template] = [each for each in found["results"] if each["name"] == "Video views"]
    site = Site(f"http://127.0.0.1:{started.port}", made.institution, made.client_key, made.client_secret)
    sample = requests.get(
        f"{site.host}/api/v1/formats/watershed.{template['id']}/sample",
        auth=(site.key, site.secret),
        timeout=60,
    )
    (tmp_path / "my_csv.csv").write_bytes(sample.content.replace(b"\r\n", b"\n"))
    monkeypatch.chdir(tmp_path)

    previewed = preview_a_csv_upload(site, "Video views")
    assert (previewed.status_code, previewed.json()["failedRows"]) == (200, {})
    uploaded = upload_data_as_a_csv(site, "Video views")
    assert uploaded.status_code == 202, uploaded.text
    assert ended(site, uploaded.json())["state"] == "complete"
    everything, of_one = fetch_csv_imports(site, "Video views")
    for fetched in (everything, of_one):
        assert fetched.json()["results"][0]["id"] == uploaded.json()
    before = everything.json()["count"]
    voided = void_a_csv_import(site, uploaded.json())
    assert (voided.status_code, voided.content) == (200, b"")
    assert fetch_csv_imports(site, "Video views")[0].json()["count"] == before - 1


def test_something_takes_place_these_weeks_and_a_plan_that_clashes_waits(started: Running) -> None:
    ahead = (
        "(__import__('edu_csv.tenancy').tenancy.enter(1), __import__('edu_csv.roster.models').roster.models.Occurrence"
        ".objects.filter(ends_at__lt=__import__('datetime').datetime.now(__import__('datetime').UTC)"
        " + __import__('datetime').timedelta(days=8)).count())[1]"
    )
    assert int(ask(started.data_dir, ahead)) >= 5
    waiting = (
        "(__import__('edu_csv.tenancy').tenancy.enter(1), [(one.counts['created'], one.counts['failed']) for one in"
        " __import__('imports.models').models.Import.objects.filter(job__state='waiting')])[1]"
    )
    assert ask(started.data_dir, waiting) == "[(2, 1)]"


def walked(started: Running, folder: Path) -> dict[str, int]:
    """Rows of each report, fetched by a script that was written from the vendor's article alone."""
    made = demo.read(started.data_dir)
    assert made is not None
    script = prose.Script(
        f"http://127.0.0.1:{started.port}", made.client_key, made.client_secret, pause_seconds=0.3
    )
    today = datetime.now(UTC).date()
    return prose.walk(script, str(today - timedelta(days=7)), str(today), folder)


def test_a_script_for_the_reporting_api_walks_the_whole_way(started: Running, tmp_path: Path) -> None:
    rows = walked(started, tmp_path)
    assert all(rows.values()), rows
    assert len(list(tmp_path.iterdir())) == 9


@pytest.mark.slow
def test_the_same_script_walks_it_with_files_in_a_bucket(open_folder: Path, tmp_path: Path) -> None:
    with s3_server(tmp_path / "buckets") as store:
        settings = {
            "S3_BUCKET": BUCKET,
            "S3_ENDPOINT_URL": store.url,
            "S3_ACCESS_KEY": ACCESS_KEY,
            "S3_SECRET_KEY": SECRET_KEY,
        }
        with_bucket = Running(open_folder / "bucket", command="demo", settings=settings)
        (tmp_path / "fetched").mkdir()
        try:
            rows = walked(with_bucket, tmp_path / "fetched")
            assert all(rows.values()), rows
            # The links led to the store itself.
            assert len(list((store.folder / BUCKET / "reports").rglob("*.csv.gz"))) == 8
            assert not (with_bucket.data_dir / "files").exists()
        finally:
            with_bucket.stop()


# For each report of the last seven complete days: how many rows, and bars of each chart.
REPORTED = """
from datetime import UTC, datetime, timedelta
from edu_csv import tenancy
from edu_csv.access.policy import EVERYWHERE
from reporting.reports import reports
from reporting.steps.complete import complete_through
from reporting.steps.preview import draw, preview
from reporting.steps.select import Asked
tenancy.enter(1)
end = complete_through(datetime.now(UTC)) + timedelta(days=1)
found = {}
for name, report in reports().items():
    dates = (end - timedelta(days=7), end) if report.takes_dates else (None, None)
    asked = Asked(report, 1, EVERYWHERE, *dates)
    found[name] = [len(preview(asked)), *(len(draw(asked, chart)) for chart in report.charts)]
"""


def test_each_report_and_chart_has_something_to_say(started: Running) -> None:
    question = (
        f"(lambda space: (exec({REPORTED!r}, space), __import__('json').dumps(space['found']))[1])({{}})"
    )
    found = json.loads(ask(started.data_dir, question))
    assert len(found) == 8
    assert all(min(numbers) > 0 for numbers in found.values()), found


@pytest.mark.slow
def test_second_start_shows_the_same_log_ins_and_makes_nothing_twice(started: Running) -> None:
    assert started.stop() == 0
    again = Running(started.data_dir, command="demo")
    try:
        listed = started.words().partition("Log-ins:")[2].replace("Stopping …\n", "")
        assert again.words().partition("Log-ins:")[2] == listed
        assert ask(started.data_dir, INSTITUTIONS) == "[1]"
    finally:
        again.stop()


@pytest.mark.slow
def test_lost_notes_give_new_passwords_to_the_same_accounts(started: Running) -> None:
    before = demo.read(started.data_dir)
    (started.data_dir / demo.FILE).unlink()
    again = Running(started.data_dir, command="demo")
    try:
        after = demo.read(started.data_dir)
        assert before is not None
        assert after is not None
        assert after.institution == before.institution
        assert after.accounts.keys() == before.accounts.keys()
        email, password = next(iter(after.accounts.items()))
        assert ask(started.data_dir, KNOWS.format(email, password)) == "True"
        assert ask(started.data_dir, KNOWS.format(email, before.accounts[email])) == "False"
    finally:
        again.stop()
