"""What the API says of import templates, and what it takes (rest-api.md section 8)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from edu_csv.access.api.fields import Flag, Moment, OneOf, Strict
from imports.api.asked import DELIMITER_WORDS
from imports.models import GroupMode, ImportTemplate, ImportTemplateVersion, TemplateKind, TemplateState
from imports.templates.content import Content

TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}


@extend_schema_field(TEXTS)
class Variables(serializers.Field[Any, Any, Any, Any]):
    """Names with their expressions, in order: an object, or a list of pairs where order may get lost on the way."""

    def to_internal_value(self, data: Any) -> tuple[tuple[str, str], ...]:
        pairs = list(data.items()) if isinstance(data, dict) else data
        is_good = isinstance(pairs, list) and all(
            isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(text, str) for text in pair)
            for pair in pairs
        )
        if not is_good:
            raise serializers.ValidationError(
                'Expected names with their expressions, such as {"base": "https://lecture.example.edu"}.',
                "bad_value",
            )
        return tuple((name.strip(), expression) for name, expression in pairs)

    def to_representation(self, value: Any) -> dict[str, str]:
        return dict(value)


class TemplateShape(serializers.Serializer[ImportTemplate]):
    """A template as its newest version says. ``ready_version``: what uploads are read with; null while it is a draft."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(TemplateKind.choices)
    state = serializers.ChoiceField(TemplateState.choices)
    body = serializers.SerializerMethodField()
    variables = serializers.SerializerMethodField()
    time_zone = serializers.CharField()
    delimiter = serializers.CharField()
    optional_columns = serializers.ListField(child=serializers.CharField())
    group_mode = serializers.ChoiceField(GroupMode.choices)
    archived = serializers.BooleanField()
    version = serializers.IntegerField()
    ready_version = serializers.IntegerField(allow_null=True)
    example_file_url = serializers.SerializerMethodField()
    created_at = Moment(source="made_at")
    updated_at = Moment()
    updated_by = serializers.CharField()

    def _current(self, template: ImportTemplate) -> ImportTemplateVersion:
        found: ImportTemplateVersion = self.context["versions"][template.pk]
        return found

    def get_body(self, template: ImportTemplate) -> str:
        return self._current(template).body

    @extend_schema_field(TEXTS)
    def get_variables(self, template: ImportTemplate) -> dict[str, str]:
        return dict(self._current(template).variables)

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_example_file_url(self, template: ImportTemplate) -> str | None:
        if not template.example_file_key:
            return None
        ids = {"template_id": template.pk}
        address: str = reverse("api:template-example", kwargs=ids, request=self.context["request"])
        return address


def shown(templates: list[ImportTemplate], request: Any) -> list[dict[str, Any]]:
    """Templates with their newest versions, in two statements however many there are."""
    found = ImportTemplateVersion.objects.filter(template__in=[each.pk for each in templates])
    numbers = {each.pk: each.version for each in templates}
    versions = {each.template_id: each for each in found if each.number == numbers[each.template_id]}
    context = {"request": request, "versions": versions}
    return [dict(TemplateShape(each, context=context).data) for each in templates]


class TemplatePatch(Strict):
    """What can be changed of a template; what is left out stays.

    state: ``draft`` saves whatever it says, ``ready`` only what can be used; left out, it is ready unless its newest
    version is a draft. kind is told by its sections; saying another is refused. example_csv: the text of an example file.
    """

    name = serializers.CharField(required=False, max_length=1_000)
    kind = OneOf(TemplateKind.values, required=False)
    state = OneOf(TemplateState.values, required=False)
    body = serializers.CharField(required=False, trim_whitespace=False, allow_blank=True)
    variables = Variables(required=False)
    time_zone = serializers.CharField(required=False)
    delimiter = serializers.CharField(required=False, trim_whitespace=False, max_length=9)
    optional_columns = serializers.ListField(
        child=serializers.CharField(trim_whitespace=False, max_length=1_000), required=False
    )
    group_mode = OneOf(GroupMode.values, required=False)
    archived = Flag(required=False)
    example_csv = serializers.CharField(
        required=False, trim_whitespace=False, write_only=True, help_text="An example file, as text."
    )


class TemplateInput(TemplatePatch):
    """A new template; ready unless it says ``draft``."""

    name = serializers.CharField(max_length=1_000)
    body = serializers.CharField(trim_whitespace=False, allow_blank=True)


class PreviewInput(serializers.Serializer[Any]):
    """A file of which nothing is stored."""

    file = serializers.FileField(allow_empty_file=True, max_length=255)


class PreviewShape(serializers.Serializer[Any]):
    """Rows by their numbers in the spreadsheet (csv data import 4.3)."""

    failedRows = serializers.DictField(child=serializers.CharField())  # noqa: N815  # the contract's name
    statements = serializers.DictField(child=serializers.ListField())
    people = serializers.DictField(child=serializers.ListField(), required=False)
    groups = serializers.DictField(child=serializers.ListField(), required=False)
    permissions = serializers.DictField(child=serializers.ListField(), required=False)
    truncated = serializers.BooleanField(required=False)
    rowsRead = serializers.IntegerField(required=False)  # noqa: N815  # the contract's name


def content_of(given: dict[str, Any], before: Content | None = None) -> Content:
    """What a request says, over what the template said before."""
    was = before or Content(body="")
    delimiter = given.get("delimiter", was.delimiter)
    return Content(
        body=given.get("body", was.body),
        variables=given.get("variables", was.variables),
        time_zone=given.get("time_zone", was.time_zone),
        delimiter=DELIMITER_WORDS.get(delimiter.strip().lower(), delimiter),
        optional_columns=tuple(given.get("optional_columns", was.optional_columns)),
        group_mode=given.get("group_mode", was.group_mode),
    )
