"""The sections of a source's settings: what each asks, and what its answers mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from django.http import QueryDict

from edu_csv.access.models import ApiClient
from edu_csv.front.sources import words
from edu_csv.pages.contexts.parts import Check, Choice, Option
from edu_csv.pages.contexts.sources import Form
from edu_csv.pages.doors import asked
from edu_csv.pages.fields import field
from edu_csv.pages.words import listed, number
from imports.models import Family, Source
from imports.requests import BadRequest
from imports.sources import automation, manage
from imports.sources.expectation import DEFAULT_GRACE_MINUTES
from imports.sources.settings_of import SWITCHES

MEGABYTE = 1_000_000
# What is typed, what it is called, and how many bytes one of it is.
SIZES = (
    (
        "quota_bytes",
        "Room for all its files, in MB",
        "Files that wait, and answered ones until they are forgotten.",
    ),
    ("max_file_bytes", "Largest file, in MB", "As it is sent, packed or not."),
)
STRANGE = (
    (
        "shrink_percent",
        "Tell of files so many per cent smaller than usual",
        "Usual is the median of the last ten. 0: never.",
    ),
    (
        "unchanged_days",
        "Tell of files that come unchanged for so many days",
        "Byte for byte the same. 0: never.",
    ),
)
Given = Mapping[str, str]


# Of parts that are stored together: the field beside which their fault is told.
PART = re.compile(
    r"(days|by|grace_minutes|quota_bytes|max_file_bytes|shrink_percent|unchanged_days): expected "
)
TOLD_AT = {"expected": "by", "limits": "quota_bytes"}


def told(wrong: BadRequest) -> tuple[str, str]:
    """The field of a form that a refusal is about, and its sentence: of a part ("by: expected …") without its name."""
    detail = wrong.detail.replace("`", "")
    if part := PART.match(detail):
        name, said = part[1], f"Expected {detail[part.end() :]}"
        return (name if name != "days" else TOLD_AT["expected"]), said
    return TOLD_AT.get(wrong.field, wrong.field), detail


def choice(name: str, label: str, answers: words.Answers, chosen: str) -> Choice:
    options: list[Check] = [
        {"name": name, "value": value, "label": said, "small": small, "is_on": value == chosen}
        for value, said, small in answers
    ]
    return {"label": label, "options": options}


def days_choice(chosen: list[str]) -> Choice:
    options: list[Check] = [
        {"name": "days", "value": day, "label": name, "small": "", "is_on": day in chosen}
        for day, name in words.DAYS.items()
    ]
    return {"label": "On these days", "options": options, "type": "checkbox"}


def _form(section: str, title: str, text: str, button: str = "Save", **parts: Any) -> Form:
    empty = {"fields": [], "choices": [], "checks": [], "checks_label": ""}
    form = {**empty, "section": section, "title": title, "text": text, "button": button, **parts}
    return cast("Form", form)


def forms(source: Source, given: Given, errors: Mapping[str, str]) -> list[Form]:
    """All sections as they stand. given: what was typed into one that could not be saved."""
    made = [_name(source, given, errors), _what_happens(source), _expected(source, given, errors)]
    made += [_limits(source, given, errors), _notify(source, given, errors)]
    made += [_rest(source), _places(source, given, errors)]
    if SWITCHES[Family(source.family)]:
        made.insert(3, _switches(source))
    if source.family == Family.CIRCLEIN:
        made.insert(2, _automation(source))
    return made


def _name(source: Source, given: Given, errors: Mapping[str, str]) -> Form:
    value = given.get("name", source.name)
    return _form(
        "name",
        "Name",
        "Which system sends the files. Its log-in stays as it is.",
        fields=[field("name", "Name", value, error=errors.get("name", ""), required=True)],
    )


def _what_happens(source: Source) -> Form:
    choices = [
        choice("mode", "What becomes of a file?", words.MODES, source.mode),
        choice("on_error", "And of a file with failed rows?", words.ON_ERROR, source.on_error),
    ]
    if source.family == Family.ECHOVIDEO:
        choices.insert(0, choice("action", "What do its rows do?", words.ACTIONS, source.action))
    return _form("mode", "What happens with its files", words.FAMILIES[source.family], choices=choices)


def _automation(source: Source) -> Form:
    shown = automation.ready(source)
    text = "CircleIn's files are only checked until this is on: nothing is changed by them."
    if not shown and not source.automation_enabled:
        text += f" First an import of {shown.missing} has to end without errors."
    check: Check = {
        "name": "automation_enabled",
        "value": "yes",
        "label": "Apply what is sent",
        "small": "As “What becomes of a file?” says.",
        "is_on": source.automation_enabled,
    }
    return _form("automation", "Automation", text, checks=[check], checks_label="Automation")


def _expected(source: Source, given: Given, errors: Mapping[str, str]) -> Form:
    stored = source.expected or {}
    by = given.get("by", stored.get("by", ""))
    grace = given.get("grace_minutes", str(stored.get("grace_minutes", DEFAULT_GRACE_MINUTES)))
    return _form(
        "expected",
        "When a file is expected",
        "In the institution's time zone. A file that is missing is told by mail, here, and on Today. No time: it is never late.",
        choices=[days_choice(list(stored.get("days", words.DAYS)))],
        fields=[
            field(
                "by",
                "By",
                by,
                hint="Such as 07:00. Leave it blank when nothing is expected.",
                error=errors.get("by", ""),
            ),
            field(
                "grace_minutes",
                "Late after so many minutes more",
                grace,
                type_="number",
                error=errors.get("grace_minutes", ""),
            ),
        ],
    )


def _switches(source: Source) -> Form:
    stored = source.switches
    choices = [
        choice(name, question, answers, str(stored.get(name, answers[0][0])))
        for name, (question, answers) in words.SWITCHES.items()
        if name in SWITCHES[Family(source.family)]
    ]
    return _form("switches", "How its rows are read", "These hold for each of its files.", choices=choices)


def _limits(source: Source, given: Given, errors: Mapping[str, str]) -> Form:
    limits = source.limited
    sizes = [
        field(
            name,
            label,
            given.get(name, str(round(getattr(limits, name) / MEGABYTE))),
            hint=hint,
            type_="number",
            error=errors.get(name, ""),
        )
        for name, label, hint in SIZES
    ]
    strange = [
        field(
            name,
            label,
            given.get(name, str(getattr(limits, name))),
            hint=hint,
            type_="number",
            error=errors.get(name, ""),
        )
        for name, label, hint in STRANGE
    ]
    return _form(
        "limits", "Limits", "What it may send, and when it counts as strange.", fields=[*sizes, *strange]
    )


def _notify(source: Source, given: Given, errors: Mapping[str, str]) -> Form:
    value = given.get("notify", "\n".join(source.notify))
    hint = "One address a line. Mail goes to accounts of the institution and to its own domains only."
    error = errors.get("notify", "")
    if not error and (never := manage.never_mailed(source.institution_id, source.notify)):
        # Stored while it could be mailed: an account has ended since, or a domain was taken away.
        error = f"No mail reaches {listed(never)}: {manage.WHO_IS_MAILED}"
    return _form(
        "notify",
        "Who is told",
        "Of the end of each import, and of what is strange about the feed. Who has an account here sees this page too.",
        fields=[field("notify", "Addresses", value, hint=hint, type_="textarea", error=error)],
    )


def _rest(source: Source) -> Form:
    clients = ApiClient.objects.filter(institution_id=source.institution_id, is_active=True).order_by("name")
    options: list[Option] = [{"label": "None", "value": "", "is_on": source.client_id is None}]
    options += [
        {"label": each.name, "value": str(each.pk), "is_on": each.pk == source.client_id} for each in clients
    ]
    return _form(
        "client",
        "REST",
        "The API client that may send files to its inbox and look into it. Clients are made under Settings.",
        fields=[{**field("client", "API client", type_="select"), "options": options}],
    )


def _places(source: Source, given: Given, errors: Mapping[str, str]) -> Form:
    folder = given.get("watched_folder", source.watched_folder)
    prefix = given.get("watched_prefix", source.watched_prefix)
    return _form(
        "places",
        "Watched places",
        "Files that others put there are fetched. Both lie below the institution's own folder.",
        fields=[
            field("watched_folder", "Folder of the server", folder, error=errors.get("watched_folder", "")),
            field("watched_prefix", "Prefix in storage", prefix, error=errors.get("watched_prefix", "")),
        ],
    )


def pause_form(source: Source, error: str = "") -> Form:
    hint = "In the institution's time zone. Until then files wait in its inbox, and nothing is expected."
    return _form(
        "pause",
        "Pause",
        "",
        "Pause until then",
        fields=[field("until", "Until", "", hint=hint, type_="datetime-local", error=error, required=True)],
    )


def read(source: Source, section: str, post: QueryDict) -> dict[str, Any]:
    """What a section's answers set, by manage.FIELDS. Raises BadRequest, KeyError: there is no such section."""
    readers: Mapping[str, Callable[[], dict[str, Any]]] = {
        "name": lambda: {"name": asked(post, "name")},
        "mode": lambda: {name: asked(post, name) for name in ("mode", "on_error", "action") if name in post},
        "automation": lambda: {"automation_enabled": asked(post, "automation_enabled") == "yes"},
        "expected": lambda: {"expected": read_expected(post)},
        "switches": lambda: {
            "switches": {name: asked(post, name) for name in words.SWITCHES if name in post}
        },
        "limits": lambda: {"limits": _read_limits(post)},
        "notify": lambda: {"notify": asked(post, "notify", longest=5_000).replace(",", " ").split()},
        "client": lambda: {"client": _client(asked(post, "client"))},
        "places": lambda: {name: asked(post, name) for name in ("watched_folder", "watched_prefix")},
    }
    return readers[section]()


def read_expected(post: QueryDict) -> dict[str, Any] | None:
    """None: no time was written, so nothing is expected. Raises BadRequest."""
    by = asked(post, "by")
    if not by:
        return None
    return {
        "days": [day for day in words.DAYS if day in post.getlist("days")],
        "by": by,
        "grace_minutes": _whole("expected", asked(post, "grace_minutes") or str(DEFAULT_GRACE_MINUTES)),
    }


def _client(text: str) -> int | None:
    if not text:
        return None
    return _whole("client", text)


def _read_limits(post: QueryDict) -> dict[str, int]:
    limits = {name: _whole("limits", asked(post, name)) * MEGABYTE for name, _, _ in SIZES}
    return limits | {name: _whole("limits", asked(post, name)) for name, _, _ in STRANGE}


def _whole(name: str, text: str) -> int:
    plain = text.replace(",", "").replace("\u202f", "")
    if not plain.isascii() or not plain.isdigit() or len(plain) > 12:
        raise BadRequest(
            name, "bad_value", f"Expected a whole number such as {number(2_000)}, got “{text[:40]}”."
        )
    return int(plain)
