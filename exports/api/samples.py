"""``/formats/{key}/sample``: a file to begin with. It stands here because some of them are small exports.

Rows of a feed say themselves what they do, so its sample is the same for any action; that of a package is a zip of
the samples of its layouts, with the manifest of the newest version.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from edu_csv.access import policy
from edu_csv.access.api.problems import bad_field, not_found
from edu_csv.access.api.schema import PROBLEMS
from edu_csv.access.api.views import ApiView
from edu_csv.access.policy import Ability
from edu_csv.tabular import write_rows
from exports import services
from imports.formats.base import Format
from imports.formats.columns import ACTIONS, CREATE
from imports.formats.feed import Layout, Package
from imports.formats.registry import formats

CSV = "text/csv; charset=utf-8"
# The same sample is the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


class Sample(ApiView):
    """Header and two rows: invented ones to create, the institution's own to update or delete.

    Of a package, a zip of such files.
    """

    @extend_schema(
        operation_id="formats_sample",
        summary="A sample file",
        parameters=[OpenApiParameter("action", str, enum=ACTIONS)],
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "application/zip"): OpenApiTypes.BINARY,
            **PROBLEMS,
        },
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        fmt = self._format(key)
        action = request.query_params.get("action") or next(iter(fmt.actions), CREATE)
        if action not in fmt.actions:
            raise bad_field(
                "action",
                "unknown_action",
                f"{fmt.title} can be: {', '.join(fmt.actions)}; got `{action[:40]}`.",
            )
        if issubclass(fmt, Package):
            return _attached(_zipped(fmt), "application/zip", f"{fmt.key}.zip")
        if issubclass(fmt, Layout):
            return _attached(_of_layout(fmt), CSV, f"{fmt.key}.csv")
        header = [column.header for column in fmt.columns_for(action)]
        return _attached(_written([header, *self._rows(fmt, action)]), CSV, f"{fmt.key}.{action}.csv")

    def _format(self, key: str) -> type[Format]:
        fmt = formats().get(key)
        known = fmt is not None and (
            (fmt.importable and policy.may_import(self.actor, fmt.target.name))
            or (fmt.exportable and policy.may_export(self.actor, fmt.target.name))
        )
        if fmt is None or not known:
            raise not_found(f"There is no format `{key}`. /api/v1/formats lists them.")
        return fmt

    def _rows(self, fmt: type[Format], action: str) -> Sequence[Sequence[str]]:
        if action == CREATE:
            columns = fmt.columns_for(action)
            return [[row.get(column.name, "") for column in columns] for row in fmt.sample_rows]
        if not policy.may(self.actor, Ability.READ_ROSTER):
            return []
        reach = policy.read_reach(self.actor)
        return services.sample_rows(fmt, action, self.actor.institution, reach=reach)


def _attached(body: bytes, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    file = io.BytesIO()
    write_rows(file, rows)
    return file.getvalue()


def _of_layout(fmt: type[Layout]) -> bytes:
    rows = [[row.get(column.name, "") for column in fmt.columns] for row in fmt.sample_rows]
    return _written([[column.header for column in fmt.columns], *rows])


def _zipped(fmt: type[Package]) -> bytes:
    """The samples of its layouts, named so that they are read in the package's order, and the manifest.

    Without files that give others identifiers to what is there: in an empty institution nothing is.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, layout in enumerate([each for each in fmt.layouts if not each.renames], 1):
            name = f"{number:02}-{layout.key.split('.')[-1]}.csv"
            archive.writestr(zipfile.ZipInfo(name, EPOCH), _of_layout(layout))
        if fmt.manifest:
            manifest = json.dumps({"version": fmt.versions()[-1]}).encode()
            archive.writestr(zipfile.ZipInfo(fmt.manifest, EPOCH), manifest)
    return file.getvalue()
