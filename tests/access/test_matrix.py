"""Every role × type × action × door: who imports what, who exports what, who sees whose jobs.

The tables are written by hand, from echovideo.md 1.1, 1.2, 5.3 and 5.4 and section 6 of the design. No cell is
left unasked, and a format or role that no table names fails the first test. What a role reaches of a type stands in
``test_out_of_reach`` and ``test_parts``.

Commands are the machine's own: whoever may run ``manage.py`` reads the database anyway, so they act as the system,
for no account and no client, and no role changes what they may.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from edu_csv import storage, tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import Actor, Granted, actor_of_account, actor_of_client, system_actor
from edu_csv.access.models import Account, ApiClient, Institution
from edu_csv.access.roles import Role
from edu_csv.ids import uuid7
from edu_csv.roster.models import OrgUnit
from exports import services as exports
from imports import direct_uploads, services
from imports.formats.base import Format
from imports.formats.columns import ACTIONS
from imports.formats.feed import Layout, Package
from imports.formats.registry import formats
from imports.models import DirectUpload
from imports.requests import BadRequest, ImportRequest, NotAllowed
from tests.access.grid import actions, read_grid
from tests.api.caller import Caller
from tests.imports.harness import Tenant, csv_text
from tests.imports.views.conftest import client_of

# C: create, U: update, D: delete. Nobody deletes campuses, buildings or users (1.3, 2.8).
IMPORTS = read_grid("""
                             admin  org_admin  department_admin  scheduler  integration  analyst  command
echovideo.organizations.v1   CUD    CUD        CUD               -          CUD          -        CUD
echovideo.departments.v1     CUD    CUD        CUD               -          CUD          -        CUD
echovideo.campuses.v1        CU     CU         CU                -          CU           -        CU
echovideo.buildings.v1       CU     CU         CU                -          CU           -        CU
echovideo.rooms.v1           CUD    CUD        CUD               -          CUD          -        CUD
echovideo.terms.v1           CUD    CUD        CUD               CUD        CUD          -        CUD
echovideo.courses.v1         CUD    CUD        CUD               CUD        CUD          -        CUD
echovideo.users.v1           CU     CU         CU                -          CU           -        CU
echovideo.sections.v1        CUD    CUD        CUD               CUD        CUD          -        CUD
echovideo.enrollments.v1     CUD    CUD        CUD               -          CUD          -        CUD
echovideo.schedules.v1       CUD    CUD        CUD               CUD        CUD          -        CUD
echovideo.schedules.v2       CUD    CUD        CUD               CUD        CUD          -        CUD
edu-csv.room-devices         U      U          U                 -          U            -        U
activity.media               CUD    -          -                 -          CUD          -        CUD
activity.publications        CUD    -          -                 -          CUD          -        CUD
activity.views               CUD    -          -                 -          CUD          -        CUD
activity.view-events         CD     -          -                 -          CD           -        CD
activity.downloads           CD     -          -                 -          CD           -        CD
activity.presentations       CUD    -          -                 -          CUD          -        CUD
activity.slides              CUD    -          -                 -          CUD          -        CUD
activity.presentation-views  CUD    -          -                 -          CUD          -        CUD
activity.slide-views         CD     -          -                 -          CD           -        CD
activity.confusion           CD     -          -                 -          CD           -        CD
activity.polls               CUD    -          -                 -          CUD          -        CUD
activity.poll-answers        CUD    -          -                 -          CUD          -        CUD
activity.poll-answer-revisions CD     -          -                 -          CD           -        CD
activity.questions           CUD    -          -                 -          CUD          -        CUD
activity.answers             CUD    -          -                 -          CUD          -        CUD
activity.answer-revisions    CD     -          -                 -          CD           -        CD
activity.notes               CUD    -          -                 -          CUD          -        CUD
activity.note-revisions      CD     -          -                 -          CD           -        CD
""")

# Rows of feeds say themselves what they do, to objects of many kinds, so a feed takes a grant on the whole institution.
FEEDS = {"admin", "org_admin", "department_admin", "integration", "command"}

# Schedulers run all exports, for they need the ids (1.2).
EXPORTS = read_grid("""
                             admin  org_admin  department_admin  scheduler  integration  analyst  command
