"""Webhooks: the addresses that are told, and their secrets, shown once."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from edu_csv.access.policy import Ability
from edu_csv.pages.contexts.parts import Action, Field
from edu_csv.pages.contexts.recurring import NewSecret, WebhookLine, WebhooksPage
from edu_csv.pages.doors import asked, audit, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted
from reporting.models import ReportSchedule, Webhook
from reporting.schedules.manage import NotAllowed
from reporting.telling import webhooks
from reporting.telling.webhooks import AddressRefused, InUse, TooMany
from reporting.views.recurring.words import RECURRING_URL, WEBHOOKS_URL
from reporting.views.words import URL


@page(Ability.REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("made")
def webhooks_list(request: PersonRequest) -> HttpResponse:
    """All of the institution. A POST gives an address a new secret, which this answer shows and nothing ever again."""
    if request.method != "POST":
        return _show(request)
    url = asked(request.POST, "url", longest=2_100)
    try:
        made = webhooks.new_secret(request.actor, url)
    except (AddressRefused, NotAllowed, TooMany) as refused:
        return _show(request, typed=url, error=str(refused), status=422)
    audit(request, "report_webhook.secret", made.webhook.url, is_new=made.is_new)
    return _show(request, made={"url": made.webhook.url, "secret": made.secret}, status=201)


@page(Ability.REPORT)
@require_POST
def delete_webhook(request: PersonRequest, webhook_id: UUID) -> HttpResponse:
    found = webhooks.visible_webhooks(request.actor).filter(pk=webhook_id).first()
    if found is None:
        raise Http404
    try:
        webhooks.delete(request.actor, found)
    except (InUse, NotAllowed) as refused:
        messages.info(request, str(refused))
        return HttpResponseRedirect(WEBHOOKS_URL)
    audit(request, "report_webhook.deleted", found.url)
    messages.success(request, "The address is taken away.")
    return HttpResponseRedirect(WEBHOOKS_URL)


def _show(
    request: PersonRequest,
    *,
    typed: str = "",
    error: str = "",
    made: NewSecret | None = None,
    status: int = 200,
) -> HttpResponse:
    used = (
        ReportSchedule.objects.filter(institution_id=request.institution.pk, webhook=OuterRef("url"))
        .order_by()
        .values("webhook")
        .annotate(n=Count("pk"))
        .values("n")
    )
    found = webhooks.visible_webhooks(request.actor).annotate(used=Subquery(used))
    field: Field = {
        "name": "url",
        "label": "Address",
        "value": typed,
        "type": "text",
        "hint": "Begins with https:// and can be reached from the internet.",
        "error": error,
        "is_required": True,
        "autocomplete": "off",
    }
    context: WebhooksPage = {
        "title": "Webhooks",
        "section": "reports",
        "crumbs": [
            {"label": "Reports", "href": URL},
            {"label": "Recurring", "href": RECURRING_URL},
            {"label": "Webhooks", "href": ""},
        ],
        "lines": [_line(request, each) for each in found],
        "errors": [("url", error)] if error else [],
        "field": field,
        "made": made,
    }
    return render(request, "reports/schedules/webhooks.html", {**context}, status=status)


def _line(request: PersonRequest, webhook: Webhook) -> WebhookLine:
    used: int | None = getattr(webhook, "used", None)
    actions: list[Action] = []
    if webhooks.may_change(request.actor, webhook):
        actions.append(
            {"label": "New secret", "href": WEBHOOKS_URL, "method": "post", "fields": {"url": webhook.url}}
        )
        remove: Action = {
            "label": "Take away", "href": f"{WEBHOOKS_URL}{webhook.pk}/delete/", "method": "post", "kind": "ghost",
        }  # fmt: skip
        if used:
            remove["why_not"] = (
                f"{counted(used, 'recurring report')} {'tells' if used == 1 else 'tell'} it. Take it out there first."
            )
        actions.append(remove)
    return {
        "url": webhook.url,
        "by": webhook.made_by,
        "at": webhook.secret_at,
        "used": counted(used, "recurring report") if used else "requests only",
        "actions": actions,
    }
