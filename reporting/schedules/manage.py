"""Setting recurring reports up: who may, what is asked, pausing and going on.

A schedule asks with the rights of whoever made it, as they are at each run. Doors note in the audit log what they let
somebody do here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.access.models import Institution
from edu_csv.access.policy import Ability
from reporting import clock
from reporting.models import PauseReason, ReportSchedule
from reporting.problems import NotAllowed
from reporting.reports import reports
from reporting.schedules.problems import BadField
from reporting.telling import addresses
from reporting.windows import Frequency, Rhythm

DELIMITERS = (",", "\t", "|")
MOST = 200
LONGEST_NAME = 200
# What ``change`` may set; the rest is set by what happens.
FIELDS = (
    "name", "report_name", "frequency", "hour", "week_starts", "compression", "delimiter", "spreadsheet_safe", "email",
    "webhook",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """What is said of a recurring report when it is made; ``ReportSchedule`` says what each means."""

    report_name: str
    frequency: str
    name: str = ""
    hour: int = 6
    week_starts: int = 1
    compression: bool = True
    delimiter: str = ","
    spreadsheet_safe: bool = False
    email: tuple[str, ...] = ()
    webhook: str = ""


def visible_schedules(actor: Actor) -> QuerySet[ReportSchedule]:
    """Those that an actor may see, newest first: of the whole institution to who sees all its reports, else their own."""
    found = (
        ReportSchedule.objects.filter(institution_id=actor.institution)
        .select_related("account", "client", "institution")
        .order_by("-pk")
    )
    if policy.sees_all_reports(actor):
        return found
    if not policy.may(actor, Ability.REPORT):
        return found.none()
    if actor.client is not None:
        return found.filter(client_id=actor.client)
    return found.filter(account_id=actor.account or 0)


def may_change(actor: Actor, schedule: ReportSchedule) -> bool:
    """Whoever made it, and administrators of the whole institution."""
    own = policy.is_own(actor, account=schedule.account_id, client=schedule.client_id)
    return policy.may_change_report(actor, own=own)


def create(actor: Actor, new: NewSchedule) -> ReportSchedule:
    """Make a recurring report; its first run is the next that is due. Raises NotAllowed, BadField."""
    if not policy.may(actor, Ability.REPORT):
        raise NotAllowed("Your role has no reports. An administrator can make this for you.")
    new = replace(new, name=" ".join(new.name.split()), webhook=new.webhook.strip())
    checked(actor.institution, asdict(new))
    with transaction.atomic():
        # Of two at once the second counts the first.
        institution = Institution.objects.select_for_update(no_key=True).get(pk=actor.institution)
        if ReportSchedule.objects.filter(institution=institution).count() >= MOST:
            raise BadField(
                "report",
                "too_many",
                f"There are {MOST} recurring reports already. End one that nobody reads.",
            )
        now = clock.now()
        schedule = ReportSchedule(
            institution=institution,
            account_id=actor.account,
            client_id=actor.client,
            by_system=actor.is_system,
            made_by=actor.name,
            created_at=now,
            counts_from=now,
            **{**asdict(new), "email": list(new.email)},
        )
        _go_on(schedule, rhythm_of(schedule).first_after(now).start)
        schedule.save(force_insert=True)
    return schedule


def change(actor: Actor, schedule: ReportSchedule, **given: Any) -> ReportSchedule:
    """Set some of ``FIELDS``; no window is run twice by it. Raises NotAllowed, BadField."""
    _check_may_change(actor, schedule)
    if unknown := sorted(set(given) - set(FIELDS)):
        raise BadField(unknown[0], "unknown_field", f"Expected one of {', '.join(FIELDS)}.")
    if "name" in given:
        given["name"] = " ".join(str(given["name"]).split())
    if "webhook" in given:
        given["webhook"] = str(given["webhook"]).strip()
    with transaction.atomic():
        stored = _locked(schedule)
        # An address that may be told no more is told at each run; whoever changes the hour is not kept by it.
        touched = {name: value for name, value in given.items() if value != getattr(stored, name)}
        checked(stored.institution_id, touched)
        for name, value in touched.items():
            setattr(stored, name, list(value) if name == "email" else value)
        if {"frequency", "week_starts", "hour"} & set(touched):
            # A week that was begun day by day comes whole: rather some days twice than a day never.
            _go_on(stored, stored.next_start)
        stored.save()
    return stored


def pause(actor: Actor, schedule: ReportSchedule) -> ReportSchedule:
    """Let it rest until somebody lets it go on; one that rests already stays as it is. Raises NotAllowed."""
    _check_may_change(actor, schedule)
    with transaction.atomic():
        stored = _locked(schedule)
        if stored.paused_at is None:
            stored.paused_at, stored.pause_reason = clock.now(), PauseReason.PERSON
            stored.pause_detail = actor.name
            stored.save(update_fields=["paused_at", "pause_reason", "pause_detail"])
    return stored


def resume(actor: Actor, schedule: ReportSchedule) -> ReportSchedule:
    """Let it go on with the next window that is due; what was due meanwhile is not made up for. Raises NotAllowed."""
    _check_may_change(actor, schedule)
    with transaction.atomic():
        stored = _locked(schedule)
        if stored.paused_at is not None:
            now = clock.now()
            stored.paused_at, stored.pause_reason, stored.pause_detail = None, "", ""
            stored.counts_from = now
            _go_on(stored, max(stored.next_start, rhythm_of(stored).first_after(now).start))
            stored.save()
    return stored


def delete(actor: Actor, schedule: ReportSchedule) -> None:
    """End it for good; what it asked for stays. Raises NotAllowed."""
    _check_may_change(actor, schedule)
    with transaction.atomic():
        # Whoever runs it now is waited for: what is made meanwhile goes with it.
        stored = ReportSchedule.objects.select_for_update().filter(pk=schedule.pk).first()
        if stored is not None:
            stored.delete()


def rhythm_of(schedule: ReportSchedule) -> Rhythm:
    """When it is due, in its institution's zone."""
    return Rhythm(
        Frequency(schedule.frequency),
        schedule.hour,
        ZoneInfo(schedule.institution.time_zone),
        schedule.week_starts,
        timedelta(hours=settings.REPORT_COMPLETE_HOURS),
    )


