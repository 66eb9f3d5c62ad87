"""Verbs, activities and their definitions, attachments (xapi.md 2.3, 2.4 and X-96)."""

from __future__ import annotations

from typing import Any

from edu_csv.activity.xapi import values
from edu_csv.activity.xapi.faults import Faults, Path, add

COMPONENTS = {
    "choice": ("choices",),
    "sequencing": ("choices",),
    "likert": ("scale",),
    "matching": ("source", "target"),
    "performance": ("steps",),
    "true-false": (),
    "fill-in": (),
    "long-fill-in": (),
    "numeric": (),
    "other": (),
}
"""Each ``interactionType`` (X-53) with the component lists that belong to it (X-55)."""
_LISTS = ("choices", "scale", "source", "target", "steps")
_TYPES = "must be one of " + ", ".join(COMPONENTS)
_SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"


def verb(value: Any, path: Path, faults: Faults) -> None:
    """``id`` and perhaps ``display`` (X-40)."""
    if values.an_object(value, path, faults, "a verb with its id"):
        values.names(value, path, faults, _VERB, "a verb")
        values.needs(value, "id", path, faults, "X-40")


def activity(value: Any, path: Path, faults: Faults) -> None:
    """``id``, and perhaps ``objectType`` and ``definition`` (X-51)."""
    if values.an_object(value, path, faults, "an Activity with its id"):
        values.names(value, path, faults, _ACTIVITY, "an Activity")
        values.needs(value, "id", path, faults, "X-51")


def definition(value: Any, path: Path, faults: Faults) -> None:
    """X-52 to X-57; what a response looks like (X-58) is the sender's affair."""
    if not values.an_object(value, path, faults, "the definition of an Activity"):
        return
    values.names(value, path, faults, _DEFINITION, "an Activity's definition")
    kind = value.get("interactionType")
    if kind is None:
        if "interactionType" not in value and any(
            name in value for name in (*_LISTS, "correctResponsesPattern")
        ):
            text = f"must be there, since there are properties of an interaction; {_TYPES}"
            add(faults, "X-54", (path, "interactionType"), text, None)
    elif kind.__class__ is str and kind in COMPONENTS:
        for name in _LISTS:
            if name in value and name not in COMPONENTS[kind]:
                owners = " and ".join(owner for owner, lists in COMPONENTS.items() if name in lists)
                text = f"must be left out with the interactionType {kind}; it belongs to {owners}"
                add(faults, "X-55", (path, name), text, value[name])


def attachments(value: Any, path: Path, faults: Faults) -> None:
    """A list of attachments; their data is not looked at here."""
    if values.a_list(value, path, faults, "attachments"):
        for index, item in enumerate(value):
            _attachment(item, (path, index), faults)


def _attachment(value: Any, path: Path, faults: Faults) -> None:
    if not values.an_object(value, path, faults, "an attachment"):
        return
    values.names(value, path, faults, _ATTACHMENT, "an attachment")
    for name in ("usageType", "display", "contentType", "length", "sha2"):
        values.needs(value, name, path, faults, "X-96")
    # xAPI 1.0.3, Data 2.6: the contentType of a signature is always this.
    kind = value.get("contentType")
    if value.get("usageType") == _SIGNATURE and isinstance(kind, str) and kind != "application/octet-stream":
        add(
            faults,
            "X-96",
            (path, "contentType"),
            "must be application/octet-stream, since this is a signature",
            kind,
        )


def _interaction_type(value: Any, path: Path, faults: Faults) -> None:
    if value.__class__ is not str or value not in COMPONENTS:
        values.wrong(value, path, faults, "X-53", _TYPES)


def _responses(value: Any, path: Path, faults: Faults) -> None:
    if values.a_list(value, path, faults, "texts, the right responses"):
        for index, item in enumerate(value):
            values.text(item, (path, index), faults)


def _components(value: Any, path: Path, faults: Faults) -> None:
    if not values.a_list(value, path, faults, "components, each with its id"):
        return
    seen: set[str] = set()
    for index, item in enumerate(value):
        place = (path, index)
        if not values.an_object(item, place, faults, "a component with its id"):
            continue
        values.names(item, place, faults, _COMPONENT, "a component")
        values.needs(item, "id", place, faults, "X-56")
        key = item.get("id")
        if isinstance(key, str):
            if key in seen:
                add(faults, "X-56", (place, "id"), "must differ from the ids before it in the list", key)
            seen.add(key)


def _component_id(value: Any, path: Path, faults: Faults) -> None:
    if value.__class__ is not str or not value:
        values.wrong(value, path, faults, "X-56", "must be a text that is not empty")


_VERB: values.Checks = {"id": values.iri, "display": values.language_map}
_COMPONENT: values.Checks = {"id": _component_id, "description": values.language_map}
_DEFINITION: values.Checks = {
    "name": values.language_map,
    "description": values.language_map,
    "type": values.iri,
    "moreInfo": values.iri,
    "extensions": values.extensions,
    "interactionType": _interaction_type,
    "correctResponsesPattern": _responses,
    **dict.fromkeys(_LISTS, _components),
}
_ACTIVITY: values.Checks = {
    "objectType": values.fixed("Activity"),
    "id": values.iri,
    "definition": definition,
}
_ATTACHMENT: values.Checks = {
    "usageType": values.iri,
    "display": values.language_map,
    "description": values.language_map,
    "contentType": values.media_type,
    "length": values.size,
    "sha2": values.text,
    "fileUrl": values.iri,
}
