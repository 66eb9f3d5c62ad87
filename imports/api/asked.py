"""What callers of the API send about imports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers

from edu_csv.access.api.fields import Flag, OneOf, Strict
from imports.models import Mode, OnError
from imports.requests import ImportRequest

# A tab is hard to type into a form.
DELIMITER_WORDS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


class Addresses(serializers.ListField):
    """Mail addresses, as a list or separated by commas."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.EmailField(), max_length=50, **options)

    def get_value(self, dictionary: Any) -> Any:
        # Of a form: one field whose text is the whole list.
        return dictionary.get(self.field_name, serializers.empty)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):
            data = [address.strip() for address in data.split(",") if address.strip()]
        return super().to_internal_value(data)


class ImportInput(Strict):
    """The parts of ``POST /imports``; each is said in rest-api.md section 3."""

    file = serializers.FileField(required=False, allow_empty_file=True, max_length=255)
    upload_id = serializers.UUIDField(required=False)
    format = serializers.CharField(required=False, allow_blank=True)
    action = serializers.CharField(required=False, allow_blank=True)
    mode = OneOf(Mode.values, required=False)
    on_error = OneOf(OnError.values, required=False)
    encoding = serializers.CharField(required=False, allow_blank=True)
    delimiter = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=9)
    confirm_clear = Flag(required=False)
    keep_absent = Flag(required=False)
    reference = serializers.CharField(required=False, allow_blank=True, max_length=1_000)
    rows_expected = serializers.IntegerField(required=False, min_value=0)
    sha256 = serializers.CharField(required=False, allow_blank=True)
    name = serializers.CharField(required=False, allow_blank=True, max_length=255)
    notify = Addresses(required=False)
    parent = serializers.UUIDField(required=False)  # type: ignore[assignment]  # the contract's name
    source = serializers.CharField(  # type: ignore[assignment]  # the contract's name
        required=False,
        allow_blank=True,
        max_length=80,
        help_text="Slug or id of a source: its settings count.",
    )


def import_request(given: dict[str, Any]) -> ImportRequest:
    """The validated parts as the services take them."""
    delimiter = given.get("delimiter", "")
    parent: UUID | None = given.get("parent")
    return ImportRequest(
        format_key=given.get("format", "").strip(),
        action=given.get("action", "").strip().lower(),
        mode=given.get("mode", Mode.APPLY),
        on_error=given.get("on_error", OnError.SKIP),
        encoding=given.get("encoding", "").strip().lower(),
        delimiter=DELIMITER_WORDS.get(delimiter.strip().lower(), delimiter),
        confirm_clear=given.get("confirm_clear", False),
        keep_absent=given.get("keep_absent", False),
        name=given.get("name", ""),
        reference=given.get("reference", ""),
        notify=tuple(dict.fromkeys(given.get("notify", ()))),
        rows_expected=given.get("rows_expected"),
        sha256=given.get("sha256", "").strip(),
        parent=parent,
    )


class ApplyInput(Strict):
    """accept_changes: apply whatever the plan says by now, also when it is not what was approved."""

    accept_changes = Flag(required=False, default=False)


class VoidInput(Strict):
    """restore: also bring back what the import changed and deleted. preview: only say what would be.

    keep_statements: of a file that went through a template, let the statements that it stored stand.
    """

    restore = Flag(required=False, default=True)
    preview = Flag(required=False, default=False)
    keep_statements = Flag(required=False, default=False)


class DirectUploadInput(Strict):
    name = serializers.CharField(max_length=255)
    bytes = serializers.IntegerField(min_value=0)
