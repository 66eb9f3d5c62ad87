"""The three doors through which files come in and go out: pages, REST, command. Each does the same."""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.test import Client

from edu_csv.access import services as access
from imports.models import Import
from tests.api.caller import Caller, caller_in
from tests.exports.harness import work
from tests.imports.harness import Tenant
from tests.imports.views.conftest import client_of

Filters = Mapping[str, Sequence[str]]
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Door(Protocol):
    """One way in and out of a tenant's institution, as an administrator."""

    def load(self, data: bytes, key: str, action: str) -> Import:
        """Import a file and return the import as it is in the end."""

    def export(self, key: str, filters: Filters | None = None) -> bytes:
        """The file of an export."""

    def sample(self, key: str, action: str) -> bytes:
        """The sample file that is served here."""


class Pages:
    """A browser without script, in the wizard."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        account = access.create_account(
            institution=tenant.pk, email=f"{uuid4().hex[:8]}@{tenant.slug}.example", role="admin"
        )
        self.client: Client = client_of(account)

    def load(self, data: bytes, key: str, action: str) -> Import:
        file = io.BytesIO(data)
        file.name = f"{key}.csv"
        sent = self.client.post("/imports/new/", {"file": file, "format": key, "action": action})
        assert sent.status_code == 302, sent.content.decode()
        step = sent["Location"]
        form = self.client.get(step).content.decode().split('id="approve"')[1].split("</form>")[0]
        fields = {name: value for name, value in HIDDEN.findall(form) if name != "csrfmiddlewaretoken"}
        made = self.client.post(step, {**fields, "mode": "apply"})
        assert made.status_code == 302, made.content.decode()
        self.tenant.work()
        return _import(self.tenant, made["Location"].rstrip("/").rpartition("/")[2])

    def export(self, key: str, filters: Filters | None = None) -> bytes:
        wanted: dict[str, Any] = {"format": key, **(filters or {})}
        asked = self.client.post("/exports/", wanted)
        assert asked.status_code == 302, asked.content.decode()
        work(self.tenant)
        return _fetched(self.client, self.client.get(f"{asked['Location']}file/")["Location"])

    def sample(self, key: str, action: str) -> bytes:
        page = self.client.get("/imports/new/", {"format": key, "action": action}).content.decode()
        link = f"/api/v1/formats/{key}/sample?action={action}"
        assert link in page
        return bytes(self.client.get(link).content)


class Rest:
    """An API client."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.caller: Caller = caller_in(tenant)

    def load(self, data: bytes, key: str, action: str) -> Import:
        return _import(self.tenant, self.caller.import_(data, format=key, action=action)["id"])

    def export(self, key: str, filters: Filters | None = None) -> bytes:
        asked = self.caller.post("/exports", {"format": key, "filters": dict(filters or {})})
        assert asked.status_code == 202, asked.content
        work(self.tenant)
        done = self.caller.get(f"/exports/{asked.json()['id']}").json()
        assert done["status"] == "completed", done
        return _fetched(self.caller.client, done["signed_url"])

    def sample(self, key: str, action: str) -> bytes:
        answer = self.caller.get(f"/formats/{key}/sample", action=action)
        assert answer.status_code == 200, answer.content
        return bytes(answer.content)


class Command:
    """Somebody at the machine; for samples they go to the API like all others."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.rest = Rest(tenant)

    def load(self, data: bytes, key: str, action: str) -> Import:
        said = io.StringIO()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "upload.csv"
            path.write_bytes(data)
            wanted = ["--institution", self.tenant.slug, "--format", key, "--action", action, "--json"]
            with pytest.raises(SystemExit) as ended:
                call_command("import_file", str(path), *wanted, stdout=said, stderr=io.StringIO())
        assert ended.value.code in (0, 1), said.getvalue()
        return _import(self.tenant, json.loads(said.getvalue())["id"])

    def export(self, key: str, filters: Filters | None = None) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.csv"
            wanted = ["--institution", self.tenant.slug, "--output", str(path)]
            for name, ids in (filters or {}).items():
                wanted += [word for each in ids for word in ("--filter", f"{name}={each}")]
            call_command("export_file", key, *wanted, stderr=io.StringIO())
            return path.read_bytes()

    def sample(self, key: str, action: str) -> bytes:
        return self.rest.sample(key, action)


DOORS: dict[str, type[Pages | Rest | Command]] = {"pages": Pages, "REST": Rest, "command": Command}


def _import(tenant: Tenant, pk: str) -> Import:
    return tenant.fresh(Import(pk=UUID(pk)))


def _fetched(client: Client, link: str) -> bytes:
    answer: Any = client.get(link[link.index("/files/") :])
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)
