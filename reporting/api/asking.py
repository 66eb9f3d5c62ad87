"""``POST /requests/<report>`` and ``GET /request/<id>`` (reporting-api.md 2.3, 2.4)."""

from __future__ import annotations

from typing import Any

from reporting import clock, problems, services
from reporting.api.describing import known
from reporting.api.doors import Call
from reporting.api.errors import no_request
from reporting.api.shapes import in_full, listed
from reporting.reports.base import Report
from reporting.telling import asked


def submit(call: Call) -> dict[str, Any]:
    """R3. Members that nobody knows are passed over (G25), save within ``parameters`` and ``notify``."""
    report = known(call.names["name"])
    members = call.body.members
    made = services.submit(
        call.actor,
        report.name,
        members.get("parameters"),
        members.get("output", services.AS_USUAL),
        notify=_notify(call, report, members),
    )
    call.audit("report.requested", made.pk, report=report.name, parameters=made.parameters)
    return listed(made, clock.now())


def look(call: Call) -> dict[str, Any]:
    """R4 and R4b: the only ones that give links."""
    request_id = call.names["name"]
    found = services.find(call.actor, request_id)
    if found is None:
        raise no_request(request_id)
    return in_full(found, clock.now())


def _notify(call: Call, report: Report, members: dict[str, Any]) -> tuple[str, ...]:
    """Whom to tell when it is done (section 8). Raises problems.Refused with this and all else that is wrong."""
    try:
        return asked.read(members.get("notify"), call.actor.institution)
    except problems.Refused as refused:
        faults = refused.faults
    rest = services.faults_of(
        report.name, members.get("parameters"), members.get("output", services.AS_USUAL)
    )
    raise problems.Refused([*rest, *faults])
