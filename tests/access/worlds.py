"""Two institutions that differ only in what lies beyond the reach of whoever imports: they must not tell the difference."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from psycopg.sql import SQL, Identifier

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import Actor, actor_of_account
from tests.api.caller import Caller, caller_in
from tests.imports.harness import Tenant, csv_text, new_tenant

SYSTEM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Format -> header, rows within reach of ORG-IN, rows beyond it. In the order in which they are imported.
ROSTER: dict[str, tuple[list[str], list[list[str]], list[list[str]]]] = {
    "organizations": (
        ["Name", "External ID"],
        [["Marine Science", "ORG-IN"]],
        [["Faculty of Law", "ORG-OUT"]],
    ),
    "departments": (
        ["Name", "Organization ID", "External ID"],
        [["Oceanography", "ORG-IN", "DEP-IN"], ["Acoustics", "ORG-IN", "DEP-IN-2"]],
        [["Criminal Law", "ORG-OUT", "DEP-OUT"], ["Visitors", "", "DEP-OUT-2"]],
    ),
    "campuses": (["Name", "External ID"], [["Harbour", "CAM-1"]], []),
    "buildings": (["Campus ID", "Name", "External ID"], [["CAM-1", "Lighthouse", "BLD-1"]], []),
    "rooms": (
        ["Building ID", "Name", "External ID"],
        [["BLD-1", f"A{n}", f"RM-{n}"] for n in range(1, 6)],
        [],
    ),
    "terms": (
        ["Name", "Start Date", "End Date", "External ID"],
        [["Autumn 2031", "2031-08-18", "2031-12-19", "T-1"], ["Spring 2032", "2032-01-12", "2032-05-28", "T-2"]],
        [],
    ),
    "courses": (
        ["Course Code", "Course Name", "Organization ID", "Department ID", "External ID"],
        [
            ["OCE210", "Tides", "ORG-IN", "DEP-IN", "C-IN"],
            ["OCE220", "Waves", "", "DEP-IN", "C-IN-2"],
            ["OCE230", "Currents", "ORG-IN", "", "C-IN-3"],
        ],
        [
            ["LAW101", "Theft", "ORG-OUT", "DEP-OUT", "C-OUT"],
            ["LAW102", "Fraud", "", "DEP-OUT", "C-OUT-2"],
            ["GEN001", "Study Skills", "", "", "00042"],
        ],
    ),
    "users": (
        ["First Name", "Last Name", "Email", "Role", "External ID"],
        [
            ["Ingrid", "Solberg", "ingrid@fjord.example", "Instructor", "P-1"],
            ["Mei", "Tan", "mei@fjord.example", "Student", "P-2"],
            ["Bo", "Lind", "bo@fjord.example", "Student", "P-3"],
        ],
        [],
    ),
    "sections": (
        ["Course ID", "Term ID", "Section Name", "External ID"],
        [["C-IN", "T-1", "01", "S-IN"], ["C-IN-2", "T-1", "01", "S-IN-2"]],
        [["C-OUT", "T-1", "01", "S-OUT"], ["C-OUT", "T-1", "02", "S-OUT-2"]],
    ),
    "enrollments": (
        ["User ID", "Section ID", "Role"],
        [["P-1", "S-IN", "Instructor"], ["P-2", "S-IN", "Student"]],
        [["P-2", "S-OUT", "Student"], ["P-3", "S-OUT", "Student"]],
    ),
    "schedules": (
        ["Name", "Start Date", "Start Time", "Duration Minutes", "Room ID", "Section IDs", "Input 1", "Capture Quality", "External ID"],
        [["Tides 01", "2031-08-20", "09:00", "60", "RM-1", "S-IN", "Display", "High", "SCH-IN"]],
        [
            ["Theft 01", "2031-08-20", "09:00", "60", "RM-2", "S-OUT", "Display", "High", "SCH-OUT"],
            ["Open Day", "2031-08-20", "09:00", "60", "RM-3", "", "Display", "High", "SCH-NONE"],
        ],
    ),
}  # fmt: skip


@dataclass
class World:
    """An institution, the clients that import there, and the system ids of its objects by External ID."""

    tenant: Tenant
    ids: dict[str, str]
    # Of the larger institution too.
    names: dict[str, str]

    def caller(self, role: str, unit: str | None) -> Caller:
        return caller_in(self.tenant, role, UUID(self.ids[unit]) if unit else None)

    def actor(self, role: str, unit: str | None) -> Actor:
        """An account with one role."""
        with tenancy.use_institution(self.tenant.pk):
            account = access.create_account(
                institution=self.tenant.pk,
                email=f"{uuid4()}@fjord.example",
                role=role,
                org_unit=UUID(self.ids[unit]) if unit else None,
            )
            return actor_of_account(account, self.tenant.pk)

    def tell(self, caller: Caller, text: str, key: str, action: str, **parts: Any) -> dict[str, Any]:
        """All that an import tells whoever sent it, without the ids and times that no two institutions share."""
        done = caller.import_(text, format=key, action=action, confirm_clear="true", **parts)
        rows = caller.results(f"/imports/{done['id']}/rows", limit=200)
        failed = caller.get(f"/imports/{done['id']}/failed.csv").getvalue().decode("utf-8-sig")
        told = {
            "status": done["status"],
            "counts": done["counts"],
            "effects": done["effects"],
            "rows": self.anonymous(rows),
            "failed": self.anonymous(list(csv.reader(io.StringIO(failed)))),
        }
        assert done["problem"] is None, done["problem"]
        return told

    def anonymous(self, found: Any) -> Any:
        """System ids by what they are called; those of what was made just now, alike."""
        if isinstance(found, dict):
            return {name: self.anonymous(value) for name, value in found.items()}
        if isinstance(found, list):
            return [self.anonymous(value) for value in found]
        if not isinstance(found, str):
            return found
        return SYSTEM_ID.sub(lambda id_: self.names.get(id_[0], "new"), found)


def make_world(*, beyond: bool) -> World:
    """beyond: with what lies outside of ORG-IN."""
    tenant = new_tenant()
    for name, (header, within, outside) in ROSTER.items():
        done = tenant.load(csv_text(header, *within, *(outside if beyond else [])), f"echovideo.{name}.v1")
        assert done.counts["failed"] == 0, (name, tenant.plan(done))
    return _world(tenant)


# A schedule that publishes to a section within reach of ORG-IN and to one beyond it.
SHARED = ["Both 01", "2031-08-21", "09:00", "60", "RM-1", "S-IN-2;{beyond}", "Display", "High", "SCH-BOTH"]
# What else may lie beyond: other than what ROSTER has there in every word.
ELSEWHERE: dict[str, tuple[list[str], list[str]]] = {
    "organizations": (["Name", "External ID"], ["Far Away", "ORG-FAR"]),
    "courses": (
        ["Course Code", "Course Name", "Organization ID", "External ID"],
        ["FAR900", "Distance", "ORG-FAR", "C-FAR"],
    ),
    "sections": (
        ["Course ID", "Term ID", "Section Name", "External ID"],
        ["C-FAR", "T-1", "Evening", "S-FAR"],
    ),
}


def make_twins() -> tuple[World, World]:
    """Two institutions alike within reach of ORG-IN: in both a schedule reaches beyond it, to other sections."""
    twins = []
    for beyond in ("S-OUT", "S-FAR"):
        tenant = make_world(beyond=beyond == "S-OUT").tenant
        if beyond == "S-FAR":
            for name, (header, row) in ELSEWHERE.items():
                assert tenant.load(csv_text(header, row), f"echovideo.{name}.v1").counts["created"] == 1
        file = csv_text(ROSTER["schedules"][0], [cell.format(beyond=beyond) for cell in SHARED])
        assert tenant.load(file, "echovideo.schedules.v1").counts["created"] == 1
        twins.append(_world(tenant))
    return twins[0], twins[1]


def _world(tenant: Tenant) -> World:
    ids: dict[str, str] = {}
    for table in ("org_unit", "course", "section", "schedule"):
        statement = SQL("SELECT external_id, id::text FROM {} WHERE external_id IS NOT NULL").format(
            Identifier(f"roster_{table}")
        )
        ids |= dict(tenant.query(statement))
    return World(tenant, ids, {id_: name for name, id_ in ids.items()})
