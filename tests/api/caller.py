"""A program that calls the REST API, in an institution of the test's own."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from edu_csv import tenancy
from edu_csv.access import services as access
from tests.imports.harness import Tenant, new_tenant

BASE = "/api/v1"
JSON = "application/json"


def basic(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


@dataclass
class Caller:
    """An API client with one role, and its answers as they came."""

    tenant: Tenant
    key: str
    secret: str
    client: Client = field(default_factory=Client)

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": basic(self.key, self.secret)}

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> Any:
        """path: below /api/v1, or a whole address of an answer."""
        whole = path if path.startswith(("http", "/oauth2", BASE)) else BASE + path
        whole = whole.removeprefix("http://testserver")
        given = {**self.authorization, **(headers or {})}
        return getattr(self.client, method)(whole, headers=given, **options)

    def get(self, path: str, headers: Any = None, **query: Any) -> Any:
        return self.ask("get", path, headers, query_params=query or None)

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """body: JSON."""
        data = json.dumps(body) if body is not None else None
        return self.ask("post", path, headers, data=data, content_type=JSON)

    def delete(self, path: str) -> Any:
        return self.ask("delete", path)

    def upload(
        self,
        content: str | bytes,
        *,
        file_name: str = "upload.csv",
        headers: Any = None,
        **parts: Any,
    ) -> Any:
        """POST /imports with a file, as curl does."""
        data = content.encode() if isinstance(content, str) else content
        file = SimpleUploadedFile(file_name, data, content_type="text/csv")
        return self.ask("post", "/imports", headers, data={"file": file, **parts})

    def import_(self, content: str | bytes, **parts: Any) -> dict[str, Any]:
        """Upload a file, let the workers run, and return the import as it is then."""
        answer = self.upload(content, **parts)
        assert answer.status_code == 202, answer.content
        self.tenant.work()
        found: dict[str, Any] = self.get(f"/imports/{answer.json()['id']}").json()
        return found

    def results(self, path: str, **query: Any) -> list[dict[str, Any]]:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        found: list[dict[str, Any]] = answer.json()["results"]
        return found


def caller_in(
    tenant: Tenant, role: str = "admin", org_unit: UUID | None = None, name: str = "SIS nightly"
) -> Caller:
    made = access.create_api_client(institution=tenant.pk, name=name, role=role, org_unit=org_unit)
    tenancy.enter(None)
    return Caller(tenant, made.key, made.secret)


def new_caller(role: str = "admin") -> Caller:
    return caller_in(new_tenant(), role)
