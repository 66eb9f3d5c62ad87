"""What a package may hold: CSVs and a manifest, flat, each name once (d2l 2, 13.1, D-25; circlein C-16)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from edu_csv.tabular import Archive
from imports.formats.feed import Package
from imports.formats.manifest import MAX_BYTES, example, read_version
from imports.formats.text import fold
from imports.problems import FileRejected, Problem

CONTROLS = frozenset(map(chr, [*range(32), 127]))
MAX_NAME_CHARS = 255
# What unpacks to more files would be a package in a package.
PACKED = (".zip", ".gz", ".tgz", ".7z", ".rar", ".xlsx")


@dataclass(frozen=True, slots=True)
class Contents:
    """names: of the CSVs, as the zip lists them. manifest: its name in the zip, None without one.

    version: what it says, or what is meant without one; None where the family has no versions.
    """

    names: list[str]
    manifest: str | None = None
    version: str | None = None
    notes: list[Problem] = field(default_factory=list)


def examine(archive: Archive, family: type[Package], size: int) -> Contents:
    """Judge a package by its directory, and read its manifest. size: bytes of the zip.

    Raises FileRejected, and then nothing of it may be used; TableRefused for a damaged manifest.
    """
    if size > settings.MAX_PACKAGE_BYTES:
        raise FileRejected("package_too_large", bytes=size, limit=settings.MAX_PACKAGE_BYTES)
    _refuse_many(archive.names)
    _refuse_names(archive.names, family)
    manifests = [name for name in archive.names if is_manifest(name, family)]
    csvs = [name for name in archive.names if name not in manifests]
    _refuse_twice(archive.names, manifests, family)
    if not csvs:
        raise FileRejected("package_member", variant="none")
    if not manifests:
        return Contents(csvs, version=family.without_manifest or None)
    with archive.open(manifests[0]) as stream:
        data = stream.read(min(MAX_BYTES, archive.size_of(manifests[0]))) or b""
    version, notes = read_version(data, archive.size_of(manifests[0]), family.versions(), manifests[0])
    return Contents(csvs, manifests[0], version, notes)


def is_manifest(name: str, family: type[Package]) -> bool:
    return bool(family.manifest) and fold(name) == family.manifest


def is_csv(name: str) -> bool:
    return fold(name).endswith(".csv")


def _refuse_many(names: list[str]) -> None:
    if len(names) > settings.MAX_PACKAGE_FILES:
        raise FileRejected(
            "zip_many_members", variant="package", count=len(names), limit=settings.MAX_PACKAGE_FILES
        )


def _refuse_names(names: list[str], family: type[Package]) -> None:
    allowed = f"`.csv` files and `{family.manifest}`" if family.manifest else "`.csv` files"
    for name in names:
        shown = "".join("�" if letter in CONTROLS else letter for letter in name[:MAX_NAME_CHARS])
        if shown != name:
            raise FileRejected("unsafe_name", variant="strange", name=shown)
        if "/" in name or "\\" in name:
            raise FileRejected("package_folder", name=name)
        if fold(name).endswith(PACKED):
            raise FileRejected("nested_zip", variant="package", name=name, allowed=allowed)
        if not is_csv(name) and not is_manifest(name, family):
            raise FileRejected("package_member", name=name, allowed=allowed)


def _refuse_twice(names: list[str], manifests: list[str], family: type[Package]) -> None:
    if len(manifests) > 1:
        raise FileRejected(
            "manifest_invalid", variant="twice", manifest=family.manifest, count=len(manifests),
            example=example(family.versions()),
        )  # fmt: skip
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise FileRejected("package_member", variant="twice", name=twice)
