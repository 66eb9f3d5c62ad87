"""The form of a recurring report: what it asks, and what its answers mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.http import QueryDict

from edu_csv.access.actors import Actor
from edu_csv.pages import fields
from edu_csv.pages.contexts.parts import Check, Field
from edu_csv.pages.contexts.recurring import ScheduleForm
from edu_csv.pages.doors import asked
from reporting.models import ReportSchedule
from reporting.reports import reports
from reporting.schedules.manage import FIELDS, NewSchedule
from reporting.telling import webhooks
from reporting.views.form import COMPRESSIONS, SEPARATOR_LABELS, SEPARATORS
from reporting.views.recurring.words import WEBHOOKS_URL, WEEKDAYS
from reporting.windows import Frequency

FREQUENCIES = {
    Frequency.DAILY: "Each day: the day that has just become complete",
    Frequency.WEEKLY: "Each week: seven days",
    Frequency.MONTHLY: "Each month: the calendar month before, in files of 7 days at most",
}
# Fields of the form by those of a refusal.
PLACES = {
    "report": "report", "notify.email": "email", "notify.webhook": "webhook", "output.delimiter": "delimiter",
}  # fmt: skip


def place(field: str) -> str:
    """The control beside which a refusal is told."""
    return PLACES.get(field, field)


def read(given: QueryDict) -> dict[str, Any]:
    """What was typed, by ``manage.FIELDS``; what is no whole number stays text, and is refused as such."""
    return {
        "name": asked(given, "name"),
        "report_name": asked(given, "report"),
        "frequency": asked(given, "frequency"),
        "hour": _whole(asked(given, "hour")),
        "week_starts": _whole(asked(given, "week_starts")),
        "compression": asked(given, "compression") != "plain",
        "delimiter": SEPARATORS.get(asked(given, "delimiter"), asked(given, "delimiter")),
        "spreadsheet_safe": bool(given.get("safe")),
        "email": list(dict.fromkeys(asked(given, "email", longest=15_000).replace(",", " ").split())),
        "webhook": asked(given, "webhook", longest=2_100),
    }


def of_schedule(schedule: ReportSchedule) -> dict[str, Any]:
    return {name: getattr(schedule, name) for name in FIELDS}


def of_new(report: str, email: str) -> dict[str, Any]:
    """What stands in the form of a new one, before anything was typed."""
    return {
        **asdict(NewSchedule(report, Frequency.WEEKLY, spreadsheet_safe=True)),
        "email": [email] if email else [],
    }


def form(
    actor: Actor, url: str, button: str, values: Mapping[str, Any], errors: Mapping[str, str]
) -> ScheduleForm:
    def typed(name: str, label: str, value: str, hint: str, *, type_: str = "text") -> Field:
        return fields.field(name, label, value, hint=hint, type_=type_, error=errors.get(name, ""))

    def select(
        name: str, label: str, choices: Iterable[tuple[str, str]], chosen: object, hint: str = ""
    ) -> Field:
        return fields.select(name, label, choices, str(chosen), hint=hint, error=errors.get(name, ""))

    separators = {sign: word for word, sign in SEPARATORS.items()}
    hours = [(str(hour), f"{hour:02}:00") for hour in range(24)]
    safe: Check = {
        "name": "safe",
        "value": "yes",
        "label": "Safe to open in a spreadsheet",
        "small": "An apostrophe before texts that begin like a formula; programs read the file better without.",
        "is_on": bool(values["spreadsheet_safe"]),
    }
    return {
        "url": url,
        "button": button,
        "fields": [
            typed(
                "name", "Name", str(values["name"]), "What people know it by. Blank: its report and how often it comes."
            ),
            select("report", "Report", [(each.name, each.title) for each in reports().values()], values["report_name"]),
            select("frequency", "How often", [(str(k), said) for k, said in FREQUENCIES.items()], values["frequency"]),
            select(
                "week_starts", "Weeks begin on", [(str(k), day) for k, day in WEEKDAYS.items()], values["week_starts"],
                "Of weekly ones only.",
            ),
            select(
                "hour", "Hour of the day", hours, values["hour"],
                "In the institution's time zone: the first one when the days are complete, 48 hours after the last of them ends.",
            ),
            select("compression", "File", COMPRESSIONS.items(), "gzip" if values["compression"] else "plain"),
            select("delimiter", "Separator", SEPARATOR_LABELS.items(), separators.get(str(values["delimiter"]), "comma")),
            typed(
                "email", "Mail to", "\n".join(map(str, values["email"])),
                "One address a line: accounts of the institution, and its mail domains. The mail has counts and a link"
                " to the page, never the file.",
                type_="textarea",
            ),
            select("webhook", "Webhook", _webhooks(actor, str(values["webhook"])), values["webhook"],
                   "Told of each file by a signed message."),
        ],
        "safe": safe,
        "webhooks_href": WEBHOOKS_URL,
    }  # fmt: skip


def _webhooks(actor: Actor, chosen: str) -> list[tuple[str, str]]:
    known = [webhook.url for webhook in webhooks.visible_webhooks(actor)]
    gone = [chosen] if chosen and chosen not in known else []
    return [("", "None"), *((url, url) for url in [*known, *gone])]


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else text
