"""Pieces of the OpenAPI document that all endpoints share."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import serializers


class FieldError(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457. errors: one for each field at fault."""

    type = serializers.CharField(default="about:blank")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = FieldError(many=True)  # type: ignore[assignment]  # the contract's name


_TOLD = {
    400: "A part of the request is wrong; `errors` says which, what was expected and what came.",
    401: "No credentials, or wrong ones.",
    403: "The caller's role does not allow this.",
    404: "Unknown, or of another institution.",
    409: "Not in a state where this makes sense; or the Idempotency-Key was used for something else.",
    413: "The file is too large.",
    415: "Not a delimited text, spreadsheet or zip.",
    429: "Too many attempts; see Retry-After.",
}
PROBLEMS: dict[Any, Any] = {
    (status, "application/problem+json"): OpenApiResponse(Problem, description=description)
    for status, description in _TOLD.items()
}


def paged(of: type[serializers.BaseSerializer[Any]], **more: serializers.Field[Any, Any, Any, Any]) -> Any:
    """The envelope of a list. count: null where counting would scan a large table."""
    return inline_serializer(
        f"{of.__name__.removesuffix('Shape')}Page",
        {
            "count": serializers.IntegerField(allow_null=True),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            **more,
            "results": of(many=True),
        },
    )


class BasicCredentialsScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "edu_csv.access.api.authentication.BasicCredentials"
    name = "basic"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "basic", "description": "Key and secret of an API client."}


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "edu_csv.access.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth2/access_token", "scopes": {}}},
        }


class BrowserSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "edu_csv.access.api.authentication.BrowserSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "Of somebody logged in; requests that change something carry X-CSRFToken.",
        }
