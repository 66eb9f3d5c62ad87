"""What needs this person, worst first: plans that wait, failed rows that lie, links that end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.access.policy import Ability
from edu_csv.front.exports.lines import export_href, export_name
from edu_csv.front.today.feeds import needs_of_feeds
from edu_csv.front.today.reports import needs_of_reports
from edu_csv.jobs.models import State, Status
from edu_csv.pages import moments
from edu_csv.pages.contexts.today import Need
from edu_csv.pages.words import counted, listed, number
from exports.services import visible_exports
from imports.models import Import
from imports.services import visible_imports
from imports.sources.feed_watch import Feed
from imports.views import names
from imports.views.finding import may_decide

MOST = 10
# Failed rows are a task from the second day on, and an old story after two weeks.
LIES_AFTER, FORGOTTEN_AFTER = timedelta(days=1), timedelta(days=14)
ENDS_WITHIN = timedelta(days=2)


def needs_of(actor: Actor, feeds: Sequence[Feed] = ()) -> list[Need]:
    """Six statements at most, whatever waits. feeds: those that this person sees, as they are now."""
    needs: list[Need] = []
    if policy.may(actor, Ability.IMPORT):
        visible = visible_imports(actor)
        waiting = visible.filter(job__state=State.WAITING)[: 5 * MOST]
        needs += [_waiting(each) for each in waiting if may_decide(actor, each)]
    needs += needs_of_feeds(feeds)
    if policy.may(actor, Ability.IMPORT):
        needs += [_failed(each) for each in _with_failed_rows(actor)]
    if policy.may(actor, Ability.EXPORT) and actor.account is not None:
        now = timezone.now()
        ending = visible_exports(actor).filter(
            job__account_id=actor.account, expires_at__gt=now, expires_at__lt=now + ENDS_WITHIN
        )
        needs += [
            {
                "title": f"The export of {export_name(each)} is about to end",
                "text": f"Its file is deleted {moments.prose(each.expires_at)}. Fetch it, or export again.",
                "action": {"label": "See export", "href": export_href(each)},
            }
            for each in ending[:MOST]
        ]
    needs += needs_of_reports(actor)
    return needs[:MOST]


def _waiting(upload: Import) -> Need:
    counts = upload.counts
    verbs = {"created": "created", "updated": "changed", "deleted": "deleted"}
    parts = [f"{number(counts[name])} {word}" for name, word in verbs.items() if counts.get(name)]
    text = listed(parts) or "No row would change anything"
    if counts.get("failed"):
        text += f"; {counted(counts['failed'], 'row')} failed"
    planned = upload.planned_at or upload.job.created_at
    return {
        "title": f"{names.heading(upload)} waits for your approval",
        "text": f"{text}. Planned {moments.prose(planned)}, uploaded by {upload.job.submitted_by}.",
        "action": {"label": "Review plan", "href": names.address(upload)},
    }


def _with_failed_rows(actor: Actor) -> list[Import]:
    now = timezone.now()
    found = visible_imports(actor).filter(
        job__status=Status.COMPLETED_WITH_ERRORS,
        job__finished_at__lt=now - LIES_AFTER,
        job__finished_at__gt=now - FORGOTTEN_AFTER,
        # Someone has sent rows of it again: it is being looked after.
        import__isnull=True,
    )
    return [each for each in found[:MOST] if each.counts.get("failed") and may_decide(actor, each)]


def _failed(upload: Import) -> Need:
    failed = upload.counts["failed"]
    ended = upload.job.finished_at or upload.job.created_at
    return {
        "title": f"{counted(failed, 'row')} of {names.heading(upload)} failed",
        "text": f"It ended {moments.prose(ended)}, and nobody has sent {'it' if failed == 1 else 'them'} again.",
        "action": {"label": "See the rows", "href": f"{names.address(upload)}?outcome=failed"},
    }
