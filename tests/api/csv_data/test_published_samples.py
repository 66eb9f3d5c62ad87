"""The published samples, sent by ``requests`` to a server that runs, with a worker beside it.

The page's alternatives (pandas, one address or two) stand where they lead to other bytes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from pytest_django import DjangoDbBlocker

from tests.api.csv_data.callers import VIEWS, Script, add_template, new_script
from tests.api.csv_data.published import (
    TEMPLATE,
    Site,
    ended,
    fetch_csv_imports,
    preview_a_csv_upload,
    upload_data_as_a_csv,
    void_a_csv_import,
)
from tests.browser.serving import Worker, web


@dataclass(frozen=True)
class OwnSite(Site):
    script: Script


@pytest.fixture(scope="module")
def host(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with django_db_blocker.unblock(), web() as address:
        yield address


@pytest.fixture
def site(host: str, committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnSite]:
    """A server, a worker, and the folder with ``my_csv.csv`` that the samples read."""
    script = new_script()
    add_template(script.tenant, TEMPLATE, revision="1")
    (tmp_path / "my_csv.csv").write_bytes(VIEWS.encode())
    monkeypatch.chdir(tmp_path)
    with Worker(script.tenant.pk):
        yield OwnSite(host, script.tenant.pk, script.key, script.secret, script)


def test_upload(site: OwnSite) -> None:
    r = upload_data_as_a_csv(site)
    assert r.status_code == 202, r.text
    assert r.json() == int(r.text)
    assert r.headers["Content-Type"] == "application/json"
    job = ended(site, r.json())
    assert (job["state"], job["rowCount"], job["failedRowCount"]) == ("completeWithErrors", 2, 1)


def test_upload_with_the_size_that_the_system_says(site: OwnSite) -> None:
    """Reading a file as text turns CRLF into LF; ``os.path.getsize`` goes with the bytes."""
    ## Alternatively use the os module to get the file size:
    filesize = os.path.getsize("my_csv.csv")  # noqa: PTH202  # as it is published
    with open("my_csv.csv", "rb") as infile:  # noqa: PTH123  # as it is published
        files = {"file": ("my_csv.csv", infile.read())}
    url = f"{site.host}/api/organizations/{site.org}/csv-import?template={TEMPLATE}&fileSize={filesize}"
    auth = (site.key, site.secret)
    assert requests.post(url, auth=auth, files=files, timeout=1200).status_code == 202
    # The page's two ways mixed, on a file with CRLF: 127 bytes on disk, 124 in the text.
    with open("my_csv.csv", "r") as text:  # noqa: PTH123, UP015  # as it is published
        as_text = {"file": ("my_csv.csv", text.read())}
    mixed = requests.post(url, auth=auth, files=as_text, timeout=1200)
    assert (mixed.status_code, mixed.json()["message"]) == (400, "fileSize says 127 bytes, the file has 124.")


def test_preview(site: OwnSite) -> None:
    r = preview_a_csv_upload(site)
    assert r.status_code == 200, r.text
    found = r.json()
    assert list(found) == ["failedRows", "statements"]
    assert (list(found["failedRows"]), list(found["statements"])) == (["3"], ["2"])


def test_fetch(site: OwnSite) -> None:
    import_id = upload_data_as_a_csv(site).json()
    other = upload_data_as_a_csv(site, "Lecture views").json()
    ended(site, other)
    everything, of_one = fetch_csv_imports(site)
    assert (everything.status_code, of_one.status_code) == (200, 200)
    assert [found["id"] for found in everything.json()["results"]] == [other, import_id]
    [result] = of_one.json()["results"]
    assert (result["id"], result["template"], of_one.json()["count"]) == (import_id, TEMPLATE, 1)
    assert result["statemenIds"].split(",") == result["alllStatementIds"]


def test_void(site: OwnSite) -> None:
    import_id = upload_data_as_a_csv(site).json()
    ended(site, import_id)
    res = void_a_csv_import(site, import_id)
    assert (res.status_code, res.content, res.headers["Content-Length"]) == (200, b"", "0")
    everything, _ = fetch_csv_imports(site)
    assert everything.json() == {"count": 0, "results": []}
    [(voided,)] = site.script.tenant.query("SELECT count(*) FROM activity_voiding")
    assert voided == 1


def test_the_script_of_the_documentation(site: OwnSite) -> None:
    """As csv data import 4.8 has it, with a file that is open and not read."""
    base = f"{site.host}/api/organizations/{site.org}/csv-import"
    key_and_secret = (site.key, site.secret)
    path = Path("my_csv.csv")

    with path.open("rb") as file:
        answer = requests.post(
            base,
            params={"template": TEMPLATE, "fileSize": f"{path.stat().st_size}"},
            files={"file": (path.name, file, "text/csv")},
            auth=key_and_secret,
            timeout=1200,
        )
    answer.raise_for_status()
    import_id = answer.json()
    while requests.get(f"{base}/job/{import_id}", auth=key_and_secret, timeout=60).json()["percentage"] < 100:
        time.sleep(0.1)
    one = requests.get(base, params={"id": import_id}, auth=key_and_secret, timeout=60).json()["results"][0]
    assert list(one["failedRows"]) == ["3"]


def test_a_client_that_builds_the_body_by_hand_as_the_page_prints_it(site: OwnSite) -> None:
    """The page's two bodies, with its boundary and CRLF, without the blank line before a preview's size."""
    add_template(site.script.tenant, "Two", '{"statements": []}')
    file = (
        '--BOUNDARY\r\nContent-Disposition: form-data; name="file"; filename="name.csv"\r\nContent-Type: text/csv\r\n\r\n'
        "header A, header B\ncell 1A, cell 1B\ncell 2A, cell 2B\r\n"
    )
    size = '\r\n--BOUNDARY\r\nContent-Disposition: form-data; name="filesize"\r\n52\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=BOUNDARY"}
    for path, body, status in (
        ("csv-import?template=Two&fileSize=52", f"{file}--BOUNDARY--", 202),
        ("statement-import/preview?template=Two", f"{file}{size}--BOUNDARY--", 200),
    ):
        answer = requests.post(
            f"{site.host}/api/organizations/{site.org}/{path}",
            data=body.encode(),
            headers=headers,
            auth=(site.key, site.secret),
            timeout=60,
        )
        assert answer.status_code == status, answer.text
    assert answer.json() == {"failedRows": {}, "statements": {"2": [], "3": []}}