echovideo.organizations.v1   yes    yes        yes               yes        yes          yes      yes
echovideo.departments.v1     yes    yes        yes               yes        yes          yes      yes
echovideo.campuses.v1        yes    yes        yes               yes        yes          yes      yes
echovideo.buildings.v1       yes    yes        yes               yes        yes          yes      yes
echovideo.rooms.v1           yes    yes        yes               yes        yes          yes      yes
echovideo.terms.v1           yes    yes        yes               yes        yes          yes      yes
echovideo.courses.v1         yes    yes        yes               yes        yes          yes      yes
echovideo.users.v1           yes    yes        yes               yes        yes          yes      yes
echovideo.sections.v1        yes    yes        yes               yes        yes          yes      yes
echovideo.enrollments.v1     yes    yes        yes               yes        yes          yes      yes
echovideo.schedules.v1       yes    yes        yes               yes        yes          yes      yes
echovideo.schedules.v2       yes    yes        yes               yes        yes          yes      yes
edu-csv.room-devices         yes    yes        yes               yes        yes          yes      yes
circlein.courses             yes    yes        yes               yes        yes          yes      yes
circlein.users               yes    yes        yes               yes        yes          yes      yes
circlein.enrollments         yes    yes        yes               yes        yes          yes      yes
circlein.package             yes    yes        yes               yes        yes          yes      yes
d2l.orgs                     yes    yes        yes               yes        yes          yes      yes
d2l.users                    yes    yes        yes               yes        yes          yes      yes
d2l.enrollments              yes    yes        yes               yes        yes          yes      yes
d2l.attributes               yes    yes        yes               yes        yes          yes      yes
d2l.package                  yes    yes        yes               yes        yes          yes      yes
""")

# Whose jobs are seen with designated administration off and on: all, own, or no page for them at all. "below": the
# grant is for an org unit.
JOBS = read_grid("""
                         imports-off  imports-on  exports-off  exports-on
admin                    all          all         all          all
admin:below              all          own         all          own
org_admin                all          own         all          own
org_admin:below          all          own         all          own
department_admin         all          own         all          own
department_admin:below   all          own         all          own
scheduler                own          own         own          own
scheduler:below          own          own         own          own
integration              own          own         own          own
integration:below        own          own         own          own
analyst                  none         none        own          own
analyst:below            none         none        own          own
""")

FILE = csv_text(["Name"], ["x"])
COLUMNS = {*(role.value for role in Role), "command"}


def test_the_tables_name_every_format_role_and_action() -> None:
    known = formats().values()
    assert set(IMPORTS) == {
        (fmt.key, column) for fmt in known if fmt.importable and not is_feed(fmt) for column in COLUMNS
    }
    assert set(EXPORTS) == {(fmt.key, column) for fmt in known if fmt.exportable for column in COLUMNS}
    assert {row for row, _ in JOBS} == {f"{role}{at}" for role in Role for at in ("", ":below")}
    assert {column for _, column in JOBS} == {
        f"{job}-{on}" for job in ("imports", "exports") for on in ("off", "on")
    }
    for cell in IMPORTS.values():
        assert actions(cell) <= set(ACTIONS)
    assert set(EXPORTS.values()) <= {"yes", "-"}


@dataclass
class Person:
    """Somebody with one role, at the browser, and a program with the same."""

    tenant: Tenant
    role: Role
    account: Account
    client: ApiClient
    browser: Client
    caller: Caller

    @property
    def actors(self) -> list[Actor]:
        with tenancy.use_institution(self.tenant.pk):
            return [actor_of_account(self.account, self.tenant.pk), actor_of_client(self.client)]


def person_in(tenant: Tenant, role: Role, org_unit: UUID | None = None) -> Person:
    email = f"{uuid4()}@fjord.example"
    account = access.create_account(institution=tenant.pk, email=email, role=role, org_unit=org_unit)
    made = access.create_api_client(institution=tenant.pk, name="SIS", role=role, org_unit=org_unit)
    caller = Caller(tenant, made.key, made.secret)
    return Person(tenant, role, account, made.client, client_of(account), caller)


def kept_file(person: Person) -> DirectUpload:
    """A file that this person has sent to the wizard's first page."""
    id_ = uuid7()
    with tenancy.use_institution(person.tenant.pk):
        kept = storage.put(
            storage.file_key("uploads", person.tenant.pk, id_, name="x.csv"), io.BytesIO(FILE.encode())
        )
        return DirectUpload.objects.create(
            id=id_, institution_id=person.tenant.pk, account=person.account, name="x.csv", bytes=kept.size_bytes,
            key=kept.key, state={"key": kept.key, "size_bytes": kept.size_bytes}, sha256=kept.sha256,
            completed_at=(now := timezone.now()), expires_at=now + direct_uploads.KEPT,
        )  # fmt: skip


