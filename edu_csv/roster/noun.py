"""What is declared of one noun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Noun:
    """name: the ``object_type`` of the contract. code: the same in journal and plan, never reused.

    columns: what is written and compared, by SQL type. fixed: values that tell this noun from others in
    its table. label: SQL over alias ``o`` of a short name for people. org_units: columns of this noun
    that say where it is (design section 6), empty when it belongs to the institution. further_units: lists of
    units where it is too, for whoever reads; it is written where org_units put it.
    via: (column, noun): it is where that other object is. via_any: the same over a list: it is where each of
    them is; who reaches one may read it, who reaches all may write it. via_unit: (column with the code of a
    noun, column with an id): it is where that object is. never_null: booleans that are false when nothing is
    said; lists are never NULL either. time: of something that happened, the column that says when: its table is
    partitioned by it, and nothing points to it. key: what tells apart live objects that have no external id.
    """

    name: str
    code: int
    table: str
    columns: Mapping[str, str]
    label: str = "o.name"
    plural: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    org_units: tuple[str, ...] = ()
    further_units: tuple[str, ...] = ()
    via: tuple[str, str] | None = None
    via_any: tuple[str, str] | None = None
    folded_key: str | None = None
    has_external_id: bool = True
    via_unit: tuple[str, str] | None = None
    never_null: tuple[str, ...] = ()
    time: str | None = None
    key: tuple[str, ...] = ()

    @property
    def many(self) -> str:
        return self.plural or self.name.replace("_", " ") + "s"
