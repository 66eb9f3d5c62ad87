"""``/formats/{key}/sample``: a file to begin with. It stands here because some of them are small exports."""

from __future__ import annotations

import io
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
from imports.formats.registry import formats


class Sample(ApiView):
    """Header and two rows: invented ones to create, the institution's own to update or delete."""

    @extend_schema(
        operation_id="formats_sample",
        summary="A sample file",
        parameters=[OpenApiParameter("action", str, enum=ACTIONS)],
        responses={(200, "text/csv"): OpenApiTypes.STR, **PROBLEMS},
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
        header = [column.header for column in fmt.columns_for(action)]
        file = io.BytesIO()
        write_rows(file, [header, *self._rows(fmt, action)])
        answer = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{fmt.key}.{action}.csv"'
        return answer

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
