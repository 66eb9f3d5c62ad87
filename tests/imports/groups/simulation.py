"""What a file of people and groups does, said in plain Python: a model for ``test_model`` (csv data import 2.3, 2.4).

It knows customIds, e-mail personas, memberships, edges and permissions; it goes through rows one by one where the product
asks by the set. A row fails whole; naming is done anew without it, until no row fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Said = dict[str, list[dict[str, Any]]]


@dataclass
class World:
    """What stands, in an order of its own. A person is (customId or "", name, personas); a unit (customId, name, type, parents)."""

    people: list[Any] = field(default_factory=list)
    units: list[Any] = field(default_factory=list)
    members: list[Any] = field(default_factory=list)
    views: list[Any] = field(default_factory=list)


class Person:
    """Somebody while a file is simulated; compared by identity."""

    def __init__(self, custom_id: str | None, name: str | None, personas: set[str], *, known: bool) -> None:
        self.custom_id, self.name, self.personas, self.known = custom_id, name, personas, known
        # A person whom a row made with an e-mail address is known by it to other families.
        self.has_address = False
        self.addresses: set[str] = set()


class Roster:
    """The state between files, as objects."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self.units: dict[str, list[Any]] = {}
        self.members: set[tuple[Person, str]] = set()
        self.views: set[tuple[Any, str]] = set()

    def load(self, rows: list[Said], *, replace: bool) -> set[int]:
        """Apply a file; returns the failed rows, the first of the file being 2."""
        bad: set[int] = set()
        while True:
            good = [(number, row) for number, row in enumerate(rows, 2) if number not in bad]
            plan = Plan(self, good)
            failed = plan.name()
            if not failed:
                failed = plan.circles()
            if not failed:
                plan.apply([row for number, row in enumerate(rows, 2) if number in bad], replace=replace)
                return bad
            bad |= failed

    def seen(self) -> World:
        def called(one: Person) -> tuple[Any, ...]:
            return one.custom_id or "", str(one.name), tuple(sorted(one.personas))

        return World(
            sorted(map(called, self.people)),
            sorted((key, name, type_, tuple(parents)) for key, (name, type_, parents) in self.units.items()),
            sorted((*called(person), unit) for person, unit in self.members),
            sorted((*(called(who) if isinstance(who, Person) else (who,)), what) for who, what in self.views),
        )


