"""What a request for a report is refused for (reporting-api.md 4.4, 4.5), and what it failed for, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from edu_csv.errors import EduCsvError

# 4.5: of several faults the first in this order names the answer.
ORDER = (
    "MissingParameter",
    "InvalidParameter",
    "UnknownParameter",
    "InvalidDateRange",
    "DateRangeTooLong",
    "DateRangeTooOld",
    "InvalidDelimiter",
    "InvalidOutput",
    # Ours: whom to tell when it is done (section 8).
    "InvalidNotify",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of what was asked for.

    code: of 4.5. path: where it is, such as ``obj.parameters.end``. msg: what it is, in a few words. args: what came,
    and what would do. message: a sentence that says how to mend it.
    """

    code: str
    path: str
    msg: str
    args: tuple[Any, ...]
    message: str


class NotAllowed(EduCsvError):
    """The actor has no reports; the message says who has."""


class UnknownReport(EduCsvError):
    """There is no report of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"There is no report named '{self.name}'."


class Refused(EduCsvError):
    """What was asked for cannot be made. faults: all of them, the one that names the answer first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults)
        self.faults = sorted(faults, key=lambda fault: ORDER.index(fault.code))

    @property
    def code(self) -> str:
        return self.faults[0].code

    def __str__(self) -> str:
        return self.faults[0].message


class TooManyInFlight(EduCsvError):
    """The institution waits for as many reports as it may. ids: of those pending, oldest first."""

    def __init__(self, limit: int, ids: Sequence[UUID]) -> None:
        super().__init__(limit, ids)
        self.limit, self.ids = limit, list(ids)

    def __str__(self) -> str:
        if len(self.ids) == 1:
            return "1 report request is still pending. Wait for it to finish before submitting another."
        return (
            f"{len(self.ids)} report requests are still pending."
            " Wait for one to finish before submitting another."
        )


class CannotBeMade(EduCsvError):
    """A report that was asked for and can no longer be made. code: of ``SENTENCES``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return SENTENCES[self.code]

    def as_json(self) -> dict[str, str]:
        """As the problem of a job."""
        return {"code": self.code, "detail": str(self)}


NOT_STARTED = "not_started"
# One safe sentence for each reason that a job keeps (2.4); what is not here is a fault of ours.
SENTENCES = {
    NOT_STARTED: "No worker was free to begin the report in time; submit it again.",
    "worker_lost": "The worker stopped in the middle of the report each time it was begun;"
    " submit it again, for a shorter range if there is one.",
    "unavailable": "Storage or database did not answer for too long; submit it again later.",
    "report_gone": "There is no report of this name any more.",
    "not_permitted": "Whoever asked for the report may not have it any more; an administrator can submit it again.",
    "cancelled": "The report was stopped before it was ready; submit it again.",
}
OF_OURS = (
    "A fault of this system stopped the report; submit it again,"
    " and if it fails again, tell whoever runs this system the id of the request."
)
