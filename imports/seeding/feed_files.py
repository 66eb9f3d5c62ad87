"""What files of feeds have in common: exact headers, whole files, and a zip that is the same bytes each time."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LINE_END = "\r\n"
# The earliest that a zip can say: the same files are the same bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SeededFile:
    """format: the key to import it by; rows: without the header, of a package those of all its files."""

    path: Path
    format: str
    rows: int


def table(path: Path, header: Sequence[str], rows: Iterable[Row], key: str) -> SeededFile:
    """A file of rows {column: cell}, other cells blank; whole or not at all, for half a file looks good too."""
    partial = path.with_suffix(".partial")
    count = 0
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator=LINE_END)
        writer.writeheader()
        for row in rows:
            writer.writerow(row)
            count += 1
    return SeededFile(partial.replace(path), key, count)


def package(
    path: Path, files: Sequence[SeededFile], key: str, manifest: Mapping[str, str] | None = None
) -> SeededFile:
    """All of them in one flat zip."""
    partial = path.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in files:
            member = zipfile.ZipInfo(file.path.name, NO_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            with file.path.open("rb") as source, archive.open(member, "w", force_zip64=True) as target:
                while block := source.read(1 << 20):
                    target.write(block)
        if manifest:
            archive.writestr(zipfile.ZipInfo("manifest.json", NO_TIME), json.dumps(manifest))
    return SeededFile(partial.replace(path), key, sum(file.rows for file in files))