class Plan:
    def __init__(self, roster: Roster, good: list[tuple[int, Said]]) -> None:
        self.roster, self.good = roster, good
        self.new_people: list[Person] = []
        self.meant: dict[int, Person] = {}
        self.owner: dict[str, Person] = {}
        self.by_custom: dict[str, Person] = {}

    # pass one

    def name(self) -> set[int]:
        failed = self._name_groups()
        failed |= self._name_people()
        return failed

    def _name_groups(self) -> set[int]:
        failed: set[int] = set()
        said: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        for number, row in self.good:
            for group in row.get("groups", []):
                said.setdefault(group["customId"], []).append((number, group))
        for key, definitions in said.items():
            is_new = key not in self.roster.units
            if is_new and not all(any(name in g for _, g in definitions) for name in ("name", "type")):
                failed |= {number for number, _ in definitions}
        known = set(self.roster.units) | set(said)
        for number, row in self.good:
            for key in self._group_references(row):
                if key not in known:
                    failed.add(number)
        return failed

    @staticmethod
    def _group_references(row: Said) -> list[str]:
        found = [g for p in row.get("people", []) for g in p.get("groups", [])]
        for group in row.get("groups", []):
            found += [*group.get("parents", []), *group.get("children", [])]
        for one in row.get("permissions", []):
            found += [one["group"]] if "group" in one else []
            found += [one["canView"]["group"]] if "group" in one["canView"] else []
        return found

    def _definitions(self) -> list[tuple[int, dict[str, Any]]]:
        return [(number, person) for number, row in self.good for person in row.get("people", [])]

    def _name_people(self) -> set[int]:
        failed: set[int] = set()
        held = {key: p for p in self.roster.people for key in p.personas}
        matched = {p.custom_id: p for p in self.roster.people if p.custom_id}
        strong = [(n, d) for n, d in self._definitions() if "customId" in d]
        # A customId that nobody has means who holds the personas, if they have none yet.
        adopted: dict[str, Person] = {}
        first: dict[str, Person] = {}
        for _, said in strong:
            holders = {id(held[k]): held[k] for k in keys(said) if k in held}
            if said["customId"] not in matched and len(holders) == 1:
                [holder] = holders.values()
                if holder.custom_id is None:
                    first.setdefault(said["customId"], holder)
        for custom_id, holder in first.items():
            if all(other is not holder for other in adopted.values()):
                adopted[custom_id] = holder
        for number, said in strong:
            custom_id = said["customId"]
            if custom_id in matched:
                self.by_custom[custom_id] = matched[custom_id]
                continue
            if custom_id not in self.by_custom:
                self.by_custom[custom_id] = adopted.get(custom_id) or self._new(custom_id)
            holders = {id(held[k]): held[k] for k in keys(said) if k in held}
            if len(holders) > 1 or (
                holders and self.by_custom[custom_id] is not next(iter(holders.values()))
            ):
                failed.add(number)
        # Whose each persona is: of the last who had their customId, or else of the first who is new.
        for is_matched in (True, False):
            for _, said in reversed(strong) if is_matched else strong:
                if (said["customId"] in matched) is is_matched:
                    for key in keys(said):
                        self.owner.setdefault(key, self.by_custom[said["customId"]])
        for number, said in strong:
            if said["customId"] not in matched:
                failed |= {
                    number for k in keys(said) if self.owner[k] is not self.by_custom[said["customId"]]
                }
        for place, (_, said) in enumerate(self._definitions()):
            if "customId" in said:
                self.meant[place] = self.by_custom[said["customId"]]
        failed |= self._name_weak(held)
        failed |= self._person_references(held)
        failed |= self._nameless()
        return failed

    def _name_weak(self, held: dict[str, Person]) -> set[int]:
        failed: set[int] = set()
        decided: dict[frozenset[str], Person | None] = {}
        holder = held | self.owner
        for place, (number, said) in enumerate(self._definitions()):
            if "customId" in said:
                continue
            listed = frozenset(keys(said))
            if listed not in decided:
                found = {id(holder[k]): holder[k] for k in listed if k in holder}
                decided[listed] = None
                if len(found) <= 1:
                    who = next(iter(found.values())) if found else self._new(None)
                    decided[listed] = who
                    for key in listed:
                        holder.setdefault(key, who)
                        self.owner.setdefault(key, who)
            who_or_none = decided[listed]
            if who_or_none is None:
                failed.add(number)
            else:
                self.meant[place] = who_or_none
        return failed

    def _person_references(self, held: dict[str, Person]) -> set[int]:
        failed = set()
        for number, row in self.good:
            found = [p for g in row.get("groups", []) for p in g.get("people", [])]
            found += [one["person"] for one in row.get("permissions", []) if "person" in one]
            failed |= {number for said in found if self._person(said) is None}
        return failed

    def _nameless(self) -> set[int]:
        named = {
            id(self.meant[at])
            for at, (_, said) in enumerate(self._definitions())
            if "name" in said and at in self.meant
        }
        return {
            number
            for at, (number, _) in enumerate(self._definitions())
            if at in self.meant and not self.meant[at].known and id(self.meant[at]) not in named
        }  # fmt: skip

    def _new(self, custom_id: str | None) -> Person:
        made = Person(custom_id, None, set(), known=False)
        self.new_people.append(made)
        return made

    def _person(self, said: Any) -> Person | None:
        if isinstance(said, str):
            defined = self.by_custom.get(said)
            return defined or next((p for p in self.roster.people if p.custom_id == said), None)
        key = said["persona"]["mbox"].removeprefix("mailto:")
        holder = next((p for p in self.roster.people if key in p.personas), None)
        return self.owner.get(key) or holder

    # pass two

    def _edges(self) -> list[tuple[int, str, str]]:
        found = []
        for number, row in self.good:
            for group in row.get("groups", []):
                found += [(number, group["customId"], parent) for parent in group.get("parents", [])]
                found += [(number, child, group["customId"]) for child in group.get("children", [])]
        return found

    def circles(self) -> set[int]:
        above = {key: set(unit[2]) for key, unit in self.roster.units.items()}
        failed: set[int] = set()
        for number in sorted({number for number, _, _ in self._edges()}):
            tried = {key: set(parents) for key, parents in above.items()}
            for _, child, parent in [edge for edge in self._edges() if edge[0] == number]:
                if lies_below(parent, child, tried):
                    failed.add(number)
                    break
                tried.setdefault(child, set()).add(parent)
            else:
                above = tried
        return failed

    def apply(self, failed: list[Said], *, replace: bool) -> None:
        roster = self.roster
        kept = self._kept(failed)
        for _, row in self.good:
            for group in row.get("groups", []):
                unit = roster.units.setdefault(group["customId"], ["", "", []])
                unit[0] = group.get("name", unit[0])
                unit[1] = group.get("type", unit[1]).lower()
        for _, child, parent in self._edges():
            if parent not in roster.units[child][2]:
                roster.units[child][2].append(parent)
        used = {id(p) for p in self.meant.values()}
        made = [p for p in self.new_people if id(p) in used]
        roster.people += made
        for at, (_, said) in enumerate(self._definitions()):
            who = self.meant[at]
            who.name = said.get("name", who.name)
            who.custom_id = who.custom_id or said.get("customId")
        self._move()
        for who in made:
            who.known, who.has_address = True, bool(who.personas)
            who.addresses = set(self._first_address(who))
        self._join(kept, replace=replace)

    def _first_address(self, who: Person) -> list[str]:
        """The e-mail address of somebody who was made: the first of their personas in the file."""
        for at, (_, said) in enumerate(self._definitions()):
            if self.meant[at] is who:
                for key in keys(said):
                    if self.owner.get(key) is who:
                        return [key]
        return []

    def _kept(self, failed: list[Said]) -> set[int]:
        """Of whom nothing ends, since a row about them failed."""
        custom_ids: set[str] = set()
        addresses: set[str] = set()
        for row in failed:
            for said in row.get("people", []):
                custom_ids |= {said["customId"]} if "customId" in said else set()
                addresses |= set(keys(said))
            for one in self._said_of_people(row):
                if isinstance(one, str):
                    custom_ids.add(one)
                else:
                    addresses.add(one["persona"]["mbox"].removeprefix("mailto:"))
        found = [self._person(custom_id) for custom_id in custom_ids]
        found += [self.owner.get(address) for address in addresses]
        found += [p for p in self.roster.people if p.personas & addresses or p.addresses & addresses]
        return {id(one) for one in found if one}

    def _move(self) -> None:
        lost: set[int] = set()
        for key, who in self.owner.items():
            for other in self.roster.people:
                if other is not who and key in other.personas:
                    other.personas.discard(key)
                    lost.add(id(other))
            who.personas.add(key)
        named = {id(p) for p in self.meant.values()} | {
            id(self._person(said)) for _, row in self.good for said in self._said_of_people(row)
        }
        for one in [p for p in self.roster.people if id(p) in lost and not p.personas and id(p) not in named]:
            # Somebody whom a row made with an address is known by it still.
            if not one.has_address:
                self.roster.people.remove(one)
                self.roster.members = {m for m in self.roster.members if m[0] is not one}
                self.roster.views = {v for v in self.roster.views if v[0] is not one}

    @staticmethod
    def _said_of_people(row: Said) -> list[Any]:
        found = [p for g in row.get("groups", []) for p in g.get("people", [])]
        return found + [one["person"] for one in row.get("permissions", []) if "person" in one]

    def _join(self, kept: set[int], *, replace: bool) -> None:
        roster, joined = self.roster, set()
        whole: set[int] = set()
        for at, (_, said) in enumerate(self._definitions()):
            joined |= {(self.meant[at], group) for group in said.get("groups", [])}
            if "groups" in said:
                whole.add(id(self.meant[at]))
        for _, row in self.good:
            for group in row.get("groups", []):
                found = [self._person(said) for said in group.get("people", [])]
                joined |= {(p, group["customId"]) for p in found if p}
            for one in row.get("permissions", []):
                who = self._person(one["person"]) if "person" in one else one["group"]
                roster.views.add((who, one["canView"].get("group", "everyone")))
        if replace:
            said_groups = {key for _, row in self.good for key in self._group_references(row)}
            said_groups |= {g["customId"] for _, row in self.good for g in row.get("groups", [])}
            types = {roster.units[key][1] for key in said_groups}
            roster.members = {
                (p, g)
                for p, g in roster.members
                if id(p) not in whole - kept or roster.units[g][1] not in types
            }
        roster.members |= joined


def keys(said: dict[str, Any]) -> list[str]:
    return [one["mbox"].removeprefix("mailto:") for one in said.get("personas", [])]


def lies_below(at: str, ancestor: str, above: dict[str, set[str]]) -> bool:
    return at == ancestor or any(lies_below(up, ancestor, above) for up in above.get(at, ()))
