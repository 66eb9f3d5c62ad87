"""Erasing somebody whom a template's rows told of: personas, permissions, plans and their journal (design section 11)."""

from __future__ import annotations

from edu_csv import tenancy
from imports.erasure import erase_person
from tests.imports.groups.rows import group, load_rows, members, people, person, template, views
from tests.imports.harness import Tenant


def test_personas_and_permissions_go_with_somebody_and_nothing_tells_of_them(tenant: Tenant) -> None:
    version = template(tenant)
    upload = load_rows(
        tenant,
        version,
        {
            "groups": [group("g", "G", "Team")],
            "people": [person("p", "Kofi Mensah", "kofi@example.edu", "k@example.edu", groups=["g"])],
            "permissions": [{"person": "p", "canView": {"everyone": True}}],
        },
        {"people": [person("q", "Lena Vogt", "lena@example.edu", groups=["g"])]},
    )
    load_rows(tenant, version, {"people": [person("p", "Kofi Owu")]})
    with tenancy.use_institution(tenant.pk):
        erased = erase_person(tenant.pk, "kofi@example.edu")
        erase_person(tenant.pk, str(erased["person"]))
    assert people(tenant) == {"q": ("Lena Vogt", ["mbox:mailto:lena@example.edu"])}
    assert (members(tenant), views(tenant)) == ({("q", "g")}, set())
    everything = repr(
        [
            tenant.dump(),
            tenant.query("SELECT to_jsonb(o)::text FROM roster_persona AS o"),
            tenant.query("SELECT to_jsonb(o)::text FROM roster_viewing_permission AS o"),
            tenant.query("SELECT before::text, after::text FROM roster_change"),
            tenant.query("SELECT before::text, after::text FROM imports_plan_change"),
            tenant.query("SELECT cells::text, problems::text FROM imports_plan_row"),
        ]
    )
    for word in ("Kofi", "Mensah", "Owu", "kofi@", "k@example"):
        assert word not in everything, word
    assert "Lena" in everything
    # What is erased does not come back.
    tenant.undo(upload)
    assert "Kofi" not in repr(tenant.dump())
