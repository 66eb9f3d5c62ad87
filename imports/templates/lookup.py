"""Which template an upload goes through: by name or by id (csv data import 4.2)."""

from __future__ import annotations

from typing import Literal

from edu_csv.errors import EduCsvError
from imports.models import ImportTemplate, ImportTemplateVersion

# Larger integers are nobody's id, and PostgreSQL would refuse to compare them.
LARGEST_ID = 2**63 - 1
# Of longer texts Python itself refuses to make a number (4,300 digits).
MOST_DIGITS = len(str(LARGEST_ID))


class NoTemplate(EduCsvError):
    """No upload goes through this template; ``code`` is the API's (csv data import 4.1), the message says why."""

    def __init__(
        self, code: Literal["unknown_template", "archived_template", "draft_template"], message: str
    ) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message

    def __str__(self) -> str:
        return self.message


def find(institution: int, wanted: int | str) -> ImportTemplate | None:
    """The institution's template with exactly this name, else with this id; archived ones and drafts too."""
    templates = ImportTemplate.objects.filter(institution_id=institution)
    if isinstance(wanted, str):
        if found := templates.filter(name=wanted).first():
            return found
        # Digits of other scripts are names.
        digits = wanted.lstrip("0") if wanted.isascii() and wanted.isdigit() else ""
        if not 0 < len(digits) <= MOST_DIGITS:
            return None
        wanted = int(digits)
    return templates.filter(pk=wanted).first() if 0 < wanted <= LARGEST_ID else None


def usable(institution: int, wanted: int | str) -> ImportTemplateVersion:
    """The version that an upload through this template is read with now, with its ``template``. Raises NoTemplate."""
    template = find(institution, wanted)
    if template is None:
        raise NoTemplate("unknown_template", f"There is no import template `{str(wanted)[:200]}`.")
    if template.archived:
        raise NoTemplate(
            "archived_template",
            f"The import template `{template.name}` is archived and takes no files. An administrator can take it out of"
            " the archive.",
        )
    if template.ready_version is None:
        raise NoTemplate(
            "draft_template",
            f"The import template `{template.name}` is a draft and takes no files. An administrator can save it as"
            " ready.",
        )
    return ImportTemplateVersion.objects.select_related("template").get(
        institution_id=institution, template=template, number=template.ready_version
    )


def usable_templates(institution: int) -> list[ImportTemplate]:
    """All that take uploads now, by name."""
    found = ImportTemplate.objects.filter(
        institution_id=institution, archived=False, ready_version__isnull=False
    )
    return list(found.order_by("name"))
