"""One source: how it goes, its files, its settings, its doors; and the deeds on its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from edu_csv.access.policy import Ability
from edu_csv.front.sources import files, forms, how, lines
from edu_csv.front.sources.finding import find_source
from edu_csv.pages import fields
from edu_csv.pages.contexts.parts import Action, Fact, Note, Sentence
from edu_csv.pages.contexts.roster import Tab
from edu_csv.pages.contexts.sources import KeyLine, Secret, SourcePage
from edu_csv.pages.doors import asked, page
from edu_csv.pages.sessions import PersonRequest
from imports.models import FeedFault, Source
from imports.sftp.host_key import told_fingerprint
from imports.sources import automation, feed_watch, health_words, manage
from imports.sources.feed_watch import Feed

TABS = (("how", "How it goes"), ("files", "Files"), ("settings", "Settings"), ("doors", "Doors and keys"))


@page(Ability.SOURCES)
@require_GET
def one_source(request: PersonRequest, source_id: UUID) -> HttpResponse:
    """The page; ?tab= says which part. Who does not set sources up sees how it goes, and nothing else."""
    source = find_source(request, source_id)
    tab = asked(request.GET, "tab") or "how"
    if tab not in dict(TABS) or (tab != "how" and not manage.may_manage(request.actor)):
        raise Http404
    return show(request, source, tab)


def show(
    request: PersonRequest,
    source: Source,
    tab: str,
    *,
    given: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    secret: Secret | None = None,
    status: int = 200,
) -> HttpResponse:
    """given, errors: what was typed and why it could not be saved. secret: a new password, shown this once."""
    [feed] = feed_watch.feeds(request.actor.institution, source.pk)
    context = _page(request, feed, tab, given or {}, errors or {}, secret)
    return render(request, "sources/one.html", {**context}, status=status)


def _page(
    request: PersonRequest,
    feed: Feed,
    tab: str,
    given: Mapping[str, str],
    errors: Mapping[str, str],
    secret: Secret | None,
) -> SourcePage:
    source, is_managed, now = feed.source, manage.may_manage(request.actor), timezone.now()
    context: SourcePage = {
        "title": f"{lines.health_status(feed)['label']}: {source.name}",
        "section": "sources",
        "crumbs": [{"label": "Sources", "href": "/sources/"}, {"label": source.name, "href": ""}],
        "heading": source.name,
        "status": lines.health_status(feed, may_decide=is_managed),
        "facts": _facts(feed),
        "actions": _actions(feed) if is_managed else [],
        "sentence": _sentence(feed),
        "notes": _notes(feed, is_managed),
        "tabs": _tabs(source, tab) if is_managed else [],
        "tab": tab,
        "url": lines.source_href(source),
        "errors": list(errors.items()),
        "lanes": None,
        "limits": [],
        "events": [],
        "pause": None,
        "folders": [],
        "used": "",
        "max_size": "",
        "forms": [],
        "address": "",
        "rest_address": "",
        "host_key": "",
        "port": settings.SFTP_PORT,
        "login": source.login,
        "has_password": manage.has_password(source),
        "keys": [],
        "key_field": None,
        "secret": secret,
    }
    if tab == "how":
        context["lanes"] = how.arrival_lanes(request.actor, feed, now)
        context["limits"], context["events"] = how.limit_lines(feed), how.event_lines(feed)
        if is_managed and source.is_enabled and not source.is_paused(now):
            context["pause"] = forms.pause_form(source, errors.get("until", ""))
    elif tab == "files":
        context["folders"], context["used"] = files.folders(source), files.used(source)
        context["max_size"] = files.largest(source)
    elif tab == "settings":
        context["forms"] = forms.forms(source, given, errors)
    else:
        context["address"], context["rest_address"] = sftp_address(source), rest_address(source)
        context["host_key"] = told_fingerprint()
        context["keys"] = [_key(source, key) for key in source.public_keys]
        context["key_field"] = fields.field(
            "key",
            "Public key",
            given.get("key", ""),
            hint="The line of a .pub file, such as ssh-ed25519 AAAA… name.",
            type_="textarea",
            error=errors.get("key", ""),
            required=True,
        )
    return context


def sftp_address(source: Source) -> str:
    """What is typed to reach it: "sftp -P 2222 fjord-banner@edu.example"."""
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname or "localhost"
    return f"sftp -P {settings.SFTP_PORT} {source.login}@{host}"


def rest_address(source: Source) -> str:
    """Where a program puts a file: PUT, with its token."""
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}/api/v1/sources/{source.pk}/inbox/"


def _tabs(source: Source, chosen: str) -> list[Tab]:
    return [
        {
            "label": label,
            "href": lines.source_href(source, "" if key == "how" else key),
            "count": None,
            "is_on": key == chosen,
        }
        for key, label in TABS
    ]


def _facts(feed: Feed) -> list[Fact]:
    facts: list[Fact] = [
        {"text": lines.family_name(feed.source)},
        {"text": lines.doors_of(feed.source)},
        {"text": health_words.expected_words(feed.watched.expected)},
    ]
    if feed.health.next is not None:
        facts.append({"text": f"next: {health_words.window(feed.health.next)}"})
    return facts


def _actions(feed: Feed) -> list[Action]:
    source = feed.source
    actions: list[Action] = []
    if source.is_paused(timezone.now()):
        actions.append(
            {
                "label": "Go on now",
                "href": f"{lines.source_href(source)}pause/",
                "method": "post",
                "kind": "primary",
            }
        )
    actions.append(
        {
            "label": "Switch off" if source.is_enabled else "Switch on",
            "href": f"{lines.source_href(source)}switch/",
            "method": "post",
            "fields": {"on": "" if source.is_enabled else "yes"},
            "kind": "ghost" if source.is_enabled else "primary",
        }
    )
    return actions


def _sentence(feed: Feed) -> Sentence:
    last = health_words.last_words(feed.health.last)
    state = lines.health_status(feed)["label"]
    if feed.health.state == "off":
        return {
            "lead": "This source is switched off.",
            "rest": "It takes no files, and nothing is expected of it.",
        }
    if feed.health.state == "paused":
        return {"lead": f"{state}.", "rest": f"Files wait in its inbox until then. {last}"}
    if feed.health.state == "new":
        opens = (
            "" if lines.doors_of(feed.source) != "by hand" else " Open a door for it under Doors and keys."
        )
        return {"lead": "Nothing has come yet.", "rest": f"It takes files from now on.{opens}"}
    return {"lead": f"{state}.", "rest": last}


def _notes(feed: Feed, is_managed: bool) -> list[Note]:
    """What is amiss, worst first; two at most, as on every page. That nothing is changed is said before that."""
    notes = [_only_checked(feed.source, is_managed)] if automation.only_checks(feed.source) else []
    for each in feed.health.conditions[: 2 - len(notes)]:
        upload = str(each.params.get("import") or "")
        waits = each.params.get("why") == "approval"
        action: Action = {
            "label": "Review the plan" if waits else "See the import",
            "href": f"/imports/{upload}/",
        }
        notes.append(
            {
                "kind": "turn" if waits else "failed",
                "icon": "clock" if each.fault == FeedFault.LATE else "warn",
                "title": health_words.title(feed.source.name, each.fault, each.params),
                "text": health_words.context(each, feed.health.last, feed.watched.expected),
                "actions": [action] if upload else [],
            }
        )
    return notes


def _only_checked(source: Source, is_managed: bool) -> Note:
    """Of CircleIn, until its automation is on (circlein-csv.md C-18)."""
    shown = automation.ready(source)
    text = "Nothing is changed by them until its automation is switched on."
    if shown:
        text += " It may be: imports of Courses and of Enrollments have ended without errors."
    else:
        text += f" Before that an import of {shown.missing} has to end without errors."
    action: Action = {"label": "Open its settings", "href": lines.source_href(source, "settings")}
    return {
        "kind": "turn" if shown else "plain",
        "icon": "warn",
        "title": f"Files of {source.name} are only checked",
        "text": text,
        "actions": [action] if is_managed else [],
    }


def _key(source: Source, key: Mapping[str, Any]) -> KeyLine:
    added = parse_datetime(str(key.get("added_at", "")))
    return {
        "name": str(key.get("name") or "without a name"),
        "kind": str(key["key"]).partition(" ")[0],
        "fingerprint": str(key["fingerprint"]),
        "added": how.day_name(timezone.localdate(added)) if added else "",
        "remove": {
            "label": "Remove",
            "href": f"{lines.source_href(source)}keys/",
            "method": "post",
            "fields": {"fingerprint": str(key["fingerprint"]), "deed": "remove"},
            "kind": "ghost",
        },
    }
