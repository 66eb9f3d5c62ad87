"""A script that calls the CSV Data Import API: its requests byte for byte, and its answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.models import ApiClient
from imports.models import Import, ImportTemplate, ImportTemplateVersion
from tests.api.caller import basic
from tests.imports.harness import Tenant, new_tenant

BOUNDARY = "x7Qk2"
HEADER = "User ID,Email,Video,Watched at,Seconds"
GOOD = "u-204,ana@example.edu,v-17,2025-09-03 14:05:30,30"
# Its address is blank, which no actor's may be (csv data import 4.2, 4.3).
BAD = "u-205,,v-17,2025-09-03 14:06:00,30"
VIEWS = "\r\n".join([HEADER, GOOD, BAD, ""])
BODY = """{
  "statements": [
    {
      "id": "{{uuid "view" columns.Video columns.[User ID] columns.[Watched at] revision}}",
      "actor": { "objectType": "Agent", "mbox": "mailto:{{columns.Email}}" },
      "verb": { "id": "http://adlnet.gov/expapi/verbs/experienced", "display": { "en": "experienced" } },
      "object": { "objectType": "Activity", "id": "https://lecture.example.edu/media/{{urlEncode columns.Video}}" },
      "result": { "duration": "{{toDuration (math columns.Seconds "*" "1000")}}" },
      "timestamp": "{{toDateTime "yyyy-MM-dd HH:mm:ss" columns.[Watched at]}}"
    }
  ]
}"""
PEOPLE = """{
  "people": [
    {
      "customId": "{{columns.ID}}",
      "name": "{{columns.Name}}",
      "personas": [ { "mbox": "mailto:{{columns.Email}}" } ],
      "groups": [ { "customId": "{{columns.Group}}" } ]
    }
  ],
  "groups": [ { "customId": "{{columns.Group}}", "name": "{{columns.Group}}", "type": "Team" } ]
}"""


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    named = "" if filename is None else f'; filename="{filename}"'
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def form(content: str | bytes, filename: str | None = "views.csv", **parts: str) -> bytes:
    """A body with the file and then the other parts."""
    data = content.encode() if isinstance(content, str) else content
    others = b"".join(part(name, value.encode()) for name, value in parts.items())
    return part("file", data, filename) + others + f"--{BOUNDARY}--\r\n".encode()


@dataclass
class Script:
    """An API client with one role that sends files through templates."""

    tenant: Tenant
    key: str
    secret: str
    client: Client = field(default_factory=Client)

    @property
    def organization(self) -> int:
        return self.tenant.pk

    def ask(
        self,
        method: str,
        path: str = "csv-import",
        query: dict[str, Any] | None = None,
        body: bytes = b"",
        content_type: str = f"multipart/form-data; boundary={BOUNDARY}",
        headers: dict[str, str] | None = None,
    ) -> Any:
        """path: below the organization."""
        options: dict[str, Any] = {
            "headers": {"Authorization": basic(self.key, self.secret), **(headers or {})}
        }
        if body:
            options |= {"data": body, "content_type": content_type}
        return self.client.generic(
            method.upper(),
            f"/api/organizations/{self.organization}/{path}",
            query_params=query,
            **options,
        )

    def upload(self, content: str | bytes = VIEWS, template: str = "Lecture views", **query: Any) -> Any:
        return self.ask("post", query={"template": template, **query}, body=form(content))

    def preview(self, content: str | bytes = VIEWS, template: str = "Lecture views", **query: Any) -> Any:
        return self.ask(
            "post", "statement-import/preview", query={"template": template, **query}, body=form(content)
        )

    def import_(self, content: str | bytes = VIEWS, template: str = "Lecture views", **query: Any) -> int:
        """Upload, let the worker run, and return the id."""
        answer = self.upload(content, template, **query)
        assert answer.status_code == 202, answer.content
        self.tenant.work()
        return int(answer.content)

    def listing(self, **query: Any) -> dict[str, Any]:
        answer = self.ask("get", query=query)
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = json.loads(answer.getvalue())
        return found

    def one(self, number: int, **query: Any) -> dict[str, Any]:
        found = self.listing(id=number, **query)
        assert found["count"] == len(found["results"]) == 1, found
        first: dict[str, Any] = found["results"][0]
        return first

    def job(self, number: int | str) -> dict[str, Any]:
        answer = self.ask("get", f"csv-import/job/{number}")
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def stored(self, number: int) -> Import:
        with tenancy.use_institution(self.tenant.pk):
            return Import.objects.select_related("job").get(institution_id=self.tenant.pk, number=number)


def script_in(
    tenant: Tenant, role: str = "admin", org_unit: Any = None, name: str = "Nightly feed"
) -> Script:
    made = access.create_api_client(institution=tenant.pk, name=name, role=role, org_unit=org_unit)
    tenancy.enter(None)
    return Script(tenant, made.key, made.secret)


def new_script(role: str = "admin") -> Script:
    tenant = new_tenant()
    add_template(tenant, "Lecture views", BODY, revision="1")
    return script_in(tenant, role)


def add_template(
    tenant: Tenant,
    name: str,
    body: str = BODY,
    *,
    kind: str = "xapi",
    is_draft: bool = False,
    **variables: str,
) -> ImportTemplate:
    with tenancy.use_institution(tenant.pk):
        made = ImportTemplate.objects.create(
            institution_id=tenant.pk,
            name=name,
            kind=kind,
            state="draft" if is_draft else "ready",
            ready_version=None if is_draft else 1,
        )
        ImportTemplateVersion.objects.create(
            institution_id=tenant.pk,
            template=made,
            number=1,
            is_draft=is_draft,
            kind=kind,
            body=body,
            variables=[[key, value] for key, value in variables.items()],
        )
    return made


def switch_off(script: Script) -> None:
    with tenancy.use_institution(script.tenant.pk):
        ApiClient.objects.filter(key=script.key).update(may_use_csv_data_import=False)
