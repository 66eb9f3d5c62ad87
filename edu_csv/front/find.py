"""The finder: people, sections, courses, rooms and imports by id or name, within reach, in 200 ms."""

from __future__ import annotations

import time
from dataclasses import replace
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from psycopg.errors import QueryCanceled

from edu_csv.access import policy
from edu_csv.access.policy import Ability, Reach
from edu_csv.front.roster.cursors import as_id
from edu_csv.front.roster.kinds import COURSES, PEOPLE, ROOMS, SECTION_LIST, Kind
from edu_csv.front.roster.listing import Wanted, page_of
from edu_csv.front.roster.lists import search
from edu_csv.pages.contexts.roster import RosterLine
from edu_csv.pages.contexts.shell import Found
from edu_csv.pages.doors import asked, is_part, page
from edu_csv.pages.sessions import PersonRequest
from imports.services import visible_imports
from imports.views import names

EACH = 5
# A name is looked for in every row; with a million people, who asks gets what indexes know instead.
NAMES_WITHIN_MS = 120
# A line of the finder shows name and id only.
KINDS: tuple[Kind, ...] = tuple(replace(kind, cells=()) for kind in (PEOPLE, SECTION_LIST, COURSES, ROOMS))


@page()
@require_GET
def finder(request: PersonRequest) -> HttpResponse:
    q = asked(request.GET, "q", longest=100)
    began = time.perf_counter()
    results = found(request, q) if q else []
    context = {"q": q, "results": results, "took_ms": round((time.perf_counter() - began) * 1_000)}
    if is_part(request):
        return render(request, "components/_finder_results.html", context)
    crumbs = [{"label": "Find", "href": ""}]
    return render(request, "find.html", {**context, "title": "Find", "section": "", "crumbs": crumbs})


def found(request: PersonRequest, q: str) -> list[Found]:
    """One search for each kind; what this person cannot reach is not there."""
    results: list[Found] = []
    if policy.may(request.actor, Ability.READ_ROSTER):
        reach = policy.read_reach(request.actor)
        for kind in KINDS:
            results += _of_kind(kind, request.institution.pk, reach, q)
    if policy.may(request.actor, Ability.IMPORT):
        which = Q(name__icontains=q) | Q(file_name__icontains=q) | Q(reference=q)
        if (id_ := as_id(q)) is not None:
            which |= Q(pk=UUID(str(id_)))
        results += [
            {
                "icon": "in",
                "name": names.heading(upload),
                "id": "",
                "kind": "import",
                "href": names.address(upload),
            }
            for upload in visible_imports(request.actor).filter(which)[:EACH]
        ]
    return results


def _of_kind(kind: Kind, institution: int, reach: Reach, q: str) -> list[Found]:
    def lines(*, in_names: bool) -> list[RosterLine]:
        conditions = search(kind, q, in_names=in_names)
        wanted = Wanted(institution, reach, ["o.deleted_at IS NULL", *conditions.sql], conditions.params)
        return page_of(kind, wanted, limit=EACH).lines

    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {NAMES_WITHIN_MS}")
            listed = lines(in_names=True)
    except OperationalError as failure:
        if not isinstance(failure.__cause__, QueryCanceled):
            raise
        listed = lines(in_names=False)
    return [
        {"icon": kind.icon, "name": line["name"], "id": line["id"], "kind": kind.one, "href": line["href"]}
        for line in listed
    ]
