"""What an expression is worth: the shortest way to ask the language a question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from edu_csv.templating import RowFault, TemplateFault, TemplateRefused, compile_template

WITH_ID = '{"statements": [{"id": "{{uuid 1}}", %s}]}'


def worth(
    expression: str,
    cells: Mapping[str, str] | None = None,
    *,
    org: int | str = 5664,
    time_zone: str = "UTC",
    now: datetime | None = None,
) -> str:
    """A variable's worth, as text. Raises RowFault when the row would fail."""
    cells = cells or {}
    template = compile_template('{"people": []}', [("x", expression)])
    renderer = template.bind(list(cells), org=org, time_zone=time_zone, now=now)
    found = renderer.variables(2, list(cells.values()))["x"]
    if isinstance(found, RowFault):
        raise found
    return found


def rendered(body: str, cells: Mapping[str, str] | None = None, **variables: str) -> str:
    """What a body gives for one row; the section that must be in it stands in a comment of JSON's making."""
    cells = cells or {}
    template = compile_template('{"people":[]}' + body, list(variables.items()))
    return template.bind(list(cells), org=5664).render(2, list(cells.values())).removeprefix('{"people":[]}')


def in_json(expression: str, cells: Mapping[str, str] | None = None, **variables: str) -> Any:
    """What stands behind "x" when the expression is written there, quotes and all, after JSON is read."""
    cells = cells or {}
    template = compile_template(WITH_ID % f'"x": {expression}', list(variables.items()))
    return template.bind(list(cells), org=5664).objects(2, list(cells.values()))["statements"][0]["x"]


def faults_of(body: str, **variables: str) -> list[TemplateFault]:
    """What is wrong with a template; [] when nothing is."""
    try:
        compile_template(body, list(variables.items()))
    except TemplateRefused as refused:
        return refused.faults
    return []


def fault_in(expression: str) -> TemplateFault:
    """The one fault of a template that is well but for this expression."""
    (fault,) = faults_of(WITH_ID % f'"x": "{expression}"')
    return fault
