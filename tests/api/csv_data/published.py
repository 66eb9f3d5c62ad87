"""The four samples of the published page of the CSV Data Import API, as functions.

What is changed in each: host, organization, credentials. What is mended, for it is no Python or names nothing: the
indentation below ``with``; ``=`` behind ``template_name``; ``filename``, ``notify`` and ``headers``, which the page never
sets. They read ``my_csv.csv`` in the folder where they run.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import requests

TEMPLATE = "My Template"


@dataclass(frozen=True)
class Site:
    """host: as in ``https://sandbox.watershedlrs.com``. org: where the page has 5664."""

    host: str
    org: int
    key: str
    secret: str


def upload_data_as_a_csv(site: Site, template_name: str = TEMPLATE) -> requests.Response:
    """Code: Upload Data as a CSV."""
    # Get the CSV Data
    ## Using open to get the csv data
    with open("my_csv.csv", "r") as infile:  # noqa: PTH123, UP015  # as it is published
        csv_data = infile.read()

    # Create the request
    ## Get the size of the file
    filesize = len(csv_data.encode("utf-8"))

    filename = "my_csv.csv"
    files = {"file": (filename, csv_data)}
    notification_email = "your_email@example.com"
    ## Alternatively, a list of emails
    notification_email = "your_email1@example.com,your_email2@example.com"
    notify = notification_email

    ws_key = site.key
    ws_secret = site.secret
    url = f"{site.host}/api/organizations/{site.org}/csv-import?template={template_name}&fileSize={filesize}&{notify}"
    return requests.post(url, auth=(ws_key, ws_secret), files=files, timeout=1200)


def preview_a_csv_upload(site: Site, template_name: str = TEMPLATE) -> requests.Response:
    """Code: Preview a CSV Upload."""
    with open("my_csv.csv", "r") as infile:  # noqa: PTH123, UP015  # as it is published
        csv_data = infile.read()
    filesize = len(csv_data.encode("utf-8"))
    files = {"file": ("my_csv.csv", csv_data)}
    notify = "your_email@example.com"
    ws_key, ws_secret = site.key, site.secret
    # Using the same code from above, we change the url to:
    url = f"{site.host}/api/organizations/{site.org}/statement-import/preview?template={template_name}&fileSize={filesize}&{notify}"
    return requests.post(url, auth=(ws_key, ws_secret), files=files, timeout=1200)


def fetch_csv_imports(
    site: Site, template_name: str = TEMPLATE
) -> tuple[requests.Response, requests.Response]:
    """Code: Fetch CSV Imports."""
    headers: dict[str, str] = {}
    ws_key, ws_secret = site.key, site.secret
    # Getting all imports
    url = f"{site.host}/api/organizations/{site.org}/csv-import"
    everything = requests.get(url, headers=headers, auth=(ws_key, ws_secret), timeout=60)

    # Getting all imports for a specific template
    url = f"{site.host}/api/organizations/{site.org}/csv-import?template={template_name}"
    of_one = requests.get(url, headers=headers, auth=(ws_key, ws_secret), timeout=60)
    return everything, of_one


def void_a_csv_import(site: Site, import_id: int) -> requests.Response:
    """Code: Void a CSV Import."""
    headers: dict[str, str] = {}
    ws_key, ws_secret = site.key, site.secret
    # Get the import ID from either the csv_import request above or from the CSV Data Page on the UI by hovering over the "Source" link
    url = f"{site.host}/api/organizations/{site.org}/statement-import/{import_id}?deleteLrsStatements=true"
    return requests.delete(url, headers=headers, auth=(ws_key, ws_secret), timeout=60)


def ended(site: Site, import_id: int) -> dict[str, Any]:
    """What the published client asks until it is a hundred."""
    url = f"{site.host}/api/organizations/{site.org}/csv-import/job/{import_id}"
    auth = (site.key, site.secret)
    deadline = time.monotonic() + 60
    while (job := requests.get(url, auth=auth, timeout=60).json())["percentage"] < 100:
        assert time.monotonic() < deadline, job
        time.sleep(0.1)
    found: dict[str, Any] = job
    return found
