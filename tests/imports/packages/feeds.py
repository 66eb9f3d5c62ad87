"""Feeds for the reader: D2L and CircleIn files, zipped or alone, and what is made of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from imports.formats.registry import format_for
from imports.problems import FileRejected
from imports.steps.packages import Member, Opened, look_at
from tests.tabular.reading import zipped

D2L, CIRCLEIN = "d2l.package", "circlein.package"

ORGS_1 = "type,action,code,name,start_date,end_date,is_active,department_code,template_code,semester_code,offering_code"
ORGS_2 = f"{ORGS_1},custom_code"
ORGS_3 = f"{ORGS_2},discover"
USERS_1 = "type,action,username,org_defined_id,first_name,last_name,password,is_active,role_name,email"
USERS_3 = f"{USERS_1},relationships,pref_first_name,pref_last_name,sort_last_name,pronouns"
ENROLLMENTS = "type,action,child_code,role_name,parent_code"

ORGS = f"{ORGS_3}\r\ndepartment,UPDATE,DEP-BIO,Biology,,,,,,,,,\r\n"
USERS = f"{USERS_3}\r\nuser,UPDATE,k.oduya,70021,Kwame,Oduya,,1,Learner,k.oduya@fjord.example,,,,,\r\n"
ENROLLED = f"{ENROLLMENTS}\r\nenrollment,UPDATE,70021,Learner,DEP-BIO\r\n"
MANIFEST = '{"version": "3.0"}'

Files = Mapping[str, str | bytes]


def package(files: Files) -> bytes:
    return zipped({name: data.encode() if isinstance(data, str) else data for name, data in files.items()})


def d2l(files: Files, manifest: str | bytes | None = MANIFEST) -> bytes:
    """A package with its manifest, of version 3.0 when nothing else is said."""
    return package({**files, **({"manifest.json": manifest} if manifest is not None else {})})


def opened(data: bytes | str, key: str = D2L, name: str = "feed.zip") -> Opened:
    data = data.encode() if isinstance(data, str) else data
    found = look_at(lambda: io.BytesIO(data), name, format_for(key))
    found.verify()
    return found


def refusal(data: bytes | str, key: str = D2L, name: str = "feed.zip") -> FileRejected:
    """Why all of an upload is refused."""
    with pytest.raises(FileRejected) as caught:
        opened(data, key, name)
    return caught.value


def rows(member: Member) -> dict[int, list[str]]:
    """The good rows of the member that is open, by their numbers."""
    return {
        number: row
        for chunk in member.chunks()
        for number, row in zip(chunk.numbers, chunk.rows, strict=True)
    }


def read(found: Opened) -> dict[str, dict[int, list[str]]]:
    """The good rows of all files."""
    return {member.name: rows(member) for member in found}


def layout_key(member: Member) -> str | None:
    return member.layout.key if member.layout else None


def header_of(key: str) -> str:
    return ",".join(column.header for column in format_for(key).columns)


def listed_twice(files: Files, name: str) -> bytes:
    """A zip in whose directory one name stands twice."""
    file = io.BytesIO(package(files))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(name, "again")
    return file.getvalue()
