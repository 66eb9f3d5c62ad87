"""A client written from the prose of the vendor's article “Reporting API” alone, as somebody's script would be.

It knows requests and the standard library, and nothing of this application. The columns are those of the article's
tables, typed off. Where an article of the vendor's help centre is silent the script does what scripts do: it takes the
name of a file from the address of its link, and counts the cell that lost its name as “user email”.
"""

from __future__ import annotations

import gzip
import re
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import requests

MOST_IN_FLIGHT = 3
ENDED = ("Available", "Expired", "Failed", "Missing")

ASSET = """
    video_name create_date section_number owner_name mediaid scheduled course_identifier organization_name
    department_name room_name building_name campus_name term_name transcribed device video_duration_in_minutes
    last_view view_count downloads view_duration_in_minutes public private live on_demand published_date
"""
SECTION = "sectionId sectionNumber courseId courseIdentifier courseName"
# The article's tables have a cell without a name between lastname and role.
USER = "userid firstname lastname ? role"
COLUMNS = {
    "asset": ASSET,
    "assetbydate": ASSET,
    "presentation": f"presentationID presentationName {SECTION} event_timestamp {USER} slide_count",
    "videoview": f"VideoId VideoName {SECTION} event_timestamp duration_Minute {USER}",
    "confused": f"PresentationID PresentationName {SECTION} event_timestamp {USER}",
    "polling": (
        f"presentation_id presentation_name {SECTION} activity_id activity_prompt activity_content solution"
        f" event_timestamp answer_id answer isCorrect {USER}"
    ),
    "qanda": (
        f"questionid question {SECTION} question_userid question_firstname question_lastname question_email"
        " question_role answerid answer event_timestamp answer_userid answer_firstname answer_lastname answer_email"
        " answer_role"
    ),
    "notes": f"PresentationID PresentationName {SECTION} content note_count event_timestamp {USER}",
}
NUMBERS = {
    "scheduled", "transcribed", "video_duration_in_minutes", "view_count", "downloads", "view_duration_in_minutes",
    "public", "private", "live", "on_demand", "slide_count", "duration_Minute", "note_count",
}  # fmt: skip
IDS = re.compile(r"(mediaid|course_identifier|.*(userid|[a-z]id|Id|ID)|.*_id)$")
TIMES = {"create_date", "last_view", "event_timestamp"}
DAYS = {"published_date"}
CELL = re.compile(r'"((?:[^"]|"")*)"|([^",\r\n|\t]*)')
A_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
A_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
A_DAY = re.compile(r"\d{4}-\d\d-\d\d")
A_NUMBER = re.compile(r"\d+(\.\d{1,2})?")


