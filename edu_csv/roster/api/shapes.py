"""What the API shows of roster objects, made from the list of nouns (rest-api.md section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers

from edu_csv.access.api.fields import Moment
from edu_csv.roster.api import beside
from edu_csv.roster.fields import points_to, public_columns, public_name
from edu_csv.roster.history import Event
from edu_csv.roster.lookup import Known
from edu_csv.roster.nouns import PERSON, POINTS_TO_ANY, Noun
from edu_csv.roster.objects import Found
from edu_csv.roster.origins import Origins

# By SQL type: how a plain value is documented.
PLAIN: Mapping[str, type[serializers.Field[Any, Any, Any, Any]]] = {
    "text": serializers.CharField,
    "date": serializers.DateField,
    "time": serializers.TimeField,
    "boolean": serializers.BooleanField,
    "integer": serializers.IntegerField,
    "smallint": serializers.IntegerField,
    # Without a zone, so it is no ``date-time`` of OpenAPI.
    "timestamp": serializers.CharField,
}


class ReferenceShape(serializers.Serializer[Any]):
    """Another object. Both are null for one beyond the caller's reach."""

    id = serializers.UUIDField(allow_null=True)
    external_id = serializers.CharField(allow_null=True)


class AnyReferenceShape(ReferenceShape):
    """Another object of one of several kinds."""

    object_type = serializers.ChoiceField(
        list(dict.fromkeys(noun.name for nouns in POINTS_TO_ANY.values() for noun in nouns))
    )


def shown(found: Found, known: Mapping[UUID, Known], origins: Origins) -> dict[str, Any]:
    """One object as JSON. origins: of the jobs that touched such objects last."""
    noun, values = found.noun, found.values
    moment = Moment()
    body: dict[str, Any] = {"id": str(found.id)}
    if noun.has_external_id:
        body["external_id"] = values["external_id"]
    for name in public_columns(noun):
        body[public_name(noun, name)] = _value(noun, name, values[name], known)
    origin = origins.of(found.last_import, found.last_import_row)
    return body | {
        "created_at": moment.to_representation(values["created_at"]),
        "updated_at": moment.to_representation(values["updated_at"]),
        "last_import": str(found.last_import) if found.last_import else None,
        "last_import_row": origin.row,
        "last_import_file": origin.file,
    }


def _value(noun: Noun, name: str, value: Any, known: Mapping[UUID, Known]) -> Any:
    nouns = points_to(noun, name)
    if nouns is None or value is None:
        return value
    is_of_any = len(nouns) > 1
    if isinstance(value, list):
        return [_reference(each, known, is_of_any) for each in value]
    return _reference(value, known, is_of_any)


def _reference(id_: UUID, known: Mapping[UUID, Known], is_of_any: bool) -> dict[str, Any]:
    """is_of_any: the field may name objects of several kinds, so each says of which kind it is."""
    found = known.get(id_)
    kind = {"object_type": found.noun.name if found else None} if is_of_any else {}
    if found is not None and found.is_hidden:
        return {**kind, "id": None, "external_id": None}
    return {**kind, "id": str(id_), "external_id": found.external_id if found else None}


def shape_of(noun: Noun, title: str) -> type[serializers.Serializer[Any]]:
    """The same for the OpenAPI document. title: of one object, such as ``Section``."""
    fields: dict[str, Any] = {"id": serializers.UUIDField()}
    if noun.has_external_id:
        fields["external_id"] = serializers.CharField(allow_null=True)
    for name in public_columns(noun):
        fields[public_name(noun, name)] = _field(noun, name)
    if noun is PERSON:
        fields |= beside.fields()
    fields |= {
        "created_at": Moment(),
        "updated_at": Moment(),
        "last_import": serializers.UUIDField(allow_null=True),
        "last_import_row": serializers.IntegerField(allow_null=True),
        "last_import_file": serializers.CharField(allow_null=True),
    }
    return type(f"{title}Shape", (serializers.Serializer,), fields)


def _field(noun: Noun, name: str) -> serializers.Field[Any, Any, Any, Any]:
    kind = noun.columns[name]
    is_list = kind.endswith("[]")
    if nouns := points_to(noun, name):
        shape = AnyReferenceShape if len(nouns) > 1 else ReferenceShape
        return shape(many=True) if is_list else shape(allow_null=True)
    plain = PLAIN[kind.removesuffix("[]")]
    return serializers.ListField(child=plain()) if is_list else plain(allow_null=True)


class EventShape(serializers.Serializer[Event]):
    """Something that happened to an object. changes: by field, [before, after]; references by external id.

    row: of the import's file, as a spreadsheet numbers it; file: its name in a package, else null.
    Context: ``origins`` of the events' jobs.
    """

    at = Moment()
    operation = serializers.ChoiceField(["created", "updated", "deleted", "revived"])
    kind = serializers.ChoiceField(["import", "undo", "by_hand", "system"])
    by = serializers.CharField()
    row = serializers.SerializerMethodField()
    file = serializers.SerializerMethodField()
    changes = serializers.DictField(child=serializers.ListField())
    is_effect = serializers.BooleanField()
    is_undone = serializers.BooleanField()
    is_erased = serializers.BooleanField()

    def get_row(self, event: Event) -> int | None:
        origins: Origins = self.context["origins"]
        return origins.of(event.job, event.row).row

    def get_file(self, event: Event) -> str | None:
        origins: Origins = self.context["origins"]
        return origins.of(event.job, event.row).file

    def get_import_id(self, event: Event) -> str | None:
        return str(event.job) if event.kind == "import" and event.job else None

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # The contract's word; as a name of Python it is taken.
        return {**super().get_fields(), "import": serializers.SerializerMethodField("get_import_id")}
