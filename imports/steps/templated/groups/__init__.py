"""People, groups, group types, memberships and viewing permissions from rows of a template (csv data import 2).

``Stager`` takes what rows say to the server, ``plan`` decides what becomes of it, ``review`` says what a person must look at,
``apply`` writes it, ``void`` takes it away.

All tables are temporary: ``g_…`` are staged, ``group_…``, ``person…`` and the others made by the plan.
"""

from __future__ import annotations

from imports.steps.templated.groups import void
from imports.steps.templated.groups.apply import apply
from imports.steps.templated.groups.plan import plan, review
from imports.steps.templated.groups.stager import Stager

__all__ = ["Stager", "apply", "plan", "review", "void"]
