"""What an export has no place for: fields of objects that are written, and objects of kinds that a family lacks."""

from __future__ import annotations

from dataclasses import dataclass

from edu_csv.roster.nouns import Noun


@dataclass(frozen=True, slots=True)
class NoPlace:
    """A field that the layout has no column for: the object is written, and the field listed.

    field: of the noun. when: SQL over ``o``, true when something is lost; as a rule when the field is filled.
    code: a key of ``exports.omissions``. column: what it is called; as a rule as the field is.
    """

    field: str
    when: str = ""
    code: str = "no_place"
    column: str = ""

    @property
    def called(self) -> str:
        return self.column or self.field.removesuffix("_ids").removesuffix("_id").replace("_", " ")

    @property
    def condition(self) -> str:
        return self.when or f"o.{self.field} IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Objects of a kind that no format of a family has, told by the export of the format they stand nearest to.

    called: what they are, at the begin of a sentence. where: SQL over ``o``, only these. within: says where they are,
    when it is not the noun that does.
    """

    noun: Noun
    called: str
    where: str = "TRUE"
    within: Noun | None = None


def lists(*fields: tuple[str, str]) -> tuple[NoPlace, ...]:
    """Lists that are lost when they are not empty: (field, what it is called)."""
    return tuple(NoPlace(field, f"cardinality(o.{field}) > 0", column=called) for field, called in fields)
