"""What a recurring report is refused for."""

from __future__ import annotations

from edu_csv.errors import EduCsvError


class BadField(EduCsvError):
    """A field is wrong: (field, code, detail)."""

    def __init__(self, name: str, code: str, detail: str) -> None:
        super().__init__(name, code, detail)
        self.field, self.code, self.detail = name, code, detail

    def __str__(self) -> str:
        return self.detail
