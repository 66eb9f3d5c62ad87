"""What runs or waits its turn, of what this person may see."""

from __future__ import annotations

from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.access.policy import Ability
from edu_csv.front.exports.lines import export_href, export_name
from edu_csv.front.progress import done_of, percent
from edu_csv.front.today.reports import running_reports
from edu_csv.jobs.models import Job, State
from edu_csv.pages.contexts.today import RunningLine
from edu_csv.pages.statuses import status_of
from exports.services import visible_exports
from imports.services import visible_imports
from imports.views import names

# What is further down the queue is under Imports.
MOST = 10
GOING = (State.QUEUED, State.RUNNING)


def running_lines(actor: Actor) -> list[RunningLine]:
    """Imports, then exports, then reports, in the order of receipt."""
    lines: list[RunningLine] = []
    if policy.may(actor, Ability.IMPORT):
        going = visible_imports(actor).filter(job__state__in=GOING).order_by("job_id")
        lines += [_line(each.job, names.heading(each), names.address(each)) for each in going[:MOST]]
    if policy.may(actor, Ability.EXPORT):
        going = visible_exports(actor).filter(job__state__in=GOING).order_by("job_id")
        lines += [
            _line(each.job, f"Export of {export_name(each)}", export_href(each)) for each in going[:MOST]
        ]
    return lines + running_reports(actor)


def _line(job: Job, name: str, href: str) -> RunningLine:
    return {
        "name": name,
        "href": href,
        "status": status_of(job.status),
        "detail": done_of(job),
        "percent": percent(job),
    }
