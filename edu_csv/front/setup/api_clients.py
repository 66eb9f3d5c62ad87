"""API clients: the programs that call for the institution; made, listed, given what they may do, switched off and on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from edu_csv.access import policy, services, tokens
from edu_csv.access.actors import Actor, Granted
from edu_csv.access.models import ApiClient
from edu_csv.access.policy import Ability, StatementsRead
from edu_csv.access.roles import Role, XapiAccess
from edu_csv.front.roster.cursors import as_id
from edu_csv.front.setup.parts import EVERYWHERE, field, may_set_up, places, tabs
from edu_csv.pages.contexts.parts import Field, Option
from edu_csv.pages.contexts.settings import ApiClientsPage, ApiLine, ClientLine, NewSecret
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.roster.models import OrgUnit

MOST_UNITS = 500
URL = "/settings/api-clients/"
OFF = "off"


@dataclass(frozen=True, slots=True)
class Api:
    """An API of its own with a switch for each client. may: the field of the client that has it. asked: of the form."""

    name: str
    slug: str
    may: str
    asked: str

    @property
    def verb(self) -> str:
        return f"switch_{self.slug.replace('-', '_')}"


CSV_DATA_IMPORT = Api("CSV Data Import", "csv-data-import", "may_use_csv_data_import", "csv_data")
REPORTING = Api("Reporting", "reporting", "may_use_reporting", "reporting")
APIS = {api.slug: api for api in (CSV_DATA_IMPORT, REPORTING)}
ASKED = ("name", "role", "org", "xapi_access", *(api.asked for api in APIS.values()))
AS_THE_ROLE = "What the role allows"


@page(Ability.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("made", "credentials")
def api_clients(request: PersonRequest) -> HttpResponse:
    """The list; a POST makes a client, whose secret this answer shows and nothing ever again."""
    _stand_for_all(request)
    if request.method != "POST":
        return _render(request)
    name, role, place, access, *_ = (asked(request.POST, each) for each in ASKED)
    wanted = {api.slug: asked(request.POST, api.asked) for api in APIS.values()}
    units = _units(request)
    errors: dict[str, str] = {}
    if not name:
        errors["name"] = "Name is blank. Write which program will call, such as Banner nightly."
    if role not in Role.values:
        errors["role"] = f"Expected one of {', '.join(Role.values)}, got {role!r}."
    if place and place not in units:
        errors["org"] = "There is no such org unit. Choose one of the list."
    if access not in ("", *XapiAccess.values):
        errors["xapi_access"] = f"Expected one of {', '.join(XapiAccess.values)}, got {access!r}."
    for slug, said in wanted.items():
        if said not in ("", OFF):
            errors[APIS[slug].asked] = f"Expected {OFF} or nothing, got {said!r}."
    if errors:
        return _render(request, errors, status=422)
    credentials = services.create_api_client(
        institution=request.institution.pk, name=name, role=role, org_unit=as_id(place) if place else None,
        xapi_access=access, may_use_csv_data_import=wanted[CSV_DATA_IMPORT.slug] != OFF,
        may_use_reporting=wanted[REPORTING.slug] != OFF,
    )  # fmt: skip
    audit(
        request, "create_api_client", name, key=credentials.key, role=role, xapi_access=access,
        csv_data_import=wanted[CSV_DATA_IMPORT.slug] != OFF, reporting=wanted[REPORTING.slug] != OFF,
    )  # fmt: skip
    made: NewSecret = {"name": name, "key": credentials.key, "secret": credentials.secret}
    return _render(request, made=made, status=201)


@page(Ability.SETTINGS)
@require_POST
def switch_client(request: PersonRequest, client_id: int) -> HttpResponse:
    """Switch a client off, which ends its tokens at once and for good, or on again."""
    client = _client(request, client_id)
    client.is_active = asked(request.POST, "active") == "yes"
    with transaction.atomic():
        client.save(update_fields=["is_active"])
        if not client.is_active:
            tokens.end_all(client)
    audit(request, f"switch_api_client_{'on' if client.is_active else 'off'}", client.name, key=client.key)
    return HttpResponseRedirect(URL)


@page(Ability.SETTINGS)
@require_POST
def give_statements(request: PersonRequest, client_id: int) -> HttpResponse:
    """Say what a client may do at the xAPI statements endpoint; it holds from its next request on."""
    client = _client(request, client_id)
    before, wanted = client.xapi_access, asked(request.POST, "xapi_access")
    if wanted not in ("", *XapiAccess.values):
        raise Http404
    client.xapi_access, client.may_use_xapi = wanted, wanted != XapiAccess.OFF
    client.save(update_fields=["xapi_access", "may_use_xapi"])
    audit(request, "set_xapi_access", client.name, key=client.key, before=before, after=wanted)
    return HttpResponseRedirect(URL)


@page(Ability.SETTINGS)
@require_POST
def switch_api(request: PersonRequest, client_id: int, api: str) -> HttpResponse:
    """Switch one of the APIs off for a client, or on again; it holds from its next request on. api: of APIS."""
    client, switched = _client(request, client_id), APIS[api]
    is_on = asked(request.POST, "active") == "yes"
    setattr(client, switched.may, is_on)
    client.save(update_fields=[switched.may])
    audit(request, f"{switched.verb}_{'on' if is_on else 'off'}", client.name, key=client.key)
    return HttpResponseRedirect(URL)


def _client(request: PersonRequest, client_id: int) -> ApiClient:
    _stand_for_all(request)
    client = ApiClient.objects.filter(pk=client_id, institution_id=request.institution.pk).first()
    if client is None:
        raise Http404
    return client


def _stand_for_all(request: PersonRequest) -> None:
    if not may_set_up(request.actor):
        raise Http404


def _units(request: PersonRequest) -> dict[str, str]:
    found = OrgUnit.objects.filter(institution_id=request.institution.pk, deleted_at__isnull=True)
    return {str(unit.pk): unit.name for unit in found.order_by("name_folded")[:MOST_UNITS]}


def _render(
    request: PersonRequest,
    errors: Mapping[str, str] | None = None,
    made: NewSecret | None = None,
    status: int = 200,
) -> HttpResponse:
    errors = errors or {}
    context: ApiClientsPage = {
        "title": "Settings: API clients",
        "section": "settings",
        "crumbs": [{"label": "Settings", "href": "/settings/account/"}, {"label": "API clients", "href": ""}],
        "heading": "API clients",
        "tabs": tabs(request.actor, "api-clients"),
        "done": "",
        "errors": list(errors.items()),
        "clients": _lines(request),
        "fields": _fields(request, errors),
        "made": made,
    }
    return render(request, "settings/api_clients.html", {**context}, status=status)


def _lines(request: PersonRequest) -> list[ClientLine]:
    clients = (
        ApiClient.objects.filter(institution_id=request.institution.pk)
        .prefetch_related("grants")
        .order_by("-created_at")
    )
    granted: list[UUID | None] = [grant.org_unit_id for client in clients for grant in client.grants.all()]
    named = places(request.institution.pk, granted)
    lines: list[ClientLine] = []
    for client in clients:
        grants = client.grants.all()
        lines.append(
            {
                "name": client.name,
                "key": client.key,
                "role": ", ".join(str(Role(grant.role).label) for grant in grants),
                "place": ", ".join(named.get(grant.org_unit_id, "") for grant in grants),
                "at": client.created_at,
                "status": {"kind": "ok", "label": "On"}
                if client.is_active
                else {"kind": "cancelled", "label": "Off"},
                "switch": {
                    "label": "Switch off" if client.is_active else "Switch on",
                    "href": f"{URL}{client.pk}/",
                    "method": "post",
                    "fields": {"active": "" if client.is_active else "yes"},
                },
                "apis": [_api_line(client, api) for api in APIS.values()],
                "statements": _rights(client),
                "statements_url": f"{URL}{client.pk}/statements/",
                "statements_field": {
                    **field(f"xapi_access_{client.pk}", f"Statements of {client.name}", type_="select"),
                    "options": _access_options(client.xapi_access if client.may_use_xapi else XapiAccess.OFF),
                },
            }
        )
    return lines


def _api_line(client: ApiClient, api: Api) -> ApiLine:
    is_on = getattr(client, api.may)
    return {
        "name": f"{api.name} API",
        "state": "On" if is_on else "Off",
        "switch": {
            "label": f"Switch {api.name} {'off' if is_on else 'on'}",
            "href": f"{URL}{client.pk}/{api.slug}/",
            "method": "post",
            "fields": {"active": "" if is_on else "yes"},
        },
    }


def _rights(client: ApiClient) -> str:
    """What the client may do with statements after all, its role considered: "Writes, reads all, voids"."""
    grants = tuple(Granted(Role(grant.role), grant.org_unit_id) for grant in client.grants.all())
    rights = policy.xapi_rights(
        Actor(client.institution_id, client.name, client=client.pk, grants=grants), client
    )
    reads = {StatementsRead.NONE: "", StatementsRead.OWN: "reads its own", StatementsRead.ALL: "reads all"}
    said = ["writes" if rights.writes else "", reads[rights.reads], "voids" if rights.voids else ""]
    return ", ".join(each for each in said if each).capitalize() or "Nothing"


def _access_options(chosen: str) -> list[Option]:
    role: Option = {"label": AS_THE_ROLE, "value": "", "is_on": not chosen}
    others: list[Option] = [
        {"label": access.label, "value": access.value, "is_on": access.value == chosen}
        for access in XapiAccess
    ]
    return [role, *others]


def _fields(request: PersonRequest, errors: Mapping[str, str]) -> list[Field]:
    given = {name: asked(request.POST, name) for name in ASKED}
    roles: list[Option] = [
        {"label": role.label, "value": role.value, "is_on": role.value == (given["role"] or Role.INTEGRATION)}
        for role in Role
    ]
    units: list[Option] = [{"label": EVERYWHERE.capitalize(), "value": "", "is_on": not given["org"]}]
    units += [
        {"label": name, "value": value, "is_on": value == given["org"]}
        for value, name in _units(request).items()
    ]
    return [
        {
            **field("name", "Name", hint="The program that calls.", error=errors.get("name", "")),
            "value": given["name"] if errors else "",
        },
        {**field("role", "Role", type_="select", error=errors.get("role", "")), "options": roles},
        {**field("org", "Reaches", type_="select", error=errors.get("org", "")), "options": units},
        *(_api_field(api, given[api.asked], errors) for api in APIS.values()),
        {
            **field("xapi_access", "xAPI statements", type_="select", error=errors.get("xapi_access", "")),
            "options": _access_options(given["xapi_access"]),
        },
    ]


def _api_field(api: Api, given: str, errors: Mapping[str, str]) -> Field:
    return {
        **field(api.asked, f"{api.name} API", type_="select", error=errors.get(api.asked, "")),
        "options": [
            {"label": AS_THE_ROLE, "value": "", "is_on": given != OFF},
            {"label": "Off", "value": OFF, "is_on": given == OFF},
        ],
    }
