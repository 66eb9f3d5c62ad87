"""What files of this institution call types of org units and roles (d2l 4: org-unit-type and role mapping).

Each line is saved for itself, and noted in the audit log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from edu_csv.access.policy import Ability
from edu_csv.front.setup.parts import field, may_set_up, tabs
from edu_csv.pages.contexts.parts import Field, Option
from edu_csv.pages.contexts.settings import MappingsPage, RoleNameLine, TypeLine
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted
from edu_csv.roster import vocabulary
from edu_csv.roster.roles import PersonRole
from edu_csv.roster.vocabulary import BUILT_IN_ROLE_NAMES, BUILT_IN_TYPES, NotPossible

URL = "/settings/mappings/"
LABELS: dict[str, str] = {role.value: str(role.label) for role in PersonRole}


@page(Ability.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def mappings(request: PersonRequest) -> HttpResponse:
    """Types of org units, and names of roles."""
    if not may_set_up(request.actor):
        raise Http404
    if request.method != "POST":
        return _render(request)
    what = asked(request.POST, "do")
    if what not in DEEDS:
        raise Http404
    deed, at = DEEDS[what]
    try:
        with transaction.atomic():
            said = deed(request)
    except NotPossible as why:
        return _render(request, {at or asked(request.POST, "at", 40): str(why)}, status=422)
    messages.success(request, said)
    return HttpResponseRedirect(URL)


def _add_type(request: PersonRequest) -> str:
    name = asked(request.POST, "type")
    vocabulary.add_type(request.institution.pk, name)
    audit(request, "add_org_unit_type", name)
    return f"Files may name the type {name} from now on."


def _rename_type(request: PersonRequest) -> str:
    before, after = asked(request.POST, "type"), asked(request.POST, "name")
    units = vocabulary.rename_type(request.institution.pk, before, after, account=request.actor.account)
    audit(request, "rename_org_unit_type", before, after=after, org_units=units)
    return f"{before} is {after} now, with {counted(units, 'org_unit')}."


def _remove_type(request: PersonRequest) -> str:
    name = asked(request.POST, "type")
    vocabulary.remove_type(request.institution.pk, name)
    audit(request, "remove_org_unit_type", name)
    return f"The type {name} is gone."


def _set_role_name(request: PersonRequest) -> str:
    name, role = asked(request.POST, "role_name"), asked(request.POST, "role")
    before = vocabulary.role_names(request.institution.pk).get(name)
    vocabulary.set_role_name(request.institution.pk, name, role)
    audit(request, "set_role_name", name, before=before, after=role)
    return f"{name} means {LABELS[role]} from now on."


def _remove_role_name(request: PersonRequest) -> str:
    name = asked(request.POST, "role_name")
    before = vocabulary.own_role_names(request.institution.pk).get(name)
    vocabulary.remove_role_name(request.institution.pk, name)
    audit(request, "remove_role_name", name, before=before)
    built_in = BUILT_IN_ROLE_NAMES.get(name)
    return f"{name} means {LABELS[built_in]} again." if built_in else f"The role name {name} is gone."


# What a form asks for: the deed, and the field that a refusal is told at (blank: the one the form names).
DEEDS: Mapping[str, tuple[Callable[[PersonRequest], str], str]] = {
    "add_type": (_add_type, "type"),
    "rename_type": (_rename_type, ""),
    "remove_type": (_remove_type, "type"),
    "set_role_name": (_set_role_name, "role_name"),
    "remove_role_name": (_remove_role_name, "role_name"),
}


def _render(
    request: PersonRequest, errors: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """errors: by field, why what was typed into it cannot be."""
    errors = errors or {}
    types = _types(request, errors)
    context: MappingsPage = {
        "title": "Settings: types and roles",
        "section": "settings",
        "crumbs": [
            {"label": "Settings", "href": "/settings/account/"},
            {"label": "Types and roles", "href": ""},
        ],
        "heading": "Types and roles",
        "tabs": tabs(request.actor, "mappings"),
        "done": "",
        "errors": list(errors.items()),
        "types": types,
        "type_field": _type_field(request, errors),
        "role_names": _role_names(request),
        "role_fields": _role_fields(request, errors),
    }
    return render(request, "settings/mappings.html", {**context}, status=status)


def _types(request: PersonRequest, errors: Mapping[str, str]) -> list[TypeLine]:
    used = vocabulary.units_of_types(request.institution.pk)
    plurals = vocabulary.plural_names(request.institution.pk)
    lines: list[TypeLine] = []
    for place, name in enumerate(vocabulary.org_unit_types(request.institution.pk)):
        units, at = used.get(name, 0), f"name-{place}"
        error = errors.get(at, "")
        typed = asked(request.POST, "name") if error else ""
        lines.append(
            {
                "name": name,
                "used": _used(units, plurals.get(name, "")),
                "href": "/roster/org-units/" if units else "",
                "is_own": name not in BUILT_IN_TYPES,
                "field": {**field(at, f"New name of {name}", error=error), "value": typed},
                "why_kept": "" if not units else f"{counted(units, 'org_unit')} of this type",
            }
        )
    return lines


def _used(units: int, plural: str) -> str:
    """ "used by 3 org units, called Choirs". plural: as a template gave it."""
    if not units:
        return "not used"
    return f"used by {counted(units, 'org_unit')}" + (f", called {plural}" if plural else "")


def _type_field(request: PersonRequest, errors: Mapping[str, str]) -> Field:
    error = errors.get("type", "")
    hint = "In lower case, as files write it, such as faculty or campus."
    typed = asked(request.POST, "type") if error and asked(request.POST, "do") == "add_type" else ""
    return {**field("type", "New type", hint=hint, error=error), "value": typed}


def _role_names(request: PersonRequest) -> list[RoleNameLine]:
    """The institution's own first."""
    own = vocabulary.own_role_names(request.institution.pk)
    lines: list[RoleNameLine] = [
        {
            "name": name,
            "role": LABELS[role],
            "is_own": True,
            "instead_of": _label(BUILT_IN_ROLE_NAMES.get(name)),
        }
        for name, role in own.items()
    ]
    lines += [
        {"name": name, "role": LABELS[role], "is_own": False, "instead_of": ""}
        for name, role in BUILT_IN_ROLE_NAMES.items()
        if name not in own
    ]
    return lines


def _label(role: PersonRole | None) -> str:
    return LABELS[role] if role else ""


def _role_fields(request: PersonRequest, errors: Mapping[str, str]) -> list[Field]:
    error = errors.get("role_name", "")
    chosen = asked(request.POST, "role") if error else ""
    roles: list[Option] = [
        {"label": label, "value": value, "is_on": value == chosen} for value, label in LABELS.items()
    ]
    hint = "Letter for letter, as in role_name of the files."
    return [
        {
            **field("role_name", "Name in files", hint=hint, error=error),
            "value": asked(request.POST, "role_name") if error else "",
        },
        {**field("role", "Means", type_="select"), "options": roles},
    ]
