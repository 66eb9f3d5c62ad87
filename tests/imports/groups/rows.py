"""Rows that say in JSON what they make, a cell for each section, through a template that hands it on as it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from imports.formats.templated import key_of
from imports.models import Import, ImportTemplateVersion
from tests.imports.harness import Tenant, csv_text
from tests.imports.templated.house import load, make_template

SECTIONS = ("people", "groups", "permissions")
AS_SAID = "{" + ", ".join(f'"{name}": {{{{{{columns.{name}}}}}}}' for name in SECTIONS) + "}"
Said = dict[str, list[dict[str, Any]]]


def template(tenant: Tenant, mode: str = "add", name: str = "People and groups") -> ImportTemplateVersion:
    return make_template(tenant, AS_SAID, name=name, kind="groups", variables=[], group_mode=mode)


def load_rows(tenant: Tenant, version: ImportTemplateVersion, *rows: Said, **options: Any) -> Import:
    """Import rows, the first of which is row 2."""
    return load(tenant, version, _file(rows), **options)


def receive_rows(tenant: Tenant, version: ImportTemplateVersion, *rows: Said) -> Import:
    """Queue the same."""
    return tenant.receive(_file(rows), key_of(version.template_id), "")


def _file(rows: Sequence[Said]) -> str:
    cells = ([json.dumps(row.get(name, [])) for name in SECTIONS] for row in rows)
    return csv_text([*SECTIONS], *cells)


def person(custom_id: str = "", name: str = "", *mail: str, **more: Any) -> dict[str, Any]:
    """One of ``people``; each of ``mail`` is a persona."""
    said: dict[str, Any] = {"customId": custom_id, "name": name} | more
    said = {key: value for key, value in said.items() if value != ""}
    return said | ({"personas": [{"mbox": f"mailto:{one}"} for one in mail]} if mail else {})


def group(custom_id: str = "", name: str = "", type_: str = "", **more: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"customId": custom_id, "name": name, "type": type_} | more
    return {key: value for key, value in said.items() if value != ""}


def people(tenant: Tenant) -> dict[str, tuple[str, list[str]]]:
    """By customId, or name: the whole name, and the live personas."""
    found = tenant.query(
        "SELECT coalesce(p.external_id, p.given_name), concat_ws(' ', p.given_name, p.family_name),"
        " array(SELECT i.key FROM roster_persona AS i WHERE i.person_id = p.id AND i.deleted_at IS NULL ORDER BY i.key)"
        " FROM roster_person AS p WHERE p.deleted_at IS NULL"
    )
    return {key: (name, list(keys)) for key, name, keys in found}


def units(tenant: Tenant) -> dict[str, tuple[str, str, list[str]]]:
    """By customId, or name: name, type, parents."""
    found = tenant.query(
        "SELECT coalesce(u.external_id, u.name), u.name, u.type,"
        " array(SELECT coalesce(up.external_id, up.name) FROM unnest(u.parent_ids) WITH ORDINALITY AS p (id, place)"
        "        JOIN roster_org_unit AS up ON up.id = p.id ORDER BY p.place)"
        " FROM roster_org_unit AS u WHERE u.deleted_at IS NULL"
    )
    return {key: (name, type_, list(parents)) for key, name, type_, parents in found}


def members(tenant: Tenant) -> set[tuple[str, str]]:
    """(person, group) of each live membership in org units."""
    return set(
        tenant.query(
            "SELECT coalesce(p.external_id, p.given_name), coalesce(u.external_id, u.name) FROM roster_membership AS m"
            " JOIN roster_person AS p ON p.id = m.person_id JOIN roster_org_unit AS u ON u.id = m.unit_id"
            " WHERE m.deleted_at IS NULL"
        )
    )


def views(tenant: Tenant) -> set[tuple[str, str]]:
    """(who, whose data) of each live permission."""
    return set(
        tenant.query(
            "SELECT coalesce(p.external_id, p.given_name, g.external_id, g.name), coalesce(u.external_id, u.name, 'everyone')"
            " FROM roster_viewing_permission AS v LEFT JOIN roster_person AS p ON p.id = v.grantee_id"
            " LEFT JOIN roster_org_unit AS g ON g.id = v.grantee_id LEFT JOIN roster_org_unit AS u ON u.id = v.org_unit_id"
            " WHERE v.deleted_at IS NULL"
        )
    )


def outcomes(tenant: Tenant, upload: Import) -> dict[int, str]:
    return {planned.row: planned.outcome for planned in tenant.plan(upload)}


def told(tenant: Tenant, upload: Import) -> dict[int, list[str]]:
    """By row, the sentences that it was told."""
    return {planned.row: planned.sentences for planned in tenant.plan(upload) if planned.sentences}
