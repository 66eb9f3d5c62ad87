"""The log of notices as lines: to whom, what came of it, and a button that sends it once more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from edu_csv.pages.contexts.parts import Action, Status
from edu_csv.pages.contexts.recurring import NoticeLine, TryLine
from reporting.models import Delivery
from reporting.models.notices import Kind, State
from reporting.views.recurring.words import RECURRING_URL
from reporting.views.words import days_said, range_of, request_href
from reporting.windows import DAY

PILLS: dict[str, Status] = {
    State.WAITING: {"kind": "wait", "label": "Waits"},
    State.TAKEN: {"kind": "ok", "label": "Taken"},
    State.GIVEN_UP: {"kind": "bad", "label": "Given up"},
}
TRIED: Status = {"kind": "part", "label": "Tried again"}
KINDS = {Kind.MAIL: "mail", Kind.WEBHOOK: "webhook"}


def notice_lines(notices: Iterable[Delivery], *, back: str = "") -> list[NoticeLine]:
    """back: the page that a button leads back to; blank: there are no buttons."""
    return [_line(notice, back) for notice in notices]


def _line(notice: Delivery, back: str) -> NoticeLine:
    tries: list[TryLine] = [
        {"at": datetime.fromisoformat(each["at"]), "said": _try_said(each)} for each in reversed(notice.tries)
    ]
    about, href = _about(notice)
    waits = notice.state == State.WAITING
    return {
        "status": TRIED if waits and tries else PILLS[notice.state],
        "address": notice.address,
        "kind": KINDS[Kind(notice.kind)],
        "about": about,
        "about_href": href,
        "detail": _detail(notice, tries),
        "at": notice.ended_at or notice.created_at,
        "next_at": notice.next_at if waits and tries else None,
        "tries": tries,
        "again": None if waits or not back else _again(notice, back),
    }


def _again(notice: Delivery, back: str) -> Action:
    return {
        "label": "Send again",
        "href": f"{RECURRING_URL}notices/{notice.pk}/again/",
        "method": "post",
        "fields": {"back": back},
    }


def _about(notice: Delivery) -> tuple[str, str]:
    if notice.request is not None:
        return range_of(notice.request, is_short=True), request_href(notice.request)
    if notice.run is not None:
        return days_said(notice.run.start, notice.run.end - DAY, is_short=True), ""
    return "that it is paused", ""


def _detail(notice: Delivery, tries: list[TryLine]) -> str:
    """ "7 tries. It answered 500." """
    if not tries:
        return "not tried yet"
    last = notice.tries[-1]
    said = _try_said(last)
    return said if len(tries) == 1 else f"{len(tries)} tries. {said}"


def _try_said(each: dict[str, object]) -> str:
    if why := each["why"]:
        return str(why)
    return f"answered {each['status']} in {each['ms']} ms" if each["status"] is not None else "taken"
