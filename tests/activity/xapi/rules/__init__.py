"""Good and bad statements for every rule of xapi.md section 2, by the rules' numbers."""

from __future__ import annotations

from tests.activity.xapi.rules import actors, form, objects, results, types
from tests.activity.xapi.rules.case import Case

CASES: list[Case] = [*form.CASES, *actors.CASES, *objects.CASES, *results.CASES, *types.CASES]
