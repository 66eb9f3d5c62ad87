"""What the API says of sources and of the files in their inboxes, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import BigIntegerField, Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from edu_csv.access.api.fields import Flag, Moment, OneOf, Strict
from imports.api.asked import Addresses
from imports.kept import kept_said
from imports.models import Family, FileState, InboxFile, OnError, Source, SourceMode
from imports.sources import manage


class KeyShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    fingerprint = serializers.CharField()
    added_at = Moment()


class SourceShape(serializers.Serializer[Source]):
    """A system that sends files by itself. ``login`` is whom SFTP asks for; limits are as they hold."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    login = serializers.CharField()
    family = serializers.ChoiceField(Family.choices)
    action = serializers.CharField(allow_blank=True)
    is_enabled = serializers.BooleanField()
    mode = serializers.ChoiceField(SourceMode.choices)
    on_error = serializers.ChoiceField(OnError.choices)
    switches = serializers.DictField()
    expected = serializers.DictField(allow_null=True)
    limits = serializers.SerializerMethodField()
    automation_enabled = serializers.BooleanField()
    notify = serializers.ListField(child=serializers.EmailField())
    client = serializers.CharField(source="client.key", allow_null=True, default=None)
    watched_folder = serializers.CharField(allow_blank=True)
    watched_prefix = serializers.CharField(allow_blank=True)
    has_password = serializers.SerializerMethodField()
    keys = KeyShape(source="public_keys", many=True)
    used_bytes = serializers.IntegerField()
    waiting = serializers.IntegerField()
    paused_until = Moment(allow_null=True)
    last_seen_at = Moment(allow_null=True)
    last_file_at = Moment(allow_null=True)
    last_problem = serializers.CharField(allow_blank=True)
    last_problem_at = Moment(allow_null=True)
    created_at = Moment()

    def get_limits(self, source: Source) -> dict[str, int]:
        return asdict(source.limited)

    def get_has_password(self, source: Source) -> bool:
        return manage.has_password(source)


class InboxFileShape(serializers.Serializer[InboxFile]):
    """A file in one of the three folders. ``name``: as it is called there; ``sent_as``: as it was sent.

    ``bytes`` and ``sha256`` are of what was sent. ``kept``: how what is kept of it differs; blank when it does not.
    """

    id = serializers.UUIDField()
    folder = serializers.CharField()
    name = serializers.CharField(source="shown")
    sent_as = serializers.CharField(source="name")
    bytes = serializers.SerializerMethodField()
    sha256 = serializers.CharField(allow_blank=True)
    kept = serializers.SerializerMethodField()
    state = serializers.ChoiceField(FileState.choices)
    door = serializers.CharField()
    import_id = serializers.UUIDField(source="upload_id", allow_null=True)
    problem = serializers.DictField(allow_null=True)
    arrived_at = Moment()
    taken_at = Moment(allow_null=True)
    ended_at = Moment(allow_null=True)
    file = serializers.SerializerMethodField()

    def get_bytes(self, file: InboxFile) -> int:
        is_sent = file.upload is not None and not file.is_answer
        return int(file.upload.file_bytes if is_sent and file.upload else file.bytes)

    def get_kept(self, file: InboxFile) -> str:
        return "" if file.is_answer else kept_said(file.upload)

    def get_file(self, file: InboxFile) -> str:
        """Where its bytes are."""
        ids = {"source_id": file.source_id, "file_id": file.pk}
        address: str = reverse("api:source-file", kwargs=ids, request=self.context.get("request"))
        return address


class SourceChange(Strict):
    """What can be changed of a source; what is left out stays."""

    name = serializers.CharField(required=False, max_length=200)
    action = serializers.CharField(required=False, allow_blank=True)
    is_enabled = Flag(required=False)
    mode = OneOf(SourceMode.values, required=False)
    on_error = OneOf(OnError.values, required=False)
    switches = serializers.DictField(required=False)
    expected = serializers.DictField(required=False, allow_null=True)
    limits = serializers.DictField(required=False)
    notify = Addresses(required=False)
    client = serializers.CharField(required=False, allow_null=True)
    watched_folder = serializers.CharField(required=False, allow_blank=True)
    watched_prefix = serializers.CharField(required=False, allow_blank=True)


class SourcePatch(SourceChange):
    """automation_enabled: of CircleIn, once an import of Courses and one of Enrollments went without errors."""

    automation_enabled = Flag(required=False)


class SourceInput(SourceChange):
    """A new source. slug: the end of its log-in."""

    name = serializers.CharField(max_length=200)
    slug = serializers.CharField(max_length=50)
    family = OneOf(Family.values)


class KeyInput(Strict):
    """key: the line of a ``.pub`` file."""

    key = serializers.CharField(max_length=20_000)


class NewPassword(serializers.Serializer[Any]):
    """Shown this once."""

    login = serializers.CharField()
    password = serializers.CharField()


def with_figures(sources: QuerySet[Source]) -> QuerySet[Source]:
    """Sources with ``used_bytes`` and ``waiting``, in one statement."""
    files = InboxFile.objects.filter(source=OuterRef("pk")).order_by().values("source")
    number = BigIntegerField()
    return sources.annotate(
        used_bytes=Coalesce(Subquery(files.annotate(n=Sum("bytes")).values("n"), output_field=number), 0),
        waiting=Coalesce(
            Subquery(
                files.filter(folder="incoming", state__in=(FileState.COMPLETE, FileState.TAKEN))
                .annotate(n=Count("pk"))
                .values("n"),
                output_field=number,
            ),
            0,
        ),
    )


def source_shown(source: Source, request: Request) -> Mapping[str, Any]:
    found = with_figures(Source.objects.filter(pk=source.pk).select_related("client")).get()
    shown: Mapping[str, Any] = SourceShape(found, context={"request": request}).data
    return shown