@dataclass
class Script:
    """host: as in ``https://echo360.org``. id, secret: what an administrator generated."""

    host: str
    id: str
    secret: str
    pause_seconds: float = 30
    token: str = ""

    def log_in(self) -> dict[str, Any]:
        """Client credentials, as the vendor's public API takes them."""
        form = {"grant_type": "client_credentials", "client_id": self.id, "client_secret": self.secret}
        answer = requests.post(f"{self.host}/oauth2/access_token", data=form, timeout=60)
        answer.raise_for_status()
        self.token = answer.json()["access_token"]
        found: dict[str, Any] = answer.json()
        return found

    def refresh(self, refresh_token: str) -> None:
        form = {"grant_type": "refresh_token", "client_id": self.id, "refresh_token": refresh_token}
        answer = requests.post(f"{self.host}/oauth2/access_token", data=form, timeout=60)
        answer.raise_for_status()
        self.token = answer.json()["access_token"]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """path: below /public/api/v1/reporting/."""
        answer = requests.request(
            method,
            f"{self.host}/public/api/v1/reporting/{path}",
            headers={"Authorization": f"Bearer {self.token}"},
            json=body,
            timeout=60,
        )
        answer.raise_for_status()
        return answer.json()

    def reports(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", "reports")["reports"]
        return found

    def submit(self, report: dict[str, Any], start: str, end: str, **output: Any) -> str:
        """Supply the required parameters as defined in the report listing; also define output options."""
        values = {"start": start, "end": end}
        parameters = {each["name"]: values[each["name"]] for each in report["parameters"] if each["required"]}
        body = {"parameters": parameters, **({"output": output} if output else {})}
        answer = self.ask("POST", f"requests/{report['name']}", body)
        assert (answer["status"], answer["reportName"]) == ("Pending", report["name"])
        assert answer["parameters"] == parameters
        return str(answer["requestId"])

    def wait(self, *ids: str, seconds: float = 120) -> dict[str, dict[str, Any]]:
        """Periodically poll to check the status."""
        deadline = time.monotonic() + seconds
        while True:
            listed = {each["requestId"]: each for each in self.ask("GET", "requests")["requests"]}
            if all(listed[each]["status"] in ENDED for each in ids):
                return {each: listed[each] for each in ids}
            assert time.monotonic() < deadline, listed
            time.sleep(self.pause_seconds)

    def download(self, request_id: str, folder: Path) -> Path:
        """Retrieve the extended request info, and use the signed URL exactly as given."""
        [link] = self.ask("GET", f"request/{request_id}")["signedAssets"]
        path = folder / PurePosixPath(urlsplit(link).path).name
        answer = requests.get(link, timeout=60)
        answer.raise_for_status()
        path.write_bytes(answer.content)
        return path


def rows_of(path: Path, delimiter: str = ",") -> list[list[tuple[str, bool]]]:
    """(value, whether it stood in quotes) of each cell; the header first."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    rows, row, place = [], [], 0
    while place < len(text):
        found = CELL.match(text, place)
        assert found is not None
        quoted = found[1] is not None
        row.append((found[1].replace('""', '"') if quoted else found[2], quoted))
        place = found.end()
        if text.startswith(delimiter, place):
            place += len(delimiter)
        else:
            assert text.startswith("\r\n", place) or text.startswith("\n", place), text[place : place + 40]
            place += 2 if text[place] == "\r" else 1
            rows.append(row)
            row = []
    return rows


def check(name: str, rows: list[list[tuple[str, bool]]]) -> None:
    """That a file is what the article says of this report."""
    head, *body = rows
    wanted = COLUMNS[name].split()
    assert len(head) == len(wanted)
    assert all(quoted for _, quoted in head)
    for (told, _), known in zip(head, wanted, strict=True):
        assert known in (told, "?")
    for row in body:
        assert len(row) == len(wanted)
        for column, (value, quoted) in zip(wanted, row, strict=True):
            if not quoted and not value:
                continue  # nothing there
            assert quoted == (column not in NUMBERS), (column, value)
            assert shape_of(column).fullmatch(value), (column, value)


def shape_of(column: str) -> re.Pattern[str]:
    if column in NUMBERS:
        return A_NUMBER
    if column in TIMES:
        return A_TIME
    if column in DAYS:
        return A_DAY
    return A_UUID if IDS.fullmatch(column) else re.compile(r"[\s\S]*")


def walk(script: Script, start: str, end: str, folder: Path) -> dict[str, int]:
    """The whole flow for all reports, three at a time; how many rows each has."""
    granted = script.log_in()
    listed = script.reports()
    assert [report["name"] for report in listed] == list(COLUMNS)
    rows: dict[str, int] = {}
    for place in range(0, len(listed), MOST_IN_FLIGHT):
        some = listed[place : place + MOST_IN_FLIGHT]
        ids = {script.submit(report, start, end): report["name"] for report in some}
        for request_id, found in script.wait(*ids).items():
            assert found["status"] == "Available", found
            path = script.download(request_id, folder)
            assert found["assets"] == [path.name]
            assert path.name.endswith(".csv.gz")
            name = ids[request_id]
            told = rows_of(path)
            check(name, told)
            rows[name] = len(told) - 1
    # And once as the article's last example has it.
    script.refresh(granted["refresh_token"])
    request_id = script.submit(listed[2], start, end, compression=True, delimiter="|")
    assert script.wait(request_id)[request_id]["status"] == "Available"
    told = rows_of(script.download(request_id, folder), "|")
    check(listed[2]["name"], told)
    assert len(told) - 1 == rows[listed[2]["name"]]
    return rows