def is_feed(fmt: type[Format]) -> bool:
    return issubclass(fmt, Layout | Package)


def cells() -> list[tuple[str, str]]:
    known = [fmt for fmt in formats().values() if fmt.importable and not is_feed(fmt)]
    return [(fmt.key, action) for fmt in known for action in ACTIONS]


def feeds() -> list[str]:
    return [fmt.key for fmt in formats().values() if fmt.importable and is_feed(fmt)]


def table(role: str) -> set[tuple[str, str]]:
    return {
        (key, action) for (key, column), cell in IMPORTS.items() if column == role for action in actions(cell)
    }


@pytest.mark.parametrize("role", list(Role))
def test_the_policy_lets_a_role_import_what_the_table_says_wherever_its_grant_begins(role: Role) -> None:
    for unit in (None, uuid4()):
        actor = Actor(1, "x", account=1, grants=(Granted(role, unit),))
        # What people did lies below no org unit: it takes a grant on the whole institution.
        wanted = {
            (key, action) for key, action in table(role) if unit is None or not formats()[key].needs_whole
        }
        assert {cell for cell in cells() if is_let(actor, *cell)} == wanted


def test_commands_import_what_the_formats_can() -> None:
    assert {cell for cell in cells() if is_let(system_actor(1), *cell)} == table("command")


def is_let(actor: Actor, key: str, action: str) -> bool:
    try:
        services.check_request(actor, ImportRequest(format_key=key, action=action))
    except NotAllowed:
        return False
    except BadRequest as refusal:
        if refusal.code != "unknown_action":
            raise
        return False
    return True


@pytest.mark.parametrize("role", list(Role))
def test_a_feed_takes_a_role_of_the_table_and_the_whole_institution(role: Role) -> None:
    assert feeds()
    for key in feeds():
        assert is_let(Actor(1, "x", account=1, grants=(Granted(role, None),)), key, "") == (role in FEEDS)
        assert not is_let(Actor(1, "x", account=1, grants=(Granted(role, uuid4()),)), key, "")
        assert is_let(system_actor(1), key, "")


@pytest.mark.parametrize("role", list(Role))
def test_the_wizard_takes_what_the_table_says(tenant: Tenant, role: Role) -> None:
    person = person_in(tenant, role)
    offered = person.browser.get("/imports/new/")
    may_any = bool(table(role))
    assert offered.status_code == (200 if may_any else 404)
    html = offered.content.decode()
    assert {key for key, _ in cells() if key in html} == {key for key, _ in table(role)}
    assert {key for key in feeds() if key in html} == (set(feeds()) if role in FEEDS else set())
    taken, upload = set(), kept_file(person)
    for key, action in cells():
        answer = person.browser.post(f"/imports/new/{upload.pk}/", {"format": key, "action": action})
        assert answer.status_code in ((302, 400) if may_any else (404,))
        if answer.status_code == 302:
            taken.add((key, action))
            upload = kept_file(person)
    assert taken == table(role)


@pytest.mark.parametrize("role", list(Role))
def test_the_rest_api_takes_what_the_table_says(tenant: Tenant, role: Role) -> None:
    person = person_in(tenant, role)
    taken = set()
    for key, action in cells():
        answer = person.caller.upload(FILE, format=key, action=action)
        if answer.status_code == 202:
            taken.add((key, action))
            continue
        told = (answer.status_code, answer.json()["code"])
        can = action in formats()[key].actions
        is_theirs = any(key == theirs for theirs, _ in table(role))
        assert told == ((400, "unknown_action") if is_theirs and not can else (403, "not_permitted"))
    assert taken == table(role)


