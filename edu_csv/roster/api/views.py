"""Reading the roster: a list and one object per noun, and each object's history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from edu_csv.access import policy
from edu_csv.access.api import paging
from edu_csv.access.api.asked import moment, only_known
from edu_csv.access.api.problems import bad_field, not_found
from edu_csv.access.api.views import ApiView
from edu_csv.access.policy import Ability
from edu_csv.roster import objects, origins
from edu_csv.roster.api import beside
from edu_csv.roster.api.shapes import EventShape, shown
from edu_csv.roster.fields import place_columns
from edu_csv.roster.filters import ALL_FILTERS, filters_of
from edu_csv.roster.history import Place, history
from edu_csv.roster.nouns import PERSON, Noun
from edu_csv.roster.objects import Found, Listed, Scope, Wanted


class RosterView(ApiView):
    """Objects of one noun, as far as the caller reaches."""

    ability = Ability.READ_ROSTER
    noun: ClassVar[Noun]

    @property
    def scope(self) -> Scope:
        return Scope(self.actor.institution, self.noun, policy.read_reach(self.actor))

    def find(self, object_id: UUID, *, with_deleted: bool = False) -> Listed:
        found = objects.one(self.scope, object_id, with_deleted=with_deleted)
        if not found.objects:
            raise not_found(f"There is no such {self.noun.name.replace('_', ' ')}.")
        return found

    def beside(self, found: Sequence[Found]) -> dict[UUID, dict[str, Any]]:
        """What is told with objects though it stands elsewhere, by their ids."""
        if self.noun is not PERSON:
            return {}
        scope = self.scope
        return beside.of_people(scope.institution, scope.reach, [one.id for one in found])


class ObjectList(RosterView):
    """Objects of one noun."""

    def get(self, request: Request) -> Response:
        wanted = self._wanted(request)
        width = len(place_columns(self.noun))
        asked = paging.window(request, width)
        listed = objects.listed(
            self.scope, wanted, limit=asked.limit, place=_ids(asked.place), backwards=asked.backwards
        )
        page = paging.page_of(listed.objects, asked, lambda found: found.place)
        behind = origins.look_up([found.last_import for found in page.rows])
        more = self.beside(page.rows)
        results = [shown(found, listed.known, behind) | more.get(found.id, {}) for found in page.rows]
        return paging.answer(request, results, page, objects.counted(self.scope, wanted))

    def _wanted(self, request: Request) -> Wanted:
        given = request.query_params
        known = filters_of(self.noun)
        others = [name for name in ALL_FILTERS if name not in known and name in given]
        own_id = ["external_id"] if self.noun.has_external_id else []
        only_known(request, [*own_id, "q", "updated_after", *known, *others])
        by = {name: given.getlist(name) for name in ALL_FILTERS if name in given}
        for name in by:
            if name not in known:
                can = ", ".join(f"`{each}`" for each in known) or "no other object"
                raise bad_field(
                    name,
                    "unknown_filter",
                    f"{self.noun.many.capitalize()} are not filtered by {name}, but by {can}.",
                )
        after = given.get("updated_after")
        return Wanted(
            external_id=given.get("external_id"),
            q=given.get("q", "").strip(),
            updated_after=moment("updated_after", after) if after else None,
            by=by,
        )


def _ids(place: list[Any] | None) -> list[UUID] | None:
    if place is None:
        return None
    try:
        return [UUID(str(part)) for part in place]
    except ValueError:
        raise paging.bad_cursor() from None


class OneObject(RosterView):
    """One object."""

    def get(self, request: Request, object_id: UUID) -> Response:
        found = self.find(object_id)
        [one] = found.objects
        body = shown(one, found.known, origins.look_up([one.last_import]))
        return Response(body | self.beside([one]).get(one.id, {}))


class History(RosterView):
    """Who or which import changed which field from what to what; of deleted objects too."""

    def get(self, request: Request, object_id: UUID) -> Response:
        [found] = self.find(object_id, with_deleted=True).objects
        asked = paging.window(request, 2)
        place = _event_place(asked.place)
        page = history(
            self.actor.institution,
            found,
            self.scope.reach,
            after=None if asked.backwards else place,
            before=place if asked.backwards else None,
            limit=asked.limit,
        )
        shape = EventShape(context={"origins": origins.look_up([event.job for event in page.events])})
        return paging.answer(
            request,
            [shape.to_representation(event) for event in page.events],
            paging.Page(page.events, _written(page.after), _written(page.before)),
            None,
        )


def _event_place(place: list[Any] | None) -> Place | None:
    if place is None:
        return None
    try:
        at = datetime.fromisoformat(str(place[0]))
        if at.tzinfo is None:
            raise ValueError(place)
        return at, int(place[1])
    except (ValueError, TypeError):
        raise paging.bad_cursor() from None


def _written(place: Place | None) -> list[Any] | None:
    return [place[0].isoformat(), place[1]] if place else None


def list_parameters(noun: Noun) -> list[OpenApiParameter]:
    """What a list of this noun can be filtered by."""
    plain = [
        OpenApiParameter("q", str, description="A text in its names and ids."),
        OpenApiParameter("updated_after", datetime),
        OpenApiParameter("limit", int, description="1 to 500; 50 when left out."),
        OpenApiParameter("cursor", str, description="From `next` or `previous`."),
    ]
    if noun.has_external_id:
        plain.insert(0, OpenApiParameter("external_id", str))
    return plain + [
        OpenApiParameter(name, str, many=True, description="System id or external id.")
        for name in filters_of(noun)
    ]
