"""The lists of the roster browser: search, filters, pages of 50."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edu_csv.access import policy
from edu_csv.access.policy import Ability, Reach
from edu_csv.front.roster.cursors import Cursor, as_id
from edu_csv.front.roster.kinds import KINDS, Kind
from edu_csv.front.roster.listing import Listed, Wanted, count, page_of
from edu_csv.pages.contexts.parts import Action, Empty, Filter, Option
from edu_csv.pages.contexts.roster import RosterPage
from edu_csv.pages.doors import asked, page
from edu_csv.pages.paging import Query, href, pager
from edu_csv.pages.sessions import PersonRequest
from edu_csv.roster.reach import reaching
from edu_csv.roster.roles import PersonRole

# So many choices a filter offers; search finds the others.
MOST_OPTIONS = 200
GONE = "gone"
# Lists that the navigation does not name are a step away from those that it does.
_PLACES: list[Action] = [
    {"label": "Calendar", "href": "/calendar/", "icon": "calendar"},
    {"label": "Schedules", "href": "/roster/schedules/"},
    {"label": "Rooms", "href": "/roster/rooms/"},
    {"label": "Buildings", "href": "/roster/buildings/"},
    {"label": "Campuses", "href": "/roster/campuses/"},
]
BESIDE = {
    key: [action for action in _PLACES if action["href"] != f"/roster/{key}/"]
    for key in ("rooms", "buildings", "campuses", "schedules")
}
BESIDE |= {
    "sections": [{"label": "Offerings", "href": "/roster/offerings/"}],
    "offerings": [{"label": "Sections", "href": "/roster/sections/"}],
}
LABELS = {"role": "Role", "state": "State", "org": "Org unit", "term": "Term"}


@page(Ability.READ_ROSTER)
@require_GET
def roster_list(request: PersonRequest, kind: str) -> HttpResponse:
    return render(request, "roster/list.html", {**_page(request, kind)})


@page(Ability.READ_ROSTER)
@require_GET
def roster_lines(request: PersonRequest, kind: str) -> HttpResponse:
    """The lines alone, for search while typing."""
    return render(request, "roster/_lines.html", {**_page(request, kind)})


@dataclass
class Conditions:
    """SQL over ``o`` and its parameters, as search and filters add to them."""

    sql: list[str] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=dict)

    def add(self, sql: str, **params: Any) -> None:
        self.sql.append(sql)
        self.params |= params


def search(kind: Kind, q: str, *, in_names: bool = True) -> Conditions:
    """What ``q`` finds: an id in full, the beginning of a key, or every word somewhere in the name.

    in_names: False asks indexes only, which know how a family name begins.
    """
    found = Conditions()
    if not q:
        return found
    either = []
    if id_ := as_id(q):
        either.append("o.id = %(q_id)s")
        found.params["q_id"] = id_
    # A range, for that an index answers; the last character that exists ends it.
    folded = q.casefold()
    for i, key in enumerate(kind.prefixes):
        begins = folded if key.endswith("_folded") else q
        either.append(f"({key} >= %(q_from_{i})s AND {key} < %(q_to_{i})s)")
        found.params |= {f"q_from_{i}": begins, f"q_to_{i}": begins + "\U0010ffff"}
    if not in_names and kind.seek:
        # As it was typed, and as names are written.
        for i, begins in enumerate(dict.fromkeys((q, q.title()))):
            either.append(f"({kind.seek} >= %(q_name_{i})s AND {kind.seek} < %(q_name_end_{i})s)")
            found.params |= {f"q_name_{i}": begins, f"q_name_end_{i}": begins + "\U0010ffff"}
    words = q.split()[:8] if in_names else []
    if words:
        either.append(
            "(" + " AND ".join(f"{kind.words} ILIKE %(q_word_{i})s" for i in range(len(words))) + ")"
        )
    found.params |= {f"q_word_{i}": f"%{_literally(word)}%" for i, word in enumerate(words)}
    found.sql.append("(" + " OR ".join(either) + ")")
    return found


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _page(request: PersonRequest, key: str) -> RosterPage:
    kind = KINDS.get(key)
    if kind is None:
        raise Http404
    q = asked(request.GET, "q", longest=200)
    given = {name: value for name in kind.filters if (value := asked(request.GET, name))}
    reach = policy.read_reach(request.actor)
    page_url = f"/roster/{kind.key}/"
    query: Query = [*(("q", q) for _ in [0] if q), *given.items()]
    filters, reach, conditions = _filters(request, kind, given, query, page_url, reach)
    found = search(kind, q)
    wanted = Wanted(
        request.institution.pk, reach, [*conditions.sql, *found.sql], {**conditions.params, **found.params}
    )
    cursor = Cursor.read(asked(request.GET, "cursor", longest=2_000), len(kind.order) + 1)
    listed: Listed = page_of(kind, wanted, cursor)
    total = count(kind, wanted)
    return {
        "title": kind.many.capitalize(),
        "section": kind.key,
        "crumbs": [{"label": kind.many.capitalize(), "href": ""}],
        "kind": kind.key,
        "one": kind.one,
        "many": kind.many,
        "total": total,
        "q": q,
        "keeps": [pair for pair in query if pair[0] != "q"],
        "filters": filters,
        "heads": [cell.head for cell in kind.cells],
        "lines": listed.lines,
        "pager": pager(
            cursor, len(listed.lines), listed.after, page_url, query, total=total, what=kind.many,
            note="shown by this filter" if query else "",
        ),
        "empty": None if listed.lines else _empty(request, kind, bool(query), page_url),
        "page_url": page_url,
        "rows_url": f"{page_url}lines/",
        "actions": BESIDE.get(key, []),
    }  # fmt: skip


def _filters(
    request: PersonRequest,
    kind: Kind,
    given: dict[str, str],
    query: Query,
    page_url: str,
    reach: Reach,
) -> tuple[list[Filter], Reach, Conditions]:
    """The filters of a kind, and what they ask for. An org unit narrows the reach to what is below it."""
    conditions = Conditions()
    filters: list[Filter] = []
    conditions.add(f"o.deleted_at IS {'NOT NULL' if given.get('state') == GONE else 'NULL'}")
    for name in kind.filters:
        options = _options(request, name, reach)
        chosen = given.get(name, "")
        others = [pair for pair in query if pair[0] != name]
        if chosen and chosen not in options:
            # Of another institution, out of reach, or gone: nothing is shown, as for an absent one.
            conditions.add("FALSE")
        elif chosen and name == "org":
            reach = Reach((UUID(chosen),), unpublished=False)
        elif chosen and name == "term":
            conditions.add(kind.in_term, term=UUID(chosen))
        elif chosen and name == "role":
            conditions.add("%(role)s = ANY (o.roles)", role=chosen)
        filters.append(
            {
                "name": name,
                "label": LABELS[name],
                "value": options.get(chosen, "unknown") if chosen else "",
                "clear_href": href(page_url, others),
                "options": [
                    _option(label, value, name, others, page_url) for value, label in options.items()
                ],
            }
        )
    return filters, reach, conditions


def _option(label: str, value: str, name: str, others: Query, page_url: str) -> Option:
    return {
        "label": label,
        "value": value,
        "href": href(page_url, [*others, (name, value)]),
        "count": None,
        "is_on": False,
    }


def _options(request: PersonRequest, name: str, reach: Reach) -> dict[str, str]:
    """Value -> label of what a filter offers; one statement at most."""
    if name == "state":
        return {GONE: "Deleted"}
    if name == "role":
        return {role.value: role.label for role in PersonRole}
    params = {"institution": request.institution.pk, "granted": reach.granted, "most": MOST_OPTIONS}
    if name == "term":
        statement = (
            "SELECT id, name FROM roster_term WHERE institution_id = %(institution)s AND deleted_at IS NULL"
            " ORDER BY start_date DESC NULLS LAST, name_folded LIMIT %(most)s"
        )
        return _named(statement, params)
    within = "" if reach.is_whole else " AND id IN (SELECT id FROM reach)"
    units = (
        "SELECT id, name FROM roster_org_unit WHERE institution_id = %(institution)s"  # noqa: S608  # ours
        f" AND deleted_at IS NULL{within} ORDER BY name_folded LIMIT %(most)s"
    )
    return _named(f"{reaching(reach).as_string(None)} {units}", params)


def _named(statement: str, params: dict[str, Any]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return {str(id_): name for id_, name in cursor.fetchall()}


def _empty(request: PersonRequest, kind: Kind, is_filtered: bool, page_url: str) -> Empty:
    if is_filtered:
        return {
            "title": f"No {kind.one} matches",
            "text": "Search finds the beginning of an id and any part of a name. Take a filter away, or write less.",
            "actions": [{"label": "Clear filters", "href": page_url}],
        }
    may_import = policy.may_import(request.actor, kind.noun.name)
    return {
        "title": f"No {kind.many} yet",
        "text": f"When a file with {kind.many} has been imported, they stand here with where each value comes from.",
        "actions": [
            {"label": f"Import {kind.many}", "href": "/imports/new/", "kind": "primary", "icon": "plus"}
        ]
        if may_import
        else [],
    }
