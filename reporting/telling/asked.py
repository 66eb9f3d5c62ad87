"""``notify`` of a request (reporting-api.md 8, notice on completion): what came, as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reporting.problems import Fault, Refused
from reporting.telling import addresses

PATH = "obj.notify"
MEMBERS = ("email", "webhook")
CODE = "InvalidNotify"


def read(value: object, institution: int) -> tuple[str, ...]:
    """The addresses of ``{"email": ["…"], "webhook": "https://…"}``, each once, for ``services.submit(notify=…)``.

    value: the member as it came; None when it was left out. Raises Refused with every fault.
    """
    if value is None:
        return ()
    faults: list[Fault] = []
    found: list[str] = []
    if not isinstance(value, Mapping):
        raise Refused(
            [
                _fault(
                    "",
                    "Not an object",
                    value,
                    f"“notify” is an object with “email” and “webhook”, got {_shown(value)}.",
                )
            ]
        )
    for unknown in [name for name in value if name not in MEMBERS]:
        said = f"“notify” takes “email” and “webhook”; leave “{str(unknown)[:60]}” out."
        faults.append(_fault(f".{str(unknown)[:60]}", "Unknown member", unknown, said))
    found += _mails(value.get("email"), institution, faults)
    webhook = value.get("webhook")
    if webhook is not None and webhook != "":
        wrong = (
            addresses.webhook_fault(institution, webhook)
            if isinstance(webhook, str)
            else f"“notify.webhook” is an address such as https://hooks.example/reports, got {_shown(webhook)}."
        )
        if wrong:
            faults.append(_fault(".webhook", "Not an address that is told", webhook, wrong))
        else:
            found.append(str(webhook))
    if faults:
        raise Refused(faults)
    return tuple(dict.fromkeys(found))


def _mails(given: object, institution: int, faults: list[Fault]) -> list[str]:
    if given is None:
        return []
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        said = f"“notify.email” is a list of mail addresses, got {_shown(given)}."
        faults.append(_fault(".email", "Not a list of addresses", given, said))
        return []
    if len(given) > addresses.MOST:
        said = (
            f"{len(given)} addresses are named; at most {addresses.MOST} are told. Name a list that forwards."
        )
        faults.append(_fault(".email", "Too many addresses", len(given), said))
        return []
    named = [each.strip() for each in given]
    for place, said in sorted(addresses.mail_faults(institution, named).items()):
        faults.append(_fault(f".email[{place}]", "Not an address that is told", named[place], said))
    return named


def _fault(place: str, msg: str, came: object, message: str) -> Fault:
    shown: Any = came if isinstance(came, int | float | bool) else str(came)[:100]
    return Fault(CODE, PATH + place, msg, (shown,), message)


def _shown(value: object) -> str:
    match value:
        case Mapping():
            return "an object"
        case list():
            return "a list"
        case bool() | None:
            return str(value).lower() if value is not None else "null"
    return f"“{str(value)[:80]}”"
