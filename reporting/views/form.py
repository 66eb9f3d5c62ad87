"""The form that asks for a report: days, file, what to do when it is ready."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import QueryDict

from edu_csv.access.actors import Actor
from edu_csv.pages import charts
from edu_csv.pages.contexts.parts import Check, Note
from edu_csv.pages.contexts.reports import DayField, ReportForm
from edu_csv.pages.doors import asked
from edu_csv.pages.fields import select
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted
from reporting import clock, services
from reporting.reports.base import Report
from reporting.telling import webhooks
from reporting.telling.targets import LONGEST
from reporting.views import days as calendar
from reporting.views.days import Days
from reporting.views.words import DELIMITERS, days_said, report_href

COMPRESSIONS = {"gzip": "CSV, gzipped", "plain": "CSV, plain"}
# Word of the form -> what parts the cells.
SEPARATORS = {word: sign for sign, word in DELIMITERS.items()}
SEPARATOR_LABELS = {"comma": "Comma", "tab": "Tab", "pipe": "Pipe"}
NOTHING, MAIL = "nothing", "mail"
WHENS = {MAIL: "Mail me", NOTHING: "Do nothing"}
# Longer addresses of webhooks are cut where they are chosen.
LONGEST_ADDRESS = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says, each as one of the words that it offers. when: the address of a webhook, else one of WHENS."""

    days: Days
    compression: str = "gzip"
    separator: str = "comma"
    when: str = MAIL
    is_safe: bool = True

    @property
    def output(self) -> dict[str, object]:
        """As ``submit`` takes it."""
        return {
            "compression": self.compression == "gzip",
            "delimiter": SEPARATORS[self.separator],
            "spreadsheetSafe": self.is_safe,
        }


def whens(actor: Actor) -> dict[str, str]:
    """What can be done when a report is ready: mail, nothing, or a notice to one of the institution's webhooks."""
    urls = [webhook.url for webhook in webhooks.visible_webhooks(actor)]
    return WHENS | {url: f"Tell {charts.cut(url.partition('://')[2], LONGEST_ADDRESS)}" for url in urls}


def told(wanted: Wanted, email: str) -> list[str]:
    """Whom ``submit`` is to tell. email: of whoever asks."""
    return {MAIL: [email], NOTHING: []}.get(wanted.when, [wanted.when])


def read(request: PersonRequest, given: QueryDict, report: Report) -> Wanted:
    """What an address or the form says; what is not among the choices is the first of them."""
    # A box that is not ticked is not sent: only a form that was sent says no by silence.
    was_sent = bool(given.get("sent"))
    return Wanted(
        days=calendar.read(given, report),
        compression=_one_of(given, "compression", COMPRESSIONS),
        separator=_one_of(given, "delimiter", SEPARATORS),
        when=_one_of(given, "when", whens(request.actor)),
        is_safe=bool(given.get("safe")) or not was_sent,
    )


def _one_of(given: QueryDict, name: str, known: dict[str, str]) -> str:
    said = asked(given, name, LONGEST)
    return said if said in known else next(iter(known))


def form(
    request: PersonRequest,
    report: Report,
    wanted: Wanted,
    problem: Note | None = None,
    *,
    pending: int | None = None,
) -> ReportForm:
    """pending: how many are in flight, where a refusal has counted them: a page says one figure."""
    days = wanted.days
    return {
        "action_url": report_href(report.name),
        "part_url": report_href(report.name, "part"),
        "days": _presets(report, days),
        "is_other": days.preset == calendar.OTHER,
        "first": _day_field(report, days, "first", "First day"),
        "last": _day_field(report, days, "last", "Last day"),
        "compression": select("compression", "File", COMPRESSIONS.items(), wanted.compression),
        "delimiter": select("delimiter", "Separator", SEPARATOR_LABELS.items(), wanted.separator),
        "when": select("when", "When ready", whens(request.actor).items(), wanted.when),
        "safe": {
            "name": "safe",
            "value": "yes",
            "label": "Safe to open in a spreadsheet",
            "small": "A cell that begins with a formula sign gets an apostrophe, so that none is run.",
            "is_on": wanted.is_safe,
        },
        "range": _range(report, days),
        "in_flight": _in_flight(request, pending),
        "hint": "" if not report.takes_dates else _longest(),
        "estimate_url": report_href(report.name, "estimate", query=days.query) if days.are_good else "",
        "problem": problem,
    }


def _presets(report: Report, days: Days) -> list[Check]:
    if not report.takes_dates:
        return []
    checks: list[Check] = [
        {
            "name": "days",
            "value": key,
            "label": label,
            "small": days_said(first, last, is_short=True),
            "is_on": days.preset == key,
        }
        for key, label, first, last in calendar.presets(calendar.today())
    ]
    is_other = days.preset == calendar.OTHER
    return [
        *checks,
        {"name": "days", "value": calendar.OTHER, "label": "Other…", "small": "", "is_on": is_other},
    ]


def _day_field(report: Report, days: Days, name: str, label: str) -> DayField:
    today = calendar.today()
    least = calendar.least(report, today)
    return {
        "name": name,
        "label": label,
        "value": days.typed[0 if name == "first" else 1],
        "least": least.isoformat() if least else "",
        "most": today.isoformat(),
        "error": days.errors.get(name, ""),
    }


def _range(report: Report, days: Days) -> str:
    if not report.takes_dates:
        return "All time"
    if days.first and days.last:
        return f"{days_said(days.first, days.last)} (UTC)"
    return "Choose the days"


def _in_flight(request: PersonRequest, pending: int | None) -> str:
    """ "2 of 3 requests are in flight": the institution's, whoever asked. pending: None when it was not counted yet."""
    if pending is None:
        pending = len(services.in_flight(request.institution.pk, clock.now()))
    limit = settings.REPORTS_IN_FLIGHT
    verb = "is" if limit == 1 or pending == 1 else "are"
    said = f"{pending} of {counted(limit, 'request')} {verb} in flight"
    return f"{said}: the next can be asked for when one has ended" if pending >= limit else said


def _longest() -> str:
    longest = settings.REPORT_LONGEST_DAYS
    return (
        f"Days are those of UTC, at most {longest} at once."
        if longest > 1
        else "Days are those of UTC, one at once."
    )
