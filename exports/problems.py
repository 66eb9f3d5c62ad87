"""What an export is refused for, in words."""

from __future__ import annotations

from typing import Any

from edu_csv.errors import EduCsvError


class NotAllowed(EduCsvError):
    """The actor's role does not export this; the message says who can."""


class NotThere(EduCsvError):
    """The export has no file (any more); the message says why."""


class BadRequest(EduCsvError):
    """A field of a request is wrong: (field, code, detail)."""

    def __init__(self, name: str, code: str, detail: str, **params: Any) -> None:
        super().__init__(name, code, detail)
        self.field, self.code, self.detail = name, code, detail
        self.params = params

    def __str__(self) -> str:
        return self.detail

    def as_json(self) -> dict[str, Any]:
        """As the problem of a job that found it out only when it ran."""
        return {"code": self.code, "detail": self.detail, "field": self.field, **self.params}
