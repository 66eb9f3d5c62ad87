"""What the doors of recurring reports share."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from edu_csv.access.api.paging import Page, Window, bad_cursor, page_of
from edu_csv.access.api.problems import Refusal, bad_field
from edu_csv.access.api.views import ApiView
from edu_csv.access.models import ApiClient
from edu_csv.access.policy import Ability

Row = TypeVar("Row", bound=Model)


class ReportsView(ApiView):
    """For whoever has reports; API clients also by their own switch (reporting-api.md G30)."""

    ability = Ability.REPORT

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        client = self.actor.client
        if client is not None and not ApiClient.objects.get(pk=client).may_use_reporting:
            raise Refusal(
                403,
                "not_permitted",
                "This client may not use reports. An administrator can switch it on in the settings of API clients.",
            )


def newest_first(found: QuerySet[Row], asked: Window) -> Page[Row]:
    """A page of rows by their id, newest first. Raises Refusal 400."""
    if asked.place is not None:
        try:
            place = UUID(str(asked.place[0]))
        except ValueError:
            raise bad_cursor() from None
        # Ids ascend with time; the list descends.
        found = found.filter(**{"pk__gt" if asked.backwards else "pk__lt": place})
    ordered = found.order_by("pk" if asked.backwards else "-pk")
    return page_of(list(ordered[: asked.limit + 1]), asked, lambda row: [str(row.pk)])


def an_id(name: str, given: str) -> UUID:
    """An id of a filter. Raises Refusal 400."""
    try:
        return UUID(given)
    except ValueError:
        raise bad_field(name, "bad_value", f"Expected an id, got `{given[:40]}`.") from None
