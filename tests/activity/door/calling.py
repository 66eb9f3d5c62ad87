"""A program that sends and asks for statements, in an institution of the test's own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.test import Client

from edu_csv import tenancy
from edu_csv.access import services as access
from tests.api.caller import basic
from tests.imports.harness import Tenant

JSON = "application/json"
VERSION = {"X-Experience-API-Version": "1.0.3"}
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
EXPERIENCED = "http://adlnet.gov/expapi/verbs/experienced"
VIDEO = "https://lecture.example.edu/media/v-17"
Statement = dict[str, Any]


def new_id() -> str:
    return str(uuid4())


def agent(name: str = "u-204") -> dict[str, Any]:
    return {"account": {"homePage": "https://lecture.example.edu", "name": name}}


def statement(**members: Any) -> Statement:
    """The smallest that passes, with an id, and what else it is to have; None takes a member away."""
    made = {
        "id": new_id(),
        "actor": agent(),
        "verb": {"id": EXPERIENCED},
        "object": {"id": VIDEO},
        **members,
    }
    return {name: value for name, value in made.items() if value is not None}


def reference(target: str) -> dict[str, str]:
    return {"objectType": "StatementRef", "id": target}


def voiding(target: str, **members: Any) -> Statement:
    return statement(verb={"id": VOIDED}, object=reference(target), **members)


@dataclass
class Sender:
    """A credential, and its answers as they came."""

    tenant: Tenant
    key: str
    secret: str
    base: str = "/xAPI"
    client: Client = field(default_factory=Client)

    @property
    def authorization(self) -> str:
        return basic(self.key, self.secret)

    def ask(
        self,
        method: str,
        resource: str = "statements",
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        without: tuple[str, ...] = (),
        content_type: str = JSON,
        **query: Any,
    ) -> Any:
        """body: JSON, or bytes as they are. without: headers left out. query: parameters; objects go as JSON."""
        given = {"Authorization": self.authorization, **VERSION, **(headers or {})}
        told = {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}
        address = resource if resource.startswith("/") else f"{self.base}/{resource}"
        whole = address + (f"?{urlencode(told)}" if told else "")
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.generic(
            method.upper(),
            whole,
            data,
            content_type=content_type,
            headers={name: value for name, value in given.items() if name not in without},
        )

    def get(self, **query: Any) -> Any:
        return self.ask("get", **query)

    def post(self, body: Any, **options: Any) -> Any:
        return self.ask("post", body=body, **options)

    def put(self, body: Any, id_: str | None = None, **options: Any) -> Any:
        return self.ask("put", body=body, statementId=id_ or body["id"], **options)

    def store(self, *statements: Statement) -> list[str]:
        """Store them in one request; their ids."""
        answer = self.post(list(statements))
        assert answer.status_code == 200, answer.content
        ids: list[str] = answer.json()
        return ids

    def listed(self, **query: Any) -> list[Statement]:
        """The statements of one page."""
        answer = self.get(**query)
        assert answer.status_code == 200, answer.content
        found: list[Statement] = body_of(answer)["statements"]
        return found

    def ids(self, **query: Any) -> list[str]:
        return [each["id"] for each in self.listed(**query)]

    def one(self, id_: str, **query: Any) -> Statement:
        answer = self.get(statementId=id_, **query)
        assert answer.status_code == 200, answer.content
        found: Statement = body_of(answer)
        return found


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def body_of(answer: Any) -> Any:
    return json.loads(content_of(answer))


def sender_in(
    tenant: Tenant, role: str = "integration", xapi_access: str = "", name: str = "Player", **options: Any
) -> Sender:
    made = access.create_api_client(
        institution=tenant.pk, name=name, role=role, xapi_access=xapi_access, **options
    )
    tenancy.enter(None)
    return Sender(tenant, made.key, made.secret)
