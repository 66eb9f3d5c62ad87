"""``POST /requests/<report>`` and ``GET /request/<id>`` (reporting-api.md 2.3, 2.4)."""

from __future__ import annotations

from typing import Any

from reporting import clock, services
from reporting.api.describing import known
from reporting.api.doors import Call
from reporting.api.errors import no_request
from reporting.api.shapes import in_full, listed


def submit(call: Call) -> dict[str, Any]:
    """R3. Members that nobody knows are passed over (G25), save within ``parameters``."""
    report = known(call.names["name"])
    members = call.body.members
    made = services.submit(call.actor, report.name, members.get("parameters"), members.get("output"))
    call.audit("report.requested", made.pk, report=report.name, parameters=made.parameters)
    return listed(made, clock.now())


def look(call: Call) -> dict[str, Any]:
    """R4 and R4b: the only ones that give links."""
    request_id = call.names["name"]
    found = services.find(call.actor, request_id)
    if found is None:
        raise no_request(request_id)
    return in_full(found, clock.now())
