"""Project the statements of an institution into its activity, or all of them anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from edu_csv import tenancy
from edu_csv.access.services import UnknownInstitution, institution_id
from edu_csv.activity.projection import Busy, Projected, behind, counts, of_nobody, project
from edu_csv.activity.projection.vocabulary import Kind

SECONDS_BETWEEN_LINES = 5.0


class Command(BaseCommand):
    help = (
        "Project xAPI statements into views, answers, notes and what else reports count. Workers do so by themselves;"
        " this does it at once, and says what became of the statements. With --rebuild what was projected is taken"
        " away first, and everything is projected anew: after sections became known, or after the address in ids was"
        " changed. Until that is done, reports lack what is not projected yet."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--institution", required=True, metavar="SLUG")
        parser.add_argument(
            "--rebuild", action="store_true", help="take away what was projected, and begin anew"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            institution = institution_id(options["institution"])
        except UnknownInstitution as refusal:
            raise CommandError(str(refusal)) from refusal
        with tenancy.use_institution(institution):
            try:
                done = project(institution, rebuild=options["rebuild"], told=self._progress)
            except Busy as busy:
                raise CommandError(
                    "Another process projects the statements of this institution right now. Try again when it is done,"
                    " or stop the worker."
                ) from busy
            waiting, total, nobodys = behind(institution), counts(institution), of_nobody(institution)
        pace = f", {done.statements / done.seconds:,.0f} a second" if done.seconds > 1 else ""
        self.stdout.write(f"{_many(done.statements, 'statement')} read in {done.seconds:.1f} s{pace}.")
        self._tell("Of these", done.counts)
        if sum(total.values()) > sum(done.counts.values()):
            self._tell("Since they were first read, or read anew", total)
        if done.again:
            self.stdout.write(
                f"{_many(done.again, 'statement')} of people who are known by now placed again."
            )
        if nobodys:
            self.stdout.write(f"{_many(nobodys, 'view')} of people who are not known.")
        if waiting is not None:
            self.stdout.write(
                f"Statements since {waiting:%Y-%m-%d %H:%M:%S} UTC wait for a writer that is still at work."
            )

    def _progress(self, done: Projected) -> None:
        if done.seconds - self._told_at >= SECONDS_BETWEEN_LINES:
            self._told_at = done.seconds
            self.stderr.write(f"{_many(done.statements, 'statement')} read …")

    _told_at = 0.0

    def _tell(self, title: str, counted: Mapping[str, int]) -> None:
        if lines := list(told(counted)):
            self.stdout.write(f"{title}:")
            for line in lines:
                self.stdout.write(f"  {line}")


def told(counted: Mapping[str, int]) -> list[str]:
    """ "placed as answers: 12", "not of this vocabulary: 3", … in a fixed order."""
    lines = [
        f"placed as {kind.told}: {number:,}" for kind in Kind if (number := counted.get(f"kind {kind:d}", 0))
    ]
    words = {
        "section not known": "placed without their section, which is not known",
        "other": "not of this vocabulary",
        "void": "void",
        "voiding": "voiding others",
    }
    lines += [f"{said}: {number:,}" for key, said in words.items() if (number := counted.get(key, 0))]
    lines += [
        f"not placed, {key.removeprefix('unplaced ')}: {number:,}"
        for key, number in sorted(counted.items())
        if key.startswith("unplaced ") and number
    ]
    return lines


def _many(number: int, of: str) -> str:
    return f"{number:,} {of}" + ("" if number == 1 else "s")
