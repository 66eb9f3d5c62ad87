"""``manage.py seed_activity``: invented activity of an institution's own people."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from edu_csv import tenancy
from edu_csv.access.services import UnknownInstitution, institution_id
from edu_csv.activity.events.seeding import NotPossible, SeedPlan, remove, seed
from edu_csv.activity.events.seeding.plan import EVENTS_OF_A_VIDEO, WEEKS

MOST_WEEKS = 520


class Command(BaseCommand):
    help = (
        "Invent activity of the people who are enrolled: videos and who watched them, presentations, polls, questions,"
        " notes. The same roster and numbers come to the same activity. Prints what was made, as JSON."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--institution", required=True, metavar="SLUG")
        parser.add_argument(
            "--videos", type=int, metavar="N", help="default: one a week for each section with people"
        )
        parser.add_argument(
            "--view-events",
            type=int,
            metavar="N",
            help=f"of 30 seconds watched; default: {EVENTS_OF_A_VIDEO} for each video",
        )
        parser.add_argument("--weeks", type=int, default=WEEKS, metavar="W", help=f"default: {WEEKS}")
        parser.add_argument(
            "--until",
            type=_day,
            metavar="DATE",
            help="the last day (UTC) on which anything happens, as 2026-11-21; default: yesterday",
        )
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="default: 1")
        parser.add_argument(
            "--beside-real",
            action="store_true",
            help="also in an institution that has activity of its own: its reports count both",
        )
        parser.add_argument(
            "--remove", action="store_true", help="take out again what this seed made, and make nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        plan = SeedPlan(
            until=options["until"] or datetime.now(UTC).date() - timedelta(days=1),
            weeks=options["weeks"],
            videos=options["videos"],
            view_events=options["view_events"],
            seed=options["seed"],
            beside_real=options["beside_real"],
        )
        _check(plan)
        try:
            institution = institution_id(options["institution"])
            with tenancy.use_institution(institution):
                if options["remove"]:
                    gone = remove(institution, plan.seed)
                    self.stdout.write(json.dumps(gone))
                    self.stderr.write(
                        f"{sum(gone.values()):,} rows of seed {plan.seed} are gone from all reports."
                    )
                    return
                made = seed(institution, plan)
        except (UnknownInstitution, NotPossible) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps(made.rows))
        self.stderr.write(
            f"{sum(made.rows.values()):,} rows, of {made.people:,} people in {made.sections:,} sections,"
            f" from {made.begins:%Y-%m-%d} up to {plan.until:%Y-%m-%d} (UTC)."
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is no day; expected one like 2026-11-21.") from error


def _check(plan: SeedPlan) -> None:
    """Raises CommandError for numbers that come to nothing, and for days that no report can be asked for."""
    if plan.until > (today := datetime.now(UTC).date()):
        raise CommandError(
            f"--until is {plan.until}, which lies ahead; nothing has happened after today, {today} (UTC)."
        )
    bounds = (
        ("--weeks", plan.weeks, 1, MOST_WEEKS),
        ("--videos", plan.videos, 1, 1_000_000),
        ("--view-events", plan.view_events, 0, 1_000_000_000),
        ("--seed", plan.seed, 0, 1_000_000_000),
    )
    for name, value, least, most in bounds:
        if value is not None and not least <= value <= most:
            raise CommandError(f"{name} is {value}; expected a whole number from {least:,} up to {most:,}.")
