"""Setting a source up: settings, pause, switch, password, keys. Each is noted in the audit log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from edu_csv.access.models import ApiClient
from edu_csv.access.policy import Ability
from edu_csv.errors import StorageUnavailable
from edu_csv.front.sources import forms, lines
from edu_csv.front.sources.finding import managed_source
from edu_csv.front.sources.one import show
from edu_csv.pages import moments
from edu_csv.pages.contexts.sources import Secret
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.sessions import PersonRequest
from imports.models import Door, Source
from imports.requests import BadRequest
from imports.sources import inbox, manage
from imports.sources.errors import InboxRefused


@page(Ability.SETTINGS)
@require_POST
def settings(request: PersonRequest, source_id: UUID) -> HttpResponse:
    """Save one section of the settings."""
    source = managed_source(request, source_id)
    section = asked(request.POST, "section")
    typed = {name: str(value) for name, value in request.POST.items()}
    try:
        given = forms.read(source, section, request.POST)
        before = {name: getattr(source, name) for name in given}
        changed = manage.change(request.actor, source, **given)
    except KeyError:
        raise Http404 from None
    except BadRequest as wrong:
        return show(
            request,
            source,
            "settings",
            given=typed,
            errors=dict([forms.told(wrong)]),
            status=422,
        )
    after = {name: getattr(changed, name) for name in given}
    if before != after:
        noted = {"before": _noted(before), "after": _noted(after)}
        audit(request, "source.changed", source.name, **noted)
    messages.success(request, "Saved." if before != after else "Nothing was different.")
    return HttpResponseRedirect(lines.source_href(source, "settings"))


@page(Ability.SETTINGS)
@require_POST
def pause(request: PersonRequest, source_id: UUID) -> HttpResponse:
    """Pause it until a time of the institution's clocks; without one it goes on at once."""
    source = managed_source(request, source_id)
    text = asked(request.POST, "until")
    until = None
    try:
        if text:
            found = _time(text)
            if found is None:
                raise BadRequest(
                    "until", "bad_value", f"Expected a day and time such as 2026-08-21T07:00, got “{text}”."
                )
            until = timezone.make_aware(found) if timezone.is_naive(found) else found
        manage.pause(request.actor, source, until)
    except BadRequest as wrong:
        return show(request, source, "how", errors={"until": _plain(wrong.detail)}, status=422)
    audit(request, "source.paused" if until else "source.goes_on", source.name, until=text)
    said = f"Paused until {moments.prose(until)}." if until else "It goes on."
    messages.success(request, said)
    return HttpResponseRedirect(lines.source_href(source))


def _time(text: str) -> datetime | None:
    """None: it is no day and time, or one that does not exist."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None


@page(Ability.SETTINGS)
@require_POST
def switch(request: PersonRequest, source_id: UUID) -> HttpResponse:
    """Switch it off, so that it takes nothing more, or on again."""
    source = managed_source(request, source_id)
    on = asked(request.POST, "on") == "yes"
    manage.change(request.actor, source, is_enabled=on)
    audit(request, f"source.switched_{'on' if on else 'off'}", source.name)
    messages.success(request, f"{source.name} is switched {'on' if on else 'off'}.")
    return HttpResponseRedirect(lines.source_href(source))


@page(Ability.SETTINGS)
@require_POST
@sensitive_variables("secret")
def password(request: PersonRequest, source_id: UUID) -> HttpResponse:
    """A new password, which this answer shows and nothing ever again; or none any more."""
    source = managed_source(request, source_id)
    if asked(request.POST, "deed") == "drop":
        manage.drop_password(request.actor, source)
        audit(request, "source.password_removed", source.name)
        messages.success(request, "It has no password any more.")
        return HttpResponseRedirect(lines.source_href(source, "doors"))
    secret: Secret = {"login": source.login, "password": manage.new_password(request.actor, source)}
    audit(request, "source.new_password", source.name)
    return show(request, source, "doors", secret=secret, status=201)


@page(Ability.SETTINGS)
@require_POST
def keys(request: PersonRequest, source_id: UUID) -> HttpResponse:
    """Let a public key in, or not any more."""
    source = managed_source(request, source_id)
    try:
        if asked(request.POST, "deed") == "remove":
            fingerprint = asked(request.POST, "fingerprint")
            manage.remove_key(request.actor, source, fingerprint)
            _note_key(request, source, "source.key_removed", fingerprint, "The key is removed.")
        else:
            key = manage.add_key(request.actor, source, asked(request.POST, "key", longest=20_000))
            _note_key(request, source, "source.key_added", key["fingerprint"], "The key is added.")
    except BadRequest as wrong:
        # A private key is not shown again, to nobody.
        is_private = wrong.code == "private_key"
        given = {} if is_private else {"key": asked(request.POST, "key")}
        return show(request, source, "doors", given=given, errors={"key": _plain(wrong.detail)}, status=422)
    return HttpResponseRedirect(lines.source_href(source, "doors"))


def _note_key(request: PersonRequest, source: Source, verb: str, fingerprint: str, said: str) -> None:
    audit(request, verb, source.name, fingerprint=fingerprint)
    messages.success(request, said)


def _noted(values: dict[str, object]) -> dict[str, object]:
    """As the audit log keeps them: a client by its key."""
    return {name: value.key if isinstance(value, ApiClient) else value for name, value in values.items()}


def _plain(detail: str) -> str:
    return detail.replace("`", "")


@page(Ability.SETTINGS)
@require_POST
def upload(request: PersonRequest, source_id: UUID) -> HttpResponse:
    """Put a file into the inbox by hand: it is taken as one that the source sent."""
    source = managed_source(request, source_id)
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        return _not_taken(request, source, "No file came with it. Choose one, then send it.", 422)
    try:
        file = inbox.receive(source, sent.name or "", sent.chunks(), door=Door.HAND)
    except InboxRefused as refused:
        return _not_taken(request, source, refused.detail, 422)
    except StorageUnavailable:
        away = "The file store does not answer. Try again in a minute; nothing was changed."
        return _not_taken(request, source, away, 503)
    audit(request, "source.file_sent", source.name, name=file.shown, sha256=file.sha256)
    messages.success(request, f"{file.shown} is in incoming; it is taken when its turn comes.")
    return HttpResponseRedirect(lines.source_href(source, "files"))


def _not_taken(request: PersonRequest, source: Source, why: str, status: int) -> HttpResponse:
    return show(request, source, "files", errors={"file": why}, status=status)
