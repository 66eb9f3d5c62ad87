"""The log of notices: whom each of them went to, what came of it, and sending one again."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.access.policy import Ability
from reporting.models import Delivery, ReportSchedule
from reporting.schedules import manage
from reporting.services import visible_requests
from reporting.telling import delivering, outbox


def visible_notices(actor: Actor) -> QuerySet[Delivery]:
    """Those about requests and recurring reports that the actor sees, newest first."""
    found = (
        Delivery.objects.filter(institution_id=actor.institution)
        .select_related("request__job", "request__run", "run")
        .order_by("-pk")
    )
    if policy.sees_all_reports(actor):
        return found
    if not policy.may(actor, Ability.REPORT):
        return found.none()
    schedules = manage.visible_schedules(actor).order_by().values("pk")
    requests = visible_requests(actor).order_by().values("pk")
    return found.filter(Q(request__in=requests) | Q(run__schedule__in=schedules) | Q(schedule__in=schedules))


def of_schedule(notices: QuerySet[Delivery], schedule: ReportSchedule) -> QuerySet[Delivery]:
    """Those about its runs, their requests, and its pauses."""
    return notices.filter(
        Q(request__run__schedule=schedule) | Q(run__schedule=schedule) | Q(schedule=schedule)
    )


def send_again(notice: Delivery) -> bool:
    """Try it once more from now on, with the same id and body; False while it waits already. Whoever sees it may."""
    if not delivering.send_again(notice):
        return False
    outbox.wake_when_committed()
    return True
