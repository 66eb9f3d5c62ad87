"""A program that calls the Reporting API, in an institution of the test's own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access import tokens
from edu_csv.access.models import ApiClient
from edu_csv.jobs.runners import work_one
from tests.imports.harness import Tenant, new_tenant

BASE = "/public/api/v1/reporting"


def week() -> dict[str, str]:
    """The seven days before today."""
    today = datetime.now(UTC).date()
    return {"start": str(today - timedelta(days=7)), "end": str(today)}


@dataclass
class Asker:
    """An API client with one role and a token."""

    tenant: Tenant
    key: str
    secret: str
    token: str
    client: Client = field(default_factory=Client)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        content_type: str = "application/json",
    ) -> Any:
        """path: below BASE, or whole. body: bytes as they are; else as JSON. headers: {} for none at all."""
        given = {"Authorization": f"Bearer {self.token}"} if headers is None else headers
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        options: dict[str, Any] = {"headers": given, "query_params": query}
        if data:
            options |= {"data": data, "content_type": content_type}
        address = path if path.startswith(("/public", "/oauth2")) else BASE + path
        return self.client.generic(method.upper(), address, **options)

    def get(self, path: str, **query: str) -> Any:
        return self.ask("get", path, query=query or None)

    def post(self, path: str, body: Any = None) -> Any:
        return self.ask("post", path, body)

    def submit(self, report: str = "asset", **members: Any) -> str:
        """The id of a new request."""
        if report != "asset":
            members.setdefault("parameters", week())
        answer = self.post(f"/requests/{report}", members)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["requestId"])

    def look(self, request_id: str) -> dict[str, Any]:
        answer = self.get(f"/request/{request_id}")
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def made(self, report: str = "asset", **members: Any) -> str:
        """Submit, let the worker run, and return the id."""
        request_id = self.submit(report, **members)
        self.work()
        return request_id

    def work(self) -> None:
        while work_one(["reports"], only_institution=self.tenant.pk):
            pass

    def change(self, **fields: Any) -> None:
        """Set fields of the client."""
        with tenancy.use_institution(self.tenant.pk):
            ApiClient.objects.filter(key=self.key).update(**fields)


def asker_in(tenant: Tenant, role: str = "analyst", org_unit: UUID | None = None) -> Asker:
    made = access.create_api_client(institution=tenant.pk, name="Warehouse", role=role, org_unit=org_unit)
    with tenancy.use_institution(tenant.pk):
        token = tokens.issue(made.client).access
    tenancy.enter(None)
    return Asker(tenant, made.key, made.secret, token)


def new_asker(role: str = "analyst") -> Asker:
    return asker_in(new_tenant(), role)
