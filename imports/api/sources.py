"""``/sources``: systems that send files by themselves, set up and looked at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from edu_csv.access.api import paging
from edu_csv.access.api.asked import only_known
from edu_csv.access.api.idempotency import idempotent
from edu_csv.access.api.problems import bad_field, not_found
from edu_csv.access.api.schema import PROBLEMS, paged
from edu_csv.access.api.views import ApiView
from edu_csv.access.models import ApiClient
from edu_csv.access.policy import Ability
from imports.api.source_shapes import (
    KeyInput,
    KeyShape,
    NewPassword,
    SourceInput,
    SourcePatch,
    SourceShape,
    source_shown,
    with_figures,
)
from imports.models import Source
from imports.sources import manage


def find_source(view: ApiView, source_id: UUID) -> Source:
    """A source that the caller sees; raises Refusal 404."""
    found = manage.visible_sources(view.actor).filter(pk=source_id).first()
    if found is None:
        raise not_found("There is no such source.")
    return found


class Sources(ApiView):
    """The sources that the caller sees: all, to administrators; its own, to an API client."""

    ability = Ability.SOURCES

    @extend_schema(
        operation_id="sources_list",
        summary="Sources, by name",
        responses={200: paged(SourceShape), **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        only_known(request, ())
        sources = manage.visible_sources(self.actor)
        asked = paging.window(request, 1)
        count = sources.count()
        if asked.place is not None:
            place = str(asked.place[0])
            sources = sources.filter(name__lt=place) if asked.backwards else sources.filter(name__gt=place)
        ordered = with_figures(sources).order_by("-name" if asked.backwards else "name")
        page = paging.page_of(list(ordered[: asked.limit + 1]), asked, lambda source: [source.name])
        shown = [SourceShape(source, context={"request": request}).data for source in page.rows]
        return paging.answer(request, shown, page, count)

    @extend_schema(
        operation_id="sources_create",
        summary="Make a source",
        request=SourceInput,
        responses={201: SourceShape, **PROBLEMS},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        manage.check_may_manage(self.actor)
        given = SourceInput(data=request.data)
        given.is_valid(raise_exception=True)
        source = manage.create(self.actor, manage.NewSource(**_with_client(self, given.validated_data)))
        self.audit("source.created", source.name, login=source.login, family=source.family)
        address = reverse("api:source", kwargs={"source_id": source.pk}, request=request)
        return Response(source_shown(source, request), status=201, headers={"Location": address})


class OneSource(ApiView):
    """How a source is set up, and how its feed is."""

    ability = Ability.SOURCES

    @extend_schema(operation_id="sources_get", summary="One source", responses={200: SourceShape, **PROBLEMS})
    def get(self, request: Request, source_id: UUID) -> Response:
        return Response(source_shown(find_source(self, source_id), request))

    @extend_schema(
        operation_id="sources_change",
        summary="Change a source",
        request=SourcePatch,
        responses={200: SourceShape, **PROBLEMS},
    )
    def patch(self, request: Request, source_id: UUID) -> Response:
        source = find_source(self, source_id)
        manage.check_may_manage(self.actor)
        given = SourcePatch(data=request.data)
        given.is_valid(raise_exception=True)
        source = manage.change(self.actor, source, **_with_client(self, given.validated_data))
        self.audit("source.changed", source.name, fields=sorted(given.validated_data))
        return Response(source_shown(source, request))


class Password(ApiView):
    """The password by which SFTP lets a source in."""

    ability = Ability.SOURCES

    # Not a POST, whose answer would be kept for a repetition: there is a secret in it.
    @extend_schema(
        operation_id="sources_password",
        summary="Give a source a new password",
        description="It takes the place of any former one at once, is kept hashed, and shown this once.",
        request=None,
        responses={200: NewPassword, **PROBLEMS},
    )
    def put(self, request: Request, source_id: UUID) -> Response:
        source = find_source(self, source_id)
        password = manage.new_password(self.actor, source)
        self.audit("source.new_password", source.name)
        return Response({"login": source.login, "password": password})

    @extend_schema(
        operation_id="sources_password_delete", summary="Let only keys in", responses={204: None, **PROBLEMS}
    )
    def delete(self, request: Request, source_id: UUID) -> Response:
        source = find_source(self, source_id)
        manage.drop_password(self.actor, source)
        self.audit("source.password_removed", source.name)
        return Response(status=204)


class Keys(ApiView):
    """The public keys by which SFTP lets a source in."""

    ability = Ability.SOURCES

    @extend_schema(
        operation_id="sources_key",
        summary="Let a public key in",
        request=KeyInput,
        responses={201: KeyShape, **PROBLEMS},
    )
    @idempotent
    def post(self, request: Request, source_id: UUID) -> Response:
        source = find_source(self, source_id)
        manage.check_may_manage(self.actor)
        given = KeyInput(data=request.data)
        given.is_valid(raise_exception=True)
        key = manage.add_key(self.actor, source, given.validated_data["key"])
        self.audit("source.key_added", source.name, fingerprint=key["fingerprint"])
        return Response(KeyShape(key).data, status=201)

    @extend_schema(
        operation_id="sources_key_delete",
        summary="Let a public key in no more",
        parameters=[OpenApiParameter("fingerprint", str, required=True)],
        responses={204: None, **PROBLEMS},
    )
    def delete(self, request: Request, source_id: UUID) -> Response:
        source = find_source(self, source_id)
        only_known(request, ("fingerprint",))
        # A plus sign in an address is a blank by the time it gets here.
        fingerprint = request.query_params.get("fingerprint", "").replace(" ", "+")
        manage.remove_key(self.actor, source, fingerprint)
        self.audit("source.key_removed", source.name, fingerprint=fingerprint)
        return Response(status=204)


def _with_client(view: ApiView, given: dict[str, Any]) -> dict[str, Any]:
    """The fields with the API client found by its key, which is how programs know it. Raises Refusal 400."""
    key = given.get("client")
    if not key:
        return given if "client" not in given else {**given, "client": None}
    found = ApiClient.objects.filter(institution_id=view.actor.institution, key=key).first()
    if found is None:
        raise bad_field("client", "unknown_reference", f"There is no API client with the key `{key[:80]}`.")
    return {**given, "client": found.pk}
