"""Today, on a busy day and on the first."""

from __future__ import annotations

from edu_csv.pages.contexts import today as to_today
from edu_csv.pages.statuses import status_of
from edu_csv.pages.styleguide import CAUSES, DAYS
from tests.pages.samples.sources import todays_feeds
from tests.pages.samples.story import ENDED, EXPORT, PLAN_URL


def today() -> to_today.TodayPage:
    return {
        "title": "Today",
        "section": "today",
        "crumbs": [{"label": "Today", "href": ""}],
        "heading": "Tuesday, 18 August",
        "sentence": {
            "lead": "Two things need you.",
            "rest": "Fall 2026 begins in 13 days, with 66,109 people, 3,643 courses and 3,701 sections.",
        },
        "needs": [
            {
                "title": "Fall offerings 2026 waits for your approval",
                "text": "212 created, 1,284 changed, 31 deleted; 37 rows failed. Planned today, 09:42.",
                "action": {"label": "Review plan", "href": PLAN_URL},
            },
            {
                "title": "37 rows of Sections, department moves failed",
                "text": "Nobody has looked at them for a day.",
                "action": {"label": "See the rows", "href": PLAN_URL},
            },
        ],
        "feeds": todays_feeds(),
        "running": [
            {
                "name": "Full roster, fall 2026",
                "href": "/imports/8/",
                "status": status_of("planning"),
                "detail": "90,412 of 140,459 rows",
                "percent": 64,
            }
        ],
        "running_url": "/today/running/",
        "ended": ENDED,
        "exports": [EXPORT],
        "reports": [],
        "first_steps": None,
        "days": DAYS,
        "days_label": "Rows applied per day; the highest is Monday with 33,800",
        "causes": CAUSES,
        "causes_total": 251,
        "queue": "Queue: 1 running, 1 waiting. Uploads are kept 90 days.",
    }


def today_empty() -> to_today.TodayPage:
    return {
        **today(),
        "sentence": {"lead": "Nothing needs you.", "rest": ""},
        "needs": [],
        "feeds": None,
        "running": [],
        "ended": [],
        "exports": [],
        "reports": [],
        "days": [],
        "causes": [],
        "causes_total": 0,
        "first_steps": {
            "title": "No imports yet",
            "text": "Load terms first, then courses, sections, people and enrollments.",
            "actions": [{"label": "New import", "href": "/imports/new/", "kind": "primary", "icon": "plus"}],
        },
    }
