"""Receive: what can be said of an upload before it is queued."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from edu_csv import storage
from edu_csv.tabular import TableRefused
from imports.formats.feed import Layout, Package
from imports.formats.registry import find as find_format
from imports.formats.registry import packages
from imports.formats.templated import TemplateFormat
from imports.models import Mode, OnError, Source
from imports.problems import FileRejected
from imports.requests import BadRequest, ImportRequest
from imports.steps.plan import OUTCOMES
from imports.steps.recognition import Asked, recognise_file

ENCODINGS = ("", "utf-8", "windows-1252")
DELIMITERS = ("", ",", ";", "\t", "|")


def no_counts() -> dict[str, int]:
    return dict.fromkeys(("rows", *OUTCOMES, "warnings"), 0)


def check_words(request: ImportRequest) -> None:
    """Words that have a closed list. Raises BadRequest."""
    for name, value, known in (
        ("mode", request.mode, tuple(Mode.values)),
        ("on_error", request.on_error, tuple(OnError.values)),
        ("encoding", request.encoding, ENCODINGS),
        ("delimiter", request.delimiter, DELIMITERS),
    ):
        if value not in known:
            words = ", ".join(f"`{word}`" for word in known if word)
            raise BadRequest(name, "bad_enum", f"Expected {words}, got `{value}`.")
    if request.sha256 and not re.fullmatch(r"[0-9a-fA-F]{64}", request.sha256):
        raise BadRequest("sha256", "bad_value", f"Expected 64 hexadecimal digits, got `{request.sha256}`.")


def look(
    key: str, file_name: str, request: ImportRequest, templates: Sequence[type[TemplateFormat]] = ()
) -> ImportRequest:
    """Recognise the format, as far as the beginning of the file, or of those in a package, tells.

    templates: those that the sender may send files through; a header may say one of them.

    Raises FileRejected ``unknown_format``. A file that cannot be opened is left to the job, which
    says why in full. Raises BadRequest for a text that feeds do not have.
    """
    asked = Asked(request.action, request.encoding, request.delimiter)
    if not request.format_key:
        try:
            with storage.open_file(key) as stream:
                request = replace(request, format_key=recognise_file(stream, file_name, asked, templates).key)
        except (TableRefused, FileRejected) as refused:
            # Of a feed it is what it should be: the job says in its words what is wrong with it.
            package = _package_of(request)
            if package is not None:
                request = replace(request, format_key=package.key)
            elif isinstance(refused, TableRefused):
                return request
            else:
                raise
    _check_text(request)
    return request


def _package_of(request: ImportRequest) -> type[Package] | None:
    """What the source in whose name a file comes sends; None without one, and of families without packages."""
    if request.source is None:
        return None
    family = Source.objects.values_list("family", flat=True).get(pk=request.source)
    return next((package for package in packages() if package.family == family), None)


def _check_text(request: ImportRequest) -> None:
    """Feeds are read as they must be written (d2l 5.1; circlein 2.1). Raises BadRequest."""
    fmt = find_format(request.format_key)
    if fmt is None or not issubclass(fmt, Layout | Package):
        return
    for name, value, known in (
        ("encoding", request.encoding, "utf-8"),
        ("delimiter", request.delimiter, ","),
    ):
        if value not in ("", known):
            raise BadRequest(
                name,
                "bad_enum",
                f"{fmt.title}: these files are UTF-8 with commas. Leave it out; got `{value}`.",
            )


def check_hash(found: str, announced: str) -> None:
    if announced and found != announced.lower():
        raise FileRejected("sha256_mismatch", found=found, expected=announced.lower())
