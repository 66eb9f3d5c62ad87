"""What a version of a template says, before and after it is stored."""

from __future__ import annotations

from dataclasses import dataclass

from imports.models import GroupMode, ImportTemplateVersion, TemplateKind


@dataclass(frozen=True, slots=True)
class Content:
    """What a version of a template says; ``ImportTemplateVersion`` says what each part means."""

    body: str
    variables: tuple[tuple[str, str], ...] = ()
    time_zone: str = "UTC"
    delimiter: str = ","
    optional_columns: tuple[str, ...] = ()
    group_mode: str = GroupMode.ADD

    @classmethod
    def of(cls, version: ImportTemplateVersion) -> Content:
        return cls(
            body=version.body,
            variables=tuple((name, expression) for name, expression in version.variables),
            time_zone=version.time_zone,
            delimiter=version.delimiter,
            optional_columns=tuple(version.optional_columns),
            group_mode=version.group_mode,
        )

    def unsaved(self, institution: int, kind: str = TemplateKind.XAPI) -> ImportTemplateVersion:
        """A version that stands nowhere, for trying it."""
        return ImportTemplateVersion(
            institution_id=institution,
            kind=kind,
            body=self.body,
            variables=[list(pair) for pair in self.variables],
            time_zone=self.time_zone,
            delimiter=self.delimiter,
            optional_columns=list(self.optional_columns),
            group_mode=self.group_mode,
        )

    def has(self, variable: str) -> bool:
        return any(name == variable for name, _ in self.variables)
