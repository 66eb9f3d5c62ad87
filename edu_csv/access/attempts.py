"""How often somebody tried to prove who they are: in the database, so that all processes count alike."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Min
from django.utils import timezone

from edu_csv.access.models import Attempt

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` wrong tries within WINDOW by one subject, such as "e-mail" or "address"."""

    kind: str
    subject: str
    most: int

    @property
    def key(self) -> str:
        # Hashed: the table is no list of who works here.
        return hashlib.sha256(f"{self.kind}:{self.subject}".encode()).hexdigest()


def count(limits: list[Limit]) -> int:
    """Note one try against each limit; return the seconds to wait, 0 when it may go on.

    Noted before it is judged, so that a thousand tries at once cannot all be the tenth. A refused
    try is not noted: who keeps trying waits no longer than who does not.
    """
    now = timezone.now()
    Attempt.objects.filter(at__lt=now - WINDOW).delete()
    made = Attempt.objects.bulk_create(Attempt(subject=limit.key, at=now) for limit in limits)
    waits = [0]
    for limit in limits:
        tries = Attempt.objects.filter(subject=limit.key)
        if tries.count() > limit.most:
            first = tries.aggregate(first=Min("at"))["first"] or now
            waits.append(max(1, round((first + WINDOW - now).total_seconds())))
    if max(waits):
        Attempt.objects.filter(pk__in=[attempt.pk for attempt in made]).delete()
    return max(waits)


def forget(limits: list[Limit]) -> None:
    """It was them: no try of the first limit's subject counts any more, nor this one of the others."""
    own, *others = limits
    Attempt.objects.filter(subject=own.key).delete()
    for other in others:
        newest = Attempt.objects.filter(subject=other.key).order_by("-at", "-pk")[:1]
        Attempt.objects.filter(pk__in=newest.values_list("pk", flat=True)).delete()
