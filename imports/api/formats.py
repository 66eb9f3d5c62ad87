"""``/formats``: what the caller may import or export, column by column (section 2)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from edu_csv.access.api import paging
from edu_csv.access.api.problems import not_found
from edu_csv.access.api.schema import PROBLEMS, paged
from edu_csv.access.api.views import ApiView
from imports.formats.base import Format
from imports.formats.columns import Column
from imports.formats.feed import Layout, Package
from imports.services import visible_formats

# An own id is written like any reference.
TYPES = {"own_id": "reference"}


class ColumnShape(serializers.Serializer[Any]):
    """type ``export_only``: exports write it, imports read past it."""

    name = serializers.CharField()
    required_for = serializers.ListField(child=serializers.CharField())
    type = serializers.CharField()
    allowed = serializers.ListField(child=serializers.CharField(), allow_null=True)
    max_length = serializers.IntegerField(allow_null=True)
    help = serializers.CharField()
    actions = serializers.ListField(child=serializers.CharField())
    aliases = serializers.ListField(child=serializers.CharField())


class FormatShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    family = serializers.CharField()
    title = serializers.CharField()
    object_type = serializers.CharField()
    actions = serializers.ListField(child=serializers.CharField())
    importable = serializers.BooleanField()
    exportable = serializers.BooleanField()
    columns = ColumnShape(many=True)
    layouts = serializers.ListField(
        child=serializers.CharField(), help_text="Of a package: the keys of its files' formats."
    )
    versions = serializers.ListField(
        child=serializers.CharField(), help_text="Versions of the family that it is read in, oldest first."
    )


def shown(fmt: type[Format]) -> dict[str, Any]:
    return {
        "key": fmt.key,
        "family": fmt.family,
        "title": fmt.title,
        "object_type": fmt.target.name,
        "actions": list(fmt.actions),
        "importable": fmt.importable,
        "exportable": fmt.exportable,
        "columns": [_column(column) for column in fmt.columns],
        "layouts": [each.key for each in fmt.layouts] if issubclass(fmt, Package) else [],
        "versions": _versions(fmt),
    }


def _versions(fmt: type[Format]) -> list[str]:
    if issubclass(fmt, Package):
        return fmt.versions()
    return list(fmt.versions) if issubclass(fmt, Layout) else []


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.header,
        "required_for": list(column.required),
        "type": TYPES.get(column.type_name, column.type_name),
        "allowed": column.allowed,
        "max_length": column.max_length,
        "help": column.help,
        "actions": list(column.actions),
        "aliases": list(column.aliases),
    }


class Formats(ApiView):
    """Every format that the caller may import or export."""

    @extend_schema(
        operation_id="formats_list", summary="Formats", responses={200: paged(FormatShape), **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        asked = paging.window(request, 1)
        formats = visible_formats(self.actor)
        keys = [fmt.key for fmt in formats]
        if asked.place is not None and asked.place[0] not in keys:
            raise paging.bad_cursor()
        at = keys.index(asked.place[0]) if asked.place is not None else -1
        found = formats[:at][::-1] if asked.backwards else formats[at + 1 :]
        page = paging.page_of(found[: asked.limit + 1], asked, lambda fmt: [fmt.key])
        return paging.answer(request, [shown(fmt) for fmt in page.rows], page, len(formats))


class OneFormat(ApiView):
    """One format."""

    @extend_schema(operation_id="formats_get", summary="One format", responses={200: FormatShape, **PROBLEMS})
    def get(self, request: Request, key: str) -> Response:
        for fmt in visible_formats(self.actor):
            if fmt.key == key:
                return Response(shown(fmt))
        raise not_found(f"There is no format `{key}`. /api/v1/formats lists them.")