@pytest.mark.parametrize(
    ("key", "action"),
    [
        ("echovideo.campuses.v1", "delete"),
        ("echovideo.users.v1", "delete"),
        ("edu-csv.room-devices", "create"),
    ],
)
def test_the_command_refuses_what_no_format_can(
    tenant: Tenant, tmp_path: Path, key: str, action: str
) -> None:
    file = tmp_path / "x.csv"
    file.write_text(FILE)
    with pytest.raises(CommandError, match=f"got `{action}`"):
        call_command("import_file", str(file), institution=tenant.slug, format=key, action=action)


@pytest.mark.parametrize("role", list(Role))
def test_exports_go_out_by_page_and_api_as_the_table_says(tenant: Tenant, role: Role) -> None:
    person = person_in(tenant, role)
    wanted = {key for (key, column), cell in EXPORTS.items() if column == role and cell == "yes"}
    keys = [fmt.key for fmt in formats().values()]
    by_api = {key for key in keys if person.caller.post("/exports", {"format": key}).status_code == 202}
    by_page = {key for key in keys if person.browser.post("/exports/", {"format": key}).status_code == 302}
    with tenancy.use_institution(tenant.pk):
        asked = {
            actor.account is None: {e.format_key for e in exports.visible_exports(actor)}
            for actor in person.actors
        }
    assert by_api == by_page == wanted
    assert asked[True] >= wanted
    assert asked[False] >= wanted


def test_commands_export_everything(tenant: Tenant) -> None:
    wanted = {key for (key, column), cell in EXPORTS.items() if column == "command" and cell == "yes"}
    with tenancy.use_institution(tenant.pk):
        assert {fmt.key for fmt in exports.exportable_formats(system_actor(tenant.pk))} == wanted


def test_jobs_are_seen_by_page_and_api_as_the_table_says(tenant: Tenant) -> None:
    with tenancy.use_institution(tenant.pk):
        unit = OrgUnit.objects.create(
            institution_id=tenant.pk, type="department", name="Ocean", name_folded="ocean"
        )
    people = {
        f"{role}{at}": person_in(tenant, role, unit.pk if at else None)
        for role in Role
        for at in ("", ":below")
    }
    others = start_jobs(tenant, system_actor(tenant.pk))
    own = {name: [start_jobs(tenant, actor) for actor in person.actors] for name, person in people.items()}
    seen = {}
    for switch in ("off", "on"):
        with tenancy.use_institution(tenant.pk):
            Institution.objects.filter(pk=tenant.pk).update(designated_administration=switch == "on")
        for name, person in people.items():
            for place, kind in enumerate(("imports", "exports")):
                ids = [jobs[place] for jobs in own[name]]
                seen[name, f"{kind}-{switch}"] = sees(person, kind, ids, others[place])
    assert seen == JOBS


def start_jobs(tenant: Tenant, actor: Actor) -> tuple[UUID | None, UUID | None]:
    """(import, export) of whoever may start them."""
    with tenancy.use_institution(tenant.pk):
        try:
            imported: UUID | None = tenant.receive(FILE, "echovideo.terms.v1", actor=actor).pk
        except NotAllowed:
            imported = None
        return imported, exports.request_export(actor, "echovideo.terms.v1").pk


def sees(person: Person, kind: str, own: list[UUID | None], other: UUID | None) -> str:
    """What the doors show: the page and the API agree, their lists and each job alone."""
    by_page, by_api = own
    answers: list[tuple[Any, Callable[[str], Any], str, UUID | None]] = [
        (person.browser.get(f"/{kind}/"), person.browser.get, f"/{kind}/{{}}/", by_page),
        (person.caller.get(f"/{kind}"), person.caller.get, f"/{kind}/{{}}", by_api),
    ]
    found = set()
    for listed, get, address, mine in answers:
        if listed.status_code in (403, 404):
            # An analyst may not even know that there are imports.
            assert {get(address.format(each)).status_code for each in (other, uuid4())} <= {403, 404}
            found.add("none")
            continue
        text = listed.content.decode()
        assert str(mine) in text
        assert get(address.format(mine)).status_code == 200
        alone = get(address.format(other)).status_code
        assert alone == (200 if str(other) in text else 404)
        found.add("all" if alone == 200 else "own")
    assert len(found) == 1, (person.role, kind, found)
    return found.pop()
