"""Shapes: what a row's people, groups and permissions say, and what is wrong with them (csv data import 2.2). Pure.

Blank references are ignored, a blank key is a fault (2.3, rule 7). Blanks around keys and names mean nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from edu_csv.activity import xapi
from edu_csv.activity.xapi.faults import shown
from edu_csv.roster.vocabulary import LONGEST_TYPE, TAKEN_TYPES, UNWRITABLE
from imports.steps.templated.groups.lines import Group, Lines, Person, Persona

# Code, place, cell, words; as other steps of templates note them.
Fault = tuple[str, str | None, str | None, dict[str, Any]]

LONGEST = 255
# Of a persona's kind, home page and name together: an index takes 2,704 bytes an entry, and a character has up to four.
LONGEST_KEY = 600
OF_PEOPLE = ("customId", "personas", "name", "groups")
OF_GROUPS = ("customId", "name", "type", "parents", "children", "people")
OF_PERMISSIONS = ("person", "group", "canView")
SECTIONS = ("people", "groups", "permissions")


class Shapes:
    """Reads one row. lines: what it says, as far as it is good; faults: what is wrong with it."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.faults: list[Fault] = []

    def read(self, objects: Mapping[str, list[Any]]) -> None:
        """objects: the lists of a row by section; sections may be missing."""
        for place, said in enumerate(objects.get("people", ())):
            self._person(said, f"people[{place}]")
        for place, said in enumerate(objects.get("groups", ())):
            self._group(said, f"groups[{place}]")
        for place, said in enumerate(objects.get("permissions", ())):
            self._permission(said, f"permissions[{place}]")

    def _person(self, said: Any, path: str) -> None:
        if not self._is_object(said, path, OF_PEOPLE):
            self._lines.person(Person(is_def=True))
            return
        if "customId" not in said and not said.get("personas"):
            self._fault("person_key", path, said)
            self._lines.person(Person(is_def=True))
            return
        personas = self._list(said, "personas", path)
        mention = self._lines.person(
            Person(
                custom_id=self._key(said, "customId", path),
                name=self._name(said, path),
                personas=[
                    found
                    for place, one in enumerate(personas)
                    if (found := self._persona(one, f"{path}.personas[{place}]"))
                ],
                has_groups="groups" in said,
                is_def=True,
            )
        )
        for group in self._references(said, "groups", path, self._group_ref):
            self._lines.membership(mention, group)

    def _group(self, said: Any, path: str) -> None:
        if not self._is_object(said, path, OF_GROUPS):
            return
        if "customId" not in said and not ("name" in said and "type" in said):
            self._fault("group_key", path, said)
            return
        type_name, plural = self._type(said, path)
        mention = self._lines.group(
            Group(
                custom_id=self._key(said, "customId", path),
                name=self._name(said, path),
                type=type_name,
                plural=plural,
                is_def=True,
            )
        )
        for parent in self._references(said, "parents", path, self._group_ref):
            self._lines.edge(parent, mention)
        for child in self._references(said, "children", path, self._group_ref):
            self._lines.edge(mention, child)
        for person in self._references(said, "people", path, self._person_ref):
            self._lines.membership(person, mention)

    def _permission(self, said: Any, path: str) -> None:
        if not self._is_object(said, path, OF_PERMISSIONS):
            return
        if ("person" in said) == ("group" in said):
            self._fault("grantee", path, said)
            return
        who = "person" if "person" in said else "group"
        grantee = (self._person_ref if who == "person" else self._group_ref)(said[who], f"{path}.{who}")
        if grantee is None and not self.faults:
            self._fault("blank", f"{path}.{who}", said[who])
        may = said.get("canView")
        if isinstance(may, dict) and may == {"everyone": True}:
            if grantee is not None:
                self._lines.permission(who == "person", grantee, None)
        elif isinstance(may, dict) and list(may) == ["group"]:
            group = self._group_ref(may["group"], f"{path}.canView.group")
            if group is None and not self.faults:
                self._fault("blank", f"{path}.canView.group", may["group"])
            if grantee is not None and group is not None:
                self._lines.permission(who == "person", grantee, group)
        else:
            self._fault("can_view", f"{path}.canView", may)

    def _references(self, said: Mapping[str, Any], name: str, path: str, read: Any) -> list[int]:
        found = [
            read(one, f"{path}.{name}[{place}]") for place, one in enumerate(self._list(said, name, path))
        ]
        return [mention for mention in found if mention is not None]

    def _group_ref(self, said: Any, path: str) -> int | None:
        """A mention of the group; None when the reference is blank, or at fault."""
        if isinstance(said, str):
            said = {"customId": said}
        if not isinstance(said, dict) or set(said) not in ({"customId"}, {"name", "type"}):
            self._fault("group_reference", path, said)
            return None
        if not any(isinstance(value, str) and not value.strip() for value in said.values()):
            type_name, plural = self._type(said, path)
            key, name = self._key(said, "customId", path), self._name(said, path)
            return self._lines.group(Group(key, name, type_name, plural))
        if any(not isinstance(value, str) or value.strip() for value in said.values()):
            self._fault("group_reference", path, said)
        return None

    def _person_ref(self, said: Any, path: str) -> int | None:
        if isinstance(said, str):
            said = {"customId": said}
        if not isinstance(said, dict) or set(said) not in ({"customId"}, {"persona"}):
            self._fault("person_reference", path, said)
            return None
        if "persona" in said:
            if said["persona"] == "":
                return None
            persona = self._persona(said["persona"], f"{path}.persona")
            return self._lines.person(Person(personas=[persona])) if persona else None
        if isinstance(said["customId"], str) and not said["customId"].strip():
            return None
        key = self._key(said, "customId", path)
        return self._lines.person(Person(key)) if key else None

    def _persona(self, said: Any, path: str) -> Persona | None:
        faults = xapi.check_persona(said, "persona")
        for found in faults:
            fault = replace(found, path=path + found.path.removeprefix("persona"))
            told = {"message": fault.sentence(), "rule": fault.rule}
            self.faults.append(("statement_rule", fault.path, shown(fault.value), told))
        if faults:
            return None
        key = xapi.agent_key(said) or ""
        kind = next(name for name in ("mbox", "mbox_sha1sum", "openid", "account") if name in said)
        value = said["account"]["name"] if kind == "account" else key.split(":", 1)[1]
        home_page = said["account"]["homePage"] if kind == "account" else None
        if "\0" in key:
            self._fault("nul", path, key)
            return None
        if len(key) > LONGEST_KEY:
            self._fault("long", path, said, limit=LONGEST_KEY)
            return None
        email = value.removeprefix("mailto:") if kind == "mbox" else None
        return Persona(key, kind, value, home_page, email)

    def _type(self, said: Mapping[str, Any], path: str) -> tuple[str | None, str | None]:
        """The name as it is kept, in lower case, and the plural, as given."""
        given = said.get("type")
        if "type" not in said:
            return None, None
        place, plural = f"{path}.type", None
        if isinstance(given, dict):
            if not self._is_object(given, place, ("name", "pluralName")):
                return None, None
            if "pluralName" in given:
                plural = self._text(given["pluralName"], f"{place}.pluralName")
            given, place = given.get("name"), f"{place}.name"
        name = self._text(given, place, limit=LONGEST_TYPE)
        if name is not None and name.lower() in TAKEN_TYPES:
            self._fault("taken_type", place, given)
        elif name is not None and (sign := UNWRITABLE.search(name)):
            self._fault("unwritable_type", place, given, sign=repr(sign[0]))
        return name.lower() if name else None, plural

    def _name(self, said: Mapping[str, Any], path: str) -> str | None:
        return self._text(said["name"], f"{path}.name") if "name" in said else None

    def _key(self, said: Mapping[str, Any], name: str, path: str) -> str | None:
        return self._text(said[name], f"{path}.{name}") if name in said else None

    def _text(self, value: Any, path: str, *, limit: int = LONGEST) -> str | None:
        """A text that is not blank, without the blanks around it; None when it is at fault."""
        if not isinstance(value, str):
            self._fault("text", path, value)
            return None
        text = value.strip()
        if not text:
            self._fault("blank", path, value)
            return None
        if len(text) > limit:
            self._fault("long", path, value, limit=limit)
            return None
        if "\0" in text:
            self._fault("nul", path, value)
            return None
        return text

    def _list(self, said: Mapping[str, Any], name: str, path: str) -> list[Any]:
        found = said.get(name, [])
        if isinstance(found, list):
            return found
        self._fault("list", f"{path}.{name}", found)
        return []

    def _is_object(self, said: Any, path: str, known: Collection[str]) -> bool:
        if not isinstance(said, dict):
            self._fault("object", path, said)
            return False
        unknown = [name for name in said if name not in known]
        for name in unknown:
            self._fault("unknown", f"{path}.{name}", said[name], expected=", ".join(known))
        return not unknown

    def _fault(self, variant: str, path: str, value: Any, **words: Any) -> None:
        told = {"variant": variant, "path": path, "shown": shown(value), **words}
        self.faults.append(("object_rule", path, shown(value), told))
