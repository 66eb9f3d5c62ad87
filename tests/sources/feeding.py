"""A source of a test's own, and what the workers would do for it, done in this process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from edu_csv import tenancy
from imports.models import Door, Folder, InboxFile, Source
from imports.sources import inbox, manage, pickup
from tests.imports.harness import Tenant

COURSES = "Course Code,Course Name,External ID\n"


def courses(*codes: str) -> bytes:
    """A file of EchoVideo's courses."""
    return (COURSES + "".join(f"{code},Course {code},C-{code}\n" for code in codes)).encode()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


@dataclass
class Feed:
    """A source, and its tenant."""

    tenant: Tenant
    source: Source

    def send(self, name: str, content: bytes | Iterable[bytes], door: Door = Door.SFTP) -> InboxFile:
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        with tenancy.use_institution(self.tenant.pk):
            return inbox.receive(self.fresh(), name, stream, door=door)

    def pick_up(self) -> int:
        return pickup.pickup(self.tenant.pk, self.source.pk)

    def work(self) -> None:
        """Take, import and answer until nothing happens any more."""
        while self.pick_up():
            self.tenant.work()

    def fresh(self) -> Source:
        with tenancy.use_institution(self.tenant.pk):
            return Source.objects.select_related("institution").get(pk=self.source.pk)

    def change(self, **fields: Any) -> Source:
        with tenancy.use_institution(self.tenant.pk):
            return manage.change(self.tenant.actor, self.source, **fields)

    def names(self, folder: str) -> list[str]:
        """What a folder shows, without the time stamps in front."""
        shown = [file.shown for file in self.files(folder)]
        return shown if folder == Folder.INCOMING else [name.partition("-")[2] for name in shown]

    def files(self, folder: str) -> list[InboxFile]:
        with tenancy.use_institution(self.tenant.pk):
            return list(inbox.listing(self.source, folder))

    def read(self, folder: str, ending: str) -> str:
        """The text of the one file of a folder whose name ends so."""
        [file] = [file for file in self.files(folder) if file.shown.endswith(ending)]
        with tenancy.use_institution(self.tenant.pk), inbox.open_file(file) as stream:
            return stream.read().decode()

    def codes(self) -> set[str]:
        """The codes of the courses in the roster."""
        return {
            code for (code,) in self.tenant.query("SELECT code FROM roster_course WHERE deleted_at IS NULL")
        }


def new_feed(tenant: Tenant, **given: Any) -> Feed:
    asked = {"name": "Banner nightly", "slug": "banner", "family": "echovideo", "action": "create"} | given
    if asked["family"] != "echovideo":
        asked["action"] = ""
    with tenancy.use_institution(tenant.pk):
        return Feed(tenant, manage.create(tenant.actor, manage.NewSource(**asked)))
