"""What holds for the whole institution: time zone, rooms and addresses, and who sees what.

Each section is saved for itself, in two steps: first what it would do, in numbers, then the deed, which
the audit log notes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from edu_csv.access.models import AuditEvent, Institution
from edu_csv.access.policy import Ability
from edu_csv.front.setup import effects, mail_domains, statement_ids
from edu_csv.front.setup.parts import field, may_set_up, tabs
from edu_csv.front.setup.zone_words import refusal
from edu_csv.pages.contexts.settings import Asked, Changed, SwitchesPage, SwitchSection
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.roster.zones import NotPossible, change_zone

CHANGED = "change_setting"
ON, OFF = "on", "off"
DOMAINS_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Switch:
    """A yes or no of the institution. name: its field. effect: what changing it would do."""

    name: str
    title: str
    text: str
    effect: Callable[[Institution, bool], list[str]]


PAGES: Mapping[str, tuple[str, tuple[Switch, ...]]] = {
    "institution": (
        "Institution",
        (
            Switch(
                "rooms_need_device",
                "Rooms need a device",
                "Schedules are taken only in rooms that have a capture device.",
                effects.rooms_need_device,
            ),
        ),
    ),
    "access": (
        "Access",
        (
            Switch(
                "designated_administration",
                "Designated administration",
                "Administrators of organizations and departments see only the imports and exports they started;"
                " administrators of the whole institution see all.",
                effects.designated_administration,
            ),
            Switch(
                "shows_unpublished_captures",
                "Unpublished captures",
                "Administrators of organizations and departments see schedules that publish to no section.",
                effects.shows_unpublished_captures,
            ),
            Switch(
                "reveal_anonymous",
                "Anonymous posts",
                "Reports name who asked or answered anonymously in discussions.",
                effects.reveal_anonymous,
            ),
        ),
    ),
}


@page(Ability.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def institution(request: PersonRequest) -> HttpResponse:
    """Time zone and rooms."""
    return _page(request, "institution")


@page(Ability.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def access(request: PersonRequest) -> HttpResponse:
    """Who sees what."""
    return _page(request, "access")


def _page(request: PersonRequest, key: str) -> HttpResponse:
    if not may_set_up(request.actor):
        raise Http404
    if request.method != "POST":
        return _render(request, key)
    name, value = asked(request.POST, "setting"), asked(request.POST, "value", longest=DOMAINS_LONGEST)
    confirmed = asked(request.POST, "confirm") == "yes"
    if key == "institution" and name == "time_zone":
        return _time_zone(request, value, confirmed)
    if key == "institution" and name == "notify_domains":
        text = value if confirmed else asked(request.POST, "domains", longest=DOMAINS_LONGEST)
        return _mail_domains(request, text, confirmed)
    if key == "institution" and name == "xapi_base":
        text = value if confirmed else asked(request.POST, "address", longest=DOMAINS_LONGEST)
        return _statements_base(request, text, confirmed)
    switch = next((each for each in PAGES[key][1] if each.name == name), None)
    if switch is None or value not in (ON, OFF):
        raise Http404
    wanted = value == ON
    if wanted == getattr(request.institution, name):
        return _back(request, key, f"{switch.title} is {value} already.")
    if not confirmed:
        return _render(
            request, key, {name: {"value": value, "effects": switch.effect(request.institution, wanted)}}
        )
    with transaction.atomic():
        Institution.objects.filter(pk=request.institution.pk).update(**{name: wanted})
        audit(request, CHANGED, name, before=not wanted, after=wanted)
    return _back(request, key, f"{switch.title} is {value}.")


def _time_zone(request: PersonRequest, zone: str, confirmed: bool) -> HttpResponse:
    before = request.institution.time_zone
    if zone == before:
        return _back(request, "institution", f"The time zone is {zone} already.")
    try:
        if not confirmed:
            found = effects.time_zone(request.institution, zone)
            return _render(request, "institution", {"time_zone": {"value": zone, "effects": found}})
        with transaction.atomic():
            moved = change_zone(request.institution.pk, zone)
            audit(request, CHANGED, "time_zone", before=before, after=zone, captures=moved.captures)
    except NotPossible as why:
        return _render(request, "institution", {}, {"value": (zone, refusal(why))}, status=422)
    return _back(request, "institution", f"The time zone is {zone}.")


def _mail_domains(request: PersonRequest, text: str, confirmed: bool) -> HttpResponse:
    before = request.institution.notify_domains
    try:
        wanted = mail_domains.read(text)
    except mail_domains.NoDomain as why:
        return _render(request, "institution", {}, {"domains": (text, str(why))}, status=422)
    if wanted == before:
        return _back(request, "institution", "The mail domains are these already.")
    if not confirmed:
        said = mail_domains.effect(request.institution, wanted)
        preview: Asked = {"value": mail_domains.written(wanted), "effects": said}
        return _render(request, "institution", {"notify_domains": preview})
    with transaction.atomic():
        Institution.objects.filter(pk=request.institution.pk).update(notify_domains=wanted)
        audit(request, CHANGED, "notify_domains", before=before, after=wanted)
    return _back(request, "institution", f"Mail domains: {mail_domains.written(wanted) or 'none'}.")


def _statements_base(request: PersonRequest, text: str, confirmed: bool) -> HttpResponse:
    before = request.institution.xapi_base
    try:
        wanted = statement_ids.read(text)
    except statement_ids.NoAddress as why:
        return _render(request, "institution", {}, {"address": (text, str(why))}, status=422)
    if wanted == before:
        return _back(request, "institution", "The address in statements is this already.")
    if not confirmed:
        preview: Asked = {"value": wanted, "effects": statement_ids.effect(request.institution, wanted)}
        return _render(request, "institution", {"xapi_base": preview})
    with transaction.atomic():
        Institution.objects.filter(pk=request.institution.pk).update(xapi_base=wanted)
        audit(request, CHANGED, "xapi_base", before=before, after=wanted)
    return _back(request, "institution", f"Address in statements: {wanted or 'that of this site'}.")


def _back(request: PersonRequest, key: str, said: str) -> HttpResponse:
    messages.success(request, said)
    return HttpResponseRedirect(f"/settings/{key}/")


def _render(
    request: PersonRequest,
    key: str,
    previews: Mapping[str, Asked] | None = None,
    errors: Mapping[str, tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """previews: by setting, what was asked and would happen. errors: by field, what was typed and why not."""
    previews, errors = previews or {}, errors or {}
    title, switches = PAGES[key]
    changed = _changed(request.institution.pk)
    sections = [_zone_section(request, previews, errors, changed)] if key == "institution" else []
    sections += [_section(request, switch, previews, changed) for switch in switches]
    if key == "institution":
        sections.append(_domains_section(request, previews, errors, changed))
        sections.append(_statements_section(request, previews, errors, changed))
    context: SwitchesPage = {
        "title": f"Settings: {title.lower()}",
        "section": "settings",
        "crumbs": [{"label": "Settings", "href": "/settings/account/"}, {"label": title, "href": ""}],
        "heading": title,
        "tabs": tabs(request.actor, key),
        "done": "",
        "errors": [(name, why) for name, (_, why) in errors.items()],
        "action_url": f"/settings/{key}/",
        "sections": sections,
    }
    return render(request, "settings/switches.html", {**context}, status=status)


def _section(
    request: PersonRequest, switch: Switch, previews: Mapping[str, Asked], changed: Mapping[str, Changed]
) -> SwitchSection:
    is_on = bool(getattr(request.institution, switch.name))
    return {
        "name": switch.name,
        "title": switch.title,
        "text": switch.text,
        "state": "On" if is_on else "Off",
        "value": OFF if is_on else ON,
        "button": f"Turn {OFF if is_on else ON}",
        "field": None,
        "asked": previews.get(switch.name),
        "changed": changed.get(switch.name),
    }


def _zone_section(
    request: PersonRequest,
    previews: Mapping[str, Asked],
    errors: Mapping[str, tuple[str, str]],
    changed: Mapping[str, Changed],
) -> SwitchSection:
    typed, why = errors.get("value", (request.institution.time_zone, ""))
    hint = "An IANA name such as Europe/Oslo."
    return {
        "name": "time_zone",
        "title": "Time zone",
        "text": "Schedules on campuses without a time zone of their own go by it, and pages show times in it.",
        "state": request.institution.time_zone,
        "value": "",
        "button": "Change the time zone",
        "field": {**field("value", "New time zone", hint=hint, error=why), "value": typed},
        "asked": previews.get("time_zone"),
        "changed": changed.get("time_zone"),
    }


def _domains_section(
    request: PersonRequest,
    previews: Mapping[str, Asked],
    errors: Mapping[str, tuple[str, str]],
    changed: Mapping[str, Changed],
) -> SwitchSection:
    stored = mail_domains.written(request.institution.notify_domains)
    typed, why = errors.get("domains", (stored, ""))
    hint = "Such as fjord.example, nordic.example. Leave it empty to mail accounts only."
    return {
        "name": "notify_domains",
        "title": "Mail domains",
        "text": "Mail about imports and feeds goes to accounts of the institution, and to addresses in these domains.",
        "state": stored or "None",
        "value": "",
        "button": "Change the mail domains",
        "field": {**field("domains", "Domains", hint=hint, error=why), "value": typed, "is_required": False},
        "asked": previews.get("notify_domains"),
        "changed": changed.get("notify_domains"),
    }


def _statements_section(
    request: PersonRequest,
    previews: Mapping[str, Asked],
    errors: Mapping[str, tuple[str, str]],
    changed: Mapping[str, Changed],
) -> SwitchSection:
    stored = request.institution.xapi_base
    typed, why = errors.get("address", (stored, ""))
    hint = "Such as https://lecture.fjord.example. Leave it empty for the address of this site."
    return {
        "name": "xapi_base",
        "title": "Address in statements",
        "text": "Ids of videos, polls and people in xAPI statements begin with it. It is one that the institution"
        " keeps: what an id names never changes.",
        "state": stored or f"{request.institution.statements_base}, that of this site",
        "value": "",
        "button": "Change the address",
        "field": {**field("address", "Address", hint=hint, error=why), "value": typed, "is_required": False},
        "asked": previews.get("xapi_base"),
        "changed": changed.get("xapi_base"),
    }


def _changed(institution: int) -> dict[str, Changed]:
    """Who changed each setting last."""
    found: Any = (
        AuditEvent.objects.filter(institution_id=institution, verb=CHANGED)
        .order_by("target", "-at")
        .distinct("target")
        .select_related("account")
    )
    return {
        event.target: {"by": str(event.account or "somebody who is gone"), "at": event.at} for event in found
    }