def checked(institution: int, given: Mapping[str, Any]) -> None:
    """Raises BadField for the first of these fields that is wrong."""
    for name, value in given.items():
        match name:
            case "name" if len(value) > LONGEST_NAME:
                raise BadField(
                    "name", "too_long", f"The name has {len(value)} characters; at most {LONGEST_NAME}."
                )
            case "report_name" if value not in reports():
                raise BadField(
                    "report", "bad_enum", f"There is no report `{value}`. Use one of: {', '.join(reports())}."
                )
            case "frequency":
                _one_of("frequency", value, tuple(Frequency))
            case "hour":
                _whole("hour", value, 0, 23, "an hour of the day from 0 to 23")
            case "week_starts":
                _whole("week_starts", value, 1, 7, "a day of the week from 1 (Monday) to 7 (Sunday)")
            case "delimiter" if value not in DELIMITERS:
                raise BadField(
                    "output.delimiter",
                    "bad_enum",
                    f"Expected a comma, a tab or “|”, got `{str(value)[:20]}`.",
                )
            case "email":
                _mails(institution, value)
            case "webhook" if value:
                if wrong := addresses.webhook_fault(institution, value):
                    raise BadField("notify.webhook", "bad_value", wrong)


def _one_of(name: str, value: Any, known: tuple[str, ...]) -> None:
    if value not in known:
        words = ", ".join(f"`{each}`" for each in known)
        raise BadField(name, "bad_enum", f"Expected {words}; got `{str(value)[:40]}`.")


def _whole(name: str, value: Any, least: int, most: int, expected: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadField(name, "bad_number", f"Expected {expected}, got `{str(value)[:40]}`.")


def _mails(institution: int, given: Any) -> None:
    named = list(given)
    if len(named) > addresses.MOST:
        raise BadField(
            "notify.email",
            "too_many",
            f"{len(named)} addresses are named; at most {addresses.MOST} are mailed.",
        )
    faults = addresses.mail_faults(institution, named)
    if faults:
        raise BadField("notify.email", "bad_value", faults[min(faults)])


def _check_may_change(actor: Actor, schedule: ReportSchedule) -> None:
    if not may_change(actor, schedule):
        raise NotAllowed(
            f"{schedule.made_by} made this recurring report. They can change it, or an administrator of the whole"
            " institution."
        )


def _locked(schedule: ReportSchedule) -> ReportSchedule:
    return (
        ReportSchedule.objects.select_for_update(of=("self",))
        .select_related("institution")
        .get(pk=schedule.pk)
    )


def _go_on(schedule: ReportSchedule, start: date) -> None:
    """The window in which this day lies is the next."""
    rhythm = rhythm_of(schedule)
    window = rhythm.window(start)
    schedule.next_start, schedule.next_due = window.start, rhythm.due(window)


__all__ = ["BadField", "NewSchedule", "NotAllowed"]
