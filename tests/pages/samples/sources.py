"""Sources: a busy list, one that is late, its files, settings and doors, and the first day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from edu_csv.pages import lanes
from edu_csv.pages.contexts import sources as to_sources
from edu_csv.pages.contexts.parts import Check, Field, Segment
from edu_csv.pages.tallies import segments

AT = datetime(2026, 8, 18, 7, 42, tzinfo=UTC)
DAY = date(2026, 8, 18)
URL = "/sources/0190a1b2-0000-7000-8000-000000000000/"


def drawn() -> list[Segment]:
    return segments({"rows": 66_975, "created": 612, "updated": 2_890, "failed": 6, "unchanged": 63_467})


def feed(name: str, said: str, *, is_late: bool = False) -> to_sources.FeedLane:
    window = (AT.replace(hour=4, minute=0), AT.replace(hour=4, minute=30))
    return {
        "name": name,
        "href": URL,
        "sub": "D2L Standard CSV · SFTP",
        "lane": lanes.lane(
            DAY,
            window=window,
            late=(window[1], AT) if is_late else None,
            hits=[] if is_late else [(AT.replace(hour=4, minute=6), False), (AT.replace(hour=6), True)],
            now=AT,
        ),
        "status": {"kind": "part", "label": "Late by 2 h 12 min"} if is_late else None,
        "said": said,
        "segments": [] if is_late else drawn(),
    }


def todays_feeds() -> to_sources.Lanes:
    return {
        "axis": lanes.axis(AT),
        "rows": [
            feed("Banner nightly", "04:06 · 140,459 rows · usual"),
            feed("Summer school", "", is_late=True),
        ],
        "label": "Feeds today",
    }


def field(name: str, label: str, type_: str = "text") -> Field:
    return {
        "name": name,
        "label": label,
        "value": "",
        "type": type_,  # type: ignore[typeddict-item]  # one of the literals
        "hint": "Such as this.",
        "error": "",
        "is_required": False,
        "autocomplete": "off",
    }


def sources_list() -> to_sources.SourcesPage:
    return {
        "title": "Sources",
        "section": "sources",
        "crumbs": [{"label": "Sources", "href": ""}],
        "sentence": {"lead": "1 of 2 feeds needs you.", "rest": "CircleIn enrollments: late by 2 h 12 min."},
        "lines": [
            {
                "name": "CircleIn enrollments",
                "href": URL,
                "family": "CircleIn",
                "doors": "SFTP",
                "expected": "daily by 07:00",
                "last": "yesterday, 07:04 · 66,975 rows",
                "next": "07:00 to 07:30",
                "health": {"kind": "part", "label": "Late by 2 h 12 min"},
                "segments": drawn(),
            },
            {
                "name": "New one",
                "href": URL,
                "family": "EchoVideo",
                "doors": "by hand",
                "expected": "not on a schedule",
                "last": "",
                "next": "",
                "health": {"kind": "plain", "label": "Nothing has come yet"},
                "segments": [],
            },
        ],
        "actions": [{"label": "New source", "href": "/sources/new/", "kind": "primary", "icon": "plus"}],
        "empty": None,
    }


def sources_none() -> to_sources.SourcesPage:
    return {
        **sources_list(),
        "sentence": {"lead": "Systems send files by themselves.", "rest": ""},
        "lines": [],
        "actions": [],
        "empty": {"title": "No sources yet", "text": "A source is a system that sends files.", "actions": []},
    }


def _page(tab: str) -> to_sources.SourcePage:
    return {
        "host_key": "SHA256:qYVeP8WgmP2fY0fRj1C8oVYw0ZyO0v2s0wR0H1bq3nE",
        "title": "Late by 2 h 12 min: CircleIn enrollments",
        "section": "sources",
        "crumbs": [{"label": "Sources", "href": "/sources/"}, {"label": "CircleIn enrollments", "href": ""}],
        "heading": "CircleIn enrollments",
        "status": {"kind": "part", "label": "Late by 2 h 12 min"},
        "facts": [{"text": "CircleIn"}, {"text": "SFTP"}, {"text": "daily by 07:00"}],
        "actions": [{"label": "Switch off", "href": f"{URL}switch/", "method": "post", "fields": {"on": ""}}],
        "sentence": {"lead": "Late by 2 h 12 min.", "rest": "Last file: yesterday, 07:04, 66,975 rows."},
        "notes": [
            {
                "kind": "failed",
                "icon": "clock",
                "title": "CircleIn enrollments is 2 h 12 min late",
                "text": "Expected 07:00 to 07:30.",
                "actions": [],
            }
        ],
        "tabs": [{"label": "How it goes", "href": URL, "count": None, "is_on": tab == "how"}],
        "tab": tab,
        "url": URL,
        "errors": [],
        "lanes": None,
        "limits": [],
        "events": [],
        "pause": None,
        "folders": [],
        "used": "",
        "max_size": "2 GB",
        "forms": [],
        "address": "sftp -P 2222 fjord-circlein@edu.example",
        "rest_address": "",
        "port": 2222,
        "login": "fjord-circlein",
        "has_password": True,
        "keys": [],
        "key_field": None,
        "secret": None,
    }


def _form(section: str, **parts: object) -> to_sources.Form:
    form: to_sources.Form = {
        "section": section,
        "title": section.capitalize(),
        "text": "What it is about.",
        "fields": [],
        "choices": [],
        "checks": [],
        "checks_label": "",
        "button": "Save",
        **parts,  # type: ignore[typeddict-item]  # fields of its own
    }
    return form


def how() -> to_sources.SourcePage:
    return {
        **_page("how"),
        "lanes": todays_feeds(),
        "limits": [
            {"name": "Largest file", "limit": "2 GB", "last": "last file: 4.1 MB", "is_tripped": False},
            {"name": "Unchanged", "limit": "from 5 days on", "last": "same for 6 days", "is_tripped": True},
        ],
        "events": [
            {"words": "Late", "day": "Tue 18 Aug", "began": AT, "ended": None},
            {"words": "Empty", "day": "Mon 17 Aug", "began": AT, "ended": AT},
        ],
        "pause": _form("pause", fields=[field("until", "Until", "datetime-local")]),
    }


def files() -> to_sources.SourcePage:
    return {
        **_page("files"),
        "used": "21.4 MB of 20 GB",
        "errors": [("file", "The folders of this source are full.")],
        "folders": [
            {
                "name": "incoming",
                "text": "What waits for its turn.",
                "files": [
                    {
                        "name": "enrollments.csv",
                        "href": f"{URL}files/1/",
                        "size": "4.1 MB",
                        "at": AT,
                        "state": {"kind": "plain", "label": "Waits its turn"},
                        "note": "",
                        "answers": [],
                        "upload_href": "",
                        "remove": {"label": "Remove", "href": f"{URL}files/1/remove/", "method": "post"},
                    }
                ],
                "left_out": 0,
            },
            {
                "name": "failed",
                "text": "What was refused.",
                "files": [
                    {
                        "name": "20260817T070501Z-a.csv.log",
                        "href": f"{URL}files/2/",
                        "size": "1 KB",
                        "at": AT,
                        "state": {"kind": "bad", "label": "Refused"},
                        "note": "Its header matches no format.",
                        "answers": [],
                        "upload_href": "/imports/7/",
                        "remove": None,
                    }
                ],
                "left_out": 1_204,
            },
            {"name": "processed", "text": "What became an import.", "files": [], "left_out": 0},
        ],
    }


def settings() -> to_sources.SourcePage:
    check: Check = {"name": "days", "value": "MO", "label": "Mondays", "small": "", "is_on": True}
    return {
        **_page("settings"),
        "errors": [("by", "by: expected a time of day such as 07:00.")],
        "forms": [
            _form("name", fields=[field("name", "Name")]),
            _form(
                "expected",
                fields=[field("by", "By")],
                choices=[{"label": "On these days", "options": [check], "type": "checkbox"}],
            ),
            _form("mode", choices=[{"label": "What becomes of a file?", "options": [check]}]),
            _form("automation", checks=[check]),
        ],
    }


def doors() -> to_sources.SourcePage:
    return {
        **_page("doors"),
        "rest_address": "http://edu.example/api/v1/sources/7/inbox/",
        "secret": {"login": "fjord-circlein", "password": "shown once"},
        "key_field": field("key", "Public key", "textarea"),
        "keys": [
            {
                "name": "nightly@banner",
                "kind": "ssh-ed25519",
                "fingerprint": "SHA256:abc",
                "added": "Mon 17 Aug",
                "remove": {"label": "Remove", "href": f"{URL}keys/", "method": "post"},
            }
        ],
    }


def new() -> to_sources.NewSourcePage:
    return {
        "title": "New source",
        "section": "sources",
        "crumbs": [{"label": "Sources", "href": "/sources/"}, {"label": "New", "href": ""}],
        "errors": [("slug", "There is a source with this log-in already.")],
        "fields": [field("name", "Name"), field("slug", "Short name"), field("by", "Expected by")],
        "days": {
            "label": "On these days",
            "type": "checkbox",
            "options": [{"name": "days", "value": "MO", "label": "Mondays", "small": "", "is_on": True}],
        },
    }
