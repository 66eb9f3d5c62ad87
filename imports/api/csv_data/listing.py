"""``GET …/csv-import``: imports that were made and not voided, with all their statements (csv data import 4.4)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from imports.api.csv_data import asked, states
from imports.api.csv_data.asked import Parameters
from imports.api.csv_data.beside import Beside
from imports.api.csv_data.doors import Call
from imports.api.csv_data.errors import Refused
from imports.api.csv_data.streaming import streamed
from imports.models import Import
from imports.templates import lookup

JSON = "application/json"
AT_ONCE = 100
# Ids of statements of one import that are held; more of them lie in a file while they are sent.
HELD_BYTES = 1 << 20
# A multiple of one id and its comma.
ID_BYTES = 37
READ_BYTES = ID_BYTES * 1_024


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the imports is wanted. id: None: all that have ended and stand."""

    id: int | UUID | None = None
    template: int | None = None
    knows_template: bool = True
    limit: int | None = None
    offset: int = 0
    misspelt: bool = True


def fetch(call: Call) -> HttpResponseBase:
    wanted = read(call)
    if call.request.method == "HEAD":
        return HttpResponse(content_type=JSON)
    institution = call.organization
    return streamed(call.request, institution, lambda: answer(institution, wanted), JSON)


def read(call: Call) -> Asked:
    """Raises Refused 400."""
    given = Parameters.of(call.request)
    wanted_id = given.text("id", "bad_id")
    template = given.text("template", "unknown_template")
    found = lookup.find(call.organization, template) if template and "\0" not in template else None
    names = given.text("names", "bad_request")
    if names not in (None, "canonical"):
        raise Refused(400, "bad_request", f"`names` is `canonical` or left out; got `{names[:40]}`.")
    return Asked(
        id=None if wanted_id is None else asked.import_id(wanted_id),
        template=found.pk if found else None,
        knows_template=template is None or found is not None,
        limit=given.count("_limit", "bad_request"),
        offset=given.count("_offset", "bad_request") or 0,
        misspelt=names is None,
    )


def answer(institution: int, wanted: Asked) -> Iterator[str]:
    """The body, bit by bit. Asked within the institution and a transaction."""
    matching = _matching(institution, wanted)
    yield f'{{"count":{matching.count()},"results":['
    last = None if wanted.limit is None else min(wanted.offset + wanted.limit, asked.LARGEST)
    place = 0
    for page in _pages(matching[wanted.offset : last].iterator(chunk_size=AT_ONCE)):
        beside = Beside(page)
        for upload in page:
            if place:
                yield ","
            yield from _told(upload, beside, misspelt=wanted.misspelt)
            place += 1
    yield "]}"


def _pages(uploads: Iterator[Import]) -> Iterator[list[Import]]:
    while page := list(islice(uploads, AT_ONCE)):
        yield page


def _matching(institution: int, wanted: Asked) -> Any:
    if wanted.id is None:
        found = states.of_templates(institution).filter(job__status__in=states.LISTED)
    else:
        found = states.named(institution, wanted.id).exclude(job__status__in=states.TAKEN_BACK)
    if not wanted.knows_template:
        return found.none()
    return found.filter(template_version__template_id=wanted.template) if wanted.template else found


def _told(upload: Import, beside: Beside, *, misspelt: bool) -> Iterator[str]:
    """One import, member by member, in the order of the published page."""
    job = upload.job
    yield _members(
        {
            "id": upload.number,
            "created": moment(job.created_at),
            "version": upload.record_version,
            "size": upload.file_bytes,
            "originalFilename": upload.file_name,
            "file": upload.file_name,
            "mediaType": "text/csv",
            "hashFileName": f"{upload.file_sha256}.csv",
            "userName": job.submitted_by,
        }
    )
    with _Ids(beside.ids(upload)) as ids:
        for name in ("statementIds", *(("statemenIds",) if misspelt else ())):
            yield f',"{name}":"'
            yield from ids.as_text()
            yield '"'
        for name in ("allStatementIds", *(("alllStatementIds",) if misspelt else ())):
            yield f',"{name}":['
            yield from ids.as_list()
            yield "]"
    yield ',"failedRows":{'
    for place, (row, message) in enumerate(beside.failed(upload)):
        yield f'{"," if place else ""}"{row}":{_text(message)}'
    yield "},"
    version = upload.template_version
    rest = {
        "template": version.template.name if version else "",
        "state": states.state_of(upload),
        "rowCount": upload.counts.get("rows", 0),
        "duplicateCount": upload.review.get("duplicates", 0),
        "finished": moment(job.finished_at) if job.finished_at else None,
    }
    yield f"{_members(rest)[1:]}}}"


class _Ids:
    """The ids of an import's statements, asked for once and sent in four ways."""

    def __init__(self, ids: Iterable[UUID | str]) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(HELD_BYTES)  # noqa: SIM115  # closed by ``__exit__``
        written = sum(self._file.write(f"{id_},".encode()) for id_ in ids)
        # The last comma stands before nothing.
        self._size = max(0, written - 1)

    def __enter__(self) -> _Ids:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def as_text(self) -> Iterator[str]:
        """ "5a4b…,b0d3…": a comma, no blank."""
        self._file.seek(0)
        left = self._size
        while left > 0:
            block = self._file.read(min(left, READ_BYTES))
            left -= len(block)
            yield block.decode()

    def as_list(self) -> Iterator[str]:
        for place, text in enumerate(self.as_text()):
            listed = text.rstrip(",").replace(",", '","')
            yield f'{"," if place else ""}"{listed}"'


def moment(at: datetime) -> str:
    """2025-09-03T15:00:00.123Z"""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _members(values: dict[str, Any]) -> str:
    """'{"id":5123,…' without the end."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))[:-1]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
