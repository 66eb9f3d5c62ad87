"""The tables and names that the steps of one import through a template share.

All of them are temporary and live in one transaction, as those of the other ways (``steps.workspace``):

``stage`` one row per data row, good or bad: (row, made, cells): how many statements it makes, and its cells as read;
``problem`` what is told of rows: (row, severity, col, code, value, params, place), place: where in the row it stands;
``statement_in``, ``statement_out`` the store's (``edu_csv.activity.store``);
``failed_row`` the rows that failed so far: (row); ``clashing_row`` those of them whose statements clash: (row);
``known`` rows with statements that are stored already: (row, known);
``object_outcome`` what becomes of a row's main object (``groups``): (row, outcome, object_type, object_id).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from imports.models import ImportTemplateVersion, TemplateKind
from imports.steps.workspace import Session

TABLES = """
    CREATE TEMP TABLE stage (row integer, made integer, cells text[]) ON COMMIT DROP;
    CREATE TEMP TABLE problem (
        row integer, severity text, col text, code text, value text, params jsonb, place integer) ON COMMIT DROP
"""
# Of fewer rows the planner thinks well enough without having been told.
WORTH_ANALYZING = 2_000


@dataclass
class TemplateSpace(Session):
    """One import through a template while it is worked on.

    version: may be one that is not saved yet, of a preview. received: when the file came. switches: as
    ``Import.switches``. made: statements of rows without a fault of their own. file_name: as sent.
    """

    version: ImportTemplateVersion
    received: datetime
    file_name: str = ""
    switches: Mapping[str, Any] = field(default_factory=dict)
    rows: int = 0
    made: int = 0

    @property
    def has_objects(self) -> bool:
        """Whether rows make people, groups or permissions."""
        return self.version.kind == TemplateKind.GROUPS
