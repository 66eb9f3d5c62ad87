"""All sources, and a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from edu_csv.access.policy import Ability
from edu_csv.front.sources import forms, words
from edu_csv.front.sources.finding import visible_feeds
from edu_csv.front.sources.lines import source_href, source_line
from edu_csv.pages import fields
from edu_csv.pages.contexts.parts import Action, Empty, Field, Sentence
from edu_csv.pages.contexts.sources import NewSourcePage, SourcesPage
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted
from imports.models import Family
from imports.requests import BadRequest
from imports.sources import health_words, manage
from imports.sources.feed_watch import Feed
from imports.sources.manage import NewSource

NEW_URL = "/sources/new/"
NEW: Action = {"label": "New source", "href": NEW_URL, "kind": "primary", "icon": "plus"}
HELP: Action = {"label": "How sources work", "href": "/help/sources/", "kind": "ghost"}
# The table below names them all.
NAMED = 2
LONGEST_SLUG = 50


@page(Ability.SOURCES)
@require_GET
def sources_list(request: PersonRequest) -> HttpResponse:
    """What this person may see: all of them, or those that mail to them."""
    is_managed = manage.may_manage(request.actor)
    feeds = visible_feeds(request.actor)
    context: SourcesPage = {
        "title": "Sources",
        "section": "sources",
        "crumbs": [{"label": "Sources", "href": ""}],
        "sentence": sentence(feeds),
        "lines": [source_line(feed, may_decide=is_managed) for feed in feeds],
        "actions": [HELP, *([NEW] if is_managed and feeds else [])],
        "empty": None if feeds else _empty(is_managed),
    }
    return render(request, "sources/list.html", {**context})


def sentence(feeds: Sequence[Feed]) -> Sentence:
    """ "One of 7 feeds needs you. CircleIn enrollments is late." """
    faulty = [feed for feed in feeds if feed.health.conditions]
    if not feeds:
        return {"lead": "Systems send files by themselves, over SFTP, REST or a watched folder.", "rest": ""}
    if not faulty:
        return {"lead": "All feeds are well.", "rest": f"{counted(len(feeds), 'source')}."}
    verb = "needs" if len(faulty) == 1 else "need"
    lead = format_html("<b>{} of {} {} you.</b>", len(faulty), counted(len(feeds), "feed"), verb)
    worst = [(feed.source.name, feed.health.worst) for feed in faulty[:NAMED]]
    said = [health_words.title(name, each.fault, each.params) for name, each in worst if each]
    return {"lead": lead, "rest": f"{'. '.join(said)}."}


def _empty(is_managed: bool) -> Empty:
    if not is_managed:
        return {
            "title": "No source mails to you",
            "text": "An administrator can name your address in a source; how its feed goes is shown here then.",
            "actions": [],
        }
    return {
        "title": "No sources yet",
        "text": "A source is a system that sends files every night. It gets an inbox, a log-in for SFTP, and is"
        " watched: what is late, empty or much smaller is told by mail and on Today.",
        "actions": [NEW],
    }


@page(Ability.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_source(request: PersonRequest) -> HttpResponse:
    """The form of a new source; a POST makes it, and its page is next."""
    if not manage.may_manage(request.actor):
        raise Http404
    if request.method != "POST":
        return _render(request, {})
    family = asked(request.POST, "family")
    name, wrong = asked(request.POST, "name"), list[BadRequest]()
    expected = None
    try:
        expected = forms.read_expected(request.POST)
    except BadRequest as unread:
        wrong.append(unread)
    new = NewSource(
        name=name,
        slug=asked(request.POST, "slug").lower() or slugify(name)[:LONGEST_SLUG].strip("-"),
        family=family,
        action=asked(request.POST, "action") if family == Family.ECHOVIDEO else "",
        expected=expected,
        notify=tuple(asked(request.POST, "notify", longest=5_000).replace(",", " ").split()),
    )
    wrong += manage.faults(request.actor, new)
    try:
        if wrong:
            return _render(request, dict(map(forms.told, wrong)), status=422)
        source = manage.create(request.actor, new)
    except BadRequest as taken:
        return _render(request, dict([forms.told(taken)]), status=422)
    audit(request, "source.created", source.name, login=source.login, family=family)
    messages.success(request, f"{source.name} is made. Open a door for it: a password, or a key.")
    return HttpResponseRedirect(source_href(source, "doors"))


def _render(request: PersonRequest, errors: Mapping[str, str], status: int = 200) -> HttpResponse:
    chosen = request.POST.getlist("days") if request.method == "POST" else list(words.DAYS)
    context: NewSourcePage = {
        "title": "New source",
        "section": "sources",
        "crumbs": [{"label": "Sources", "href": "/sources/"}, {"label": "New", "href": ""}],
        "errors": list(errors.items()),
        "fields": _fields(request, errors),
        "days": forms.days_choice(chosen),
    }
    return render(request, "sources/new.html", {**context}, status=status)


def _fields(request: PersonRequest, errors: Mapping[str, str]) -> list[Field]:
    def typed(name: str, label: str, hint: str, *, type_: str = "text", required: bool = False) -> Field:
        value = asked(request.POST, name, longest=5_000)
        error = errors.get(name, "")
        return fields.field(name, label, value, hint=hint, type_=type_, error=error, required=required)

    def chosen(name: str, label: str, choices: Sequence[tuple[str, str]], hint: str = "") -> Field:
        return fields.select(
            name, label, choices, asked(request.POST, name), hint=hint, error=errors.get(name, "")
        )

    families = [(str(value), str(label)) for value, label in Family.choices]
    actions = [("", "Choose one")] + [(value, label) for value, label, _ in words.ACTIONS]
    return [
        typed("name", "Name", "The system that sends, such as Banner nightly.", required=True),
        typed(
            "slug",
            "Short name",
            f"The end of its log-in, such as {request.institution.slug}-banner. Blank: made of the name.",
        ),
        chosen("family", "Files of", families),
        chosen("action", "What rows do", actions, "Only EchoVideo's files need this."),
        typed(
            "by", "Expected by", "Such as 07:00, in the institution's time zone. Blank: nothing is expected."
        ),
        typed(
            "notify",
            "Mail to",
            "One address a line: of each end, and when the feed is late.",
            type_="textarea",
        ),
    ]
