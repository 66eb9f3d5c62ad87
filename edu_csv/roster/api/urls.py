"""Three addresses for each noun."""

from __future__ import annotations

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema, extend_schema_view

from edu_csv.access.api.schema import PROBLEMS, paged
from edu_csv.roster import nouns
from edu_csv.roster.api.shapes import EventShape, shape_of
from edu_csv.roster.api.views import History, ObjectList, OneObject, RosterView, list_parameters
from edu_csv.roster.nouns import Noun

# Address -> noun, and what one of them is called.
NOUNS: dict[str, tuple[Noun, str]] = {
    "organizations": (nouns.ORGANIZATION, "Organization"),
    "departments": (nouns.DEPARTMENT, "Department"),
    "org-units": (nouns.ORG_UNIT, "OrgUnit"),
    "campuses": (nouns.CAMPUS, "Campus"),
    "buildings": (nouns.BUILDING, "Building"),
    "rooms": (nouns.ROOM, "Room"),
    "terms": (nouns.TERM, "Term"),
    "courses": (nouns.COURSE, "Course"),
    "offerings": (nouns.OFFERING, "Offering"),
    "sections": (nouns.SECTION, "Section"),
    "people": (nouns.PERSON, "Person"),
    "enrollments": (nouns.ENROLLMENT, "Enrollment"),
    "memberships": (nouns.MEMBERSHIP, "Membership"),
    "person-attributes": (nouns.PERSON_ATTRIBUTES, "PersonAttributes"),
    "personas": (nouns.PERSONA, "Persona"),
    "viewing-permissions": (nouns.VIEWING_PERMISSION, "ViewingPermission"),
    "schedules": (nouns.SCHEDULE, "Schedule"),
}
EVENTS = paged(EventShape)


def _paths(address: str, noun: Noun, title: str) -> list[URLPattern]:
    shape = shape_of(noun, title)
    name = address.replace("-", "_")
    listing = extend_schema(
        operation_id=f"{name}_list",
        summary=f"{noun.many.capitalize()}",
        tags=[address],
        parameters=list_parameters(noun),
        responses={200: paged(shape), **PROBLEMS},
    )
    one = extend_schema(
        operation_id=f"{name}_get",
        summary=f"One of them: {title}",
        tags=[address],
        responses={200: shape, **PROBLEMS},
    )
    past = extend_schema(
        operation_id=f"{name}_history",
        summary="Its history, newest first",
        tags=[address],
        responses={200: EVENTS, **PROBLEMS},
    )
    kinds = [
        (ObjectList, listing, "", f"{address}"),
        (OneObject, one, "/<uuid:object_id>", f"{address}-one"),
        (History, past, "/<uuid:object_id>/history", f"{address}-history"),
    ]
    found = []
    for view, described, rest, url_name in kinds:
        of_noun: type[RosterView] = extend_schema_view(get=described)(
            type(f"{title}{view.__name__}", (view,), {"noun": noun})
        )
        found.append(path(f"{address}{rest}", of_noun.as_view(), name=url_name))
    return found


urlpatterns = [
    pattern for address, (noun, title) in NOUNS.items() for pattern in _paths(address, noun, title)
]
