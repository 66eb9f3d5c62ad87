"""``/sources`` over REST: set up by administrators, fed by the API client whose it is."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.models import ApiClient, AuditEvent, IdempotentRequest
from imports.models import Source
from imports.sources import manage, pickup
from tests.api.caller import Caller, caller_in
from tests.imports.feed.packing import D2L_ORGS, package
from tests.imports.harness import Tenant
from tests.sources.feeding import courses
from tests.sources.ssh import make_key

NEW = {"name": "Banner nightly", "slug": "banner", "family": "echovideo", "action": "create"}


@pytest.fixture
def admin(tenant: Tenant) -> Caller:
    return caller_in(tenant)


@pytest.fixture
def program(tenant: Tenant) -> Caller:
    return caller_in(tenant, "integration", name="Banner")


def make(admin: Caller, **given: Any) -> dict[str, Any]:
    answer = admin.post("/sources", {**NEW, **given})
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def put(caller: Caller, source: dict[str, Any], name: str, content: bytes) -> Any:
    return caller.ask(
        "put", f"/sources/{source['id']}/inbox/{name}", data=content, content_type="application/octet-stream"
    )


def pick_up(admin: Caller, source: dict[str, Any]) -> None:
    while pickup.pickup(admin.tenant.pk, source["id"]):
        admin.tenant.work()


def test_a_source_is_made_listed_and_changed(admin: Caller) -> None:
    made = make(admin)
    assert made["login"] == f"{admin.tenant.slug}-banner"
    assert (made["has_password"], made["keys"], made["used_bytes"]) == (False, [], 0)
    assert made["limits"]["quota_bytes"] == 20 << 30
    assert admin.results("/sources") == [made]
    changed = admin.ask(
        "patch",
        f"/sources/{made['id']}",
        data={
            "mode": "preview",
            "expected": {"days": ["FR", "MO"], "by": "07:00"},
            "limits": {"quota_bytes": 1000},
        },
        content_type="application/json",
    ).json()
    assert changed["mode"] == "preview"
    assert changed["expected"] == {"days": ["MO", "FR"], "by": "07:00", "grace_minutes": 60}
    assert changed["limits"]["quota_bytes"] == 1000
    with tenancy.use_institution(admin.tenant.pk):
        assert AuditEvent.objects.filter(verb="source.changed", target="Banner nightly").exists()


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"name": " "}, "name", "required"),
        ({"slug": "no blanks"}, "slug", "bad_value"),
        ({"family": "banner"}, "family", "bad_enum"),
        ({"action": ""}, "action", "required"),
        ({"family": "d2l"}, "action", "unknown_action"),
        ({"mode": "guess"}, "mode", "bad_enum"),
        ({"switches": {"user_key": "username"}}, "switches", "unknown_field"),
        ({"family": "d2l", "action": "", "switches": {"user_key": "email"}}, "switches", "bad_enum"),
        ({"family": "d2l", "action": "", "switches": {"validate_only": True}}, "switches", "unknown_field"),
        ({"expected": {"days": ["XX"], "by": "07:00"}}, "expected", "bad_enum"),
        ({"expected": {"by": "7 o'clock"}}, "expected", "bad_value"),
        ({"expected": {"by": "07:00", "grace_minutes": -1}}, "expected", "bad_value"),
        ({"limits": {"rows": 5}}, "limits", "unknown_field"),
        ({"limits": {"shrink_percent": 101}}, "limits", "bad_value"),
        ({"limits": {"quota_bytes": "many"}}, "limits", "bad_value"),
        ({"notify": ["nobody"]}, "notify", "bad_value"),
        ({"notify": ["dean@elsewhere.example"]}, "notify", "bad_value"),
        ({"client": "ek_none"}, "client", "unknown_reference"),
        ({"watched_folder": "../other"}, "watched_folder", "bad_value"),
        ({"watched_prefix": "a//b"}, "watched_prefix", "bad_value"),
        ({"colour": "red"}, "colour", "unknown_field"),
    ],
)
def test_what_is_wrong_with_a_field_is_told_at_the_field(
    admin: Caller, given: dict[str, Any], field: str, code: str
) -> None:
    answer = admin.post("/sources", {**NEW, **given})
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert (error["field"].partition(".")[0], error["code"]) == (field, code)


def test_no_two_sources_share_a_name_or_a_log_in(admin: Caller) -> None:
    make(admin)
    assert admin.post("/sources", NEW).json()["code"] == "taken"
    assert admin.post("/sources", {**NEW, "slug": "other"}).json()["errors"][0]["field"] == "name"


def test_log_ins_of_two_institutions_may_not_come_out_the_same(admin: Caller) -> None:
    """The slugs are joined by a hyphen, and may have some of their own."""
    made = make(admin, slug="x-y")
    slug = f"{admin.tenant.slug}-x"
    neighbour = caller_in(Tenant(access.create_institution(name=slug, slug=slug).pk, slug))
    answer = neighbour.post("/sources", {**NEW, "slug": "y"})
    assert (answer.status_code, answer.json()["code"]) == (400, "taken")
    assert made["login"] in answer.json()["detail"]


def test_a_password_is_shown_once_and_kept_hashed(admin: Caller) -> None:
    made = make(admin)
    answer = admin.ask("put", f"/sources/{made['id']}/password")
    password = answer.json()["password"]
    assert answer.json()["login"] == made["login"]
    assert len(password) >= 24
    found = admin.get(f"/sources/{made['id']}")
    assert found.json()["has_password"] is True
    assert password not in found.content.decode()
    with tenancy.use_institution(admin.tenant.pk):
        source = Source.objects.get(pk=made["id"])
        assert password not in source.password
        assert manage.is_password(source, password)
        assert not IdempotentRequest.objects.filter(body__icontains=password).exists()
        assert password not in str(list(AuditEvent.objects.values_list("detail", flat=True)))
    admin.delete(f"/sources/{made['id']}/password")
    assert admin.get(f"/sources/{made['id']}").json()["has_password"] is False


def test_keys_come_and_go(admin: Caller, tmp_path: Any) -> None:
    made, line = make(admin), make_key(tmp_path / "key")
    key = admin.post(f"/sources/{made['id']}/keys", {"key": line})
    assert key.status_code == 201, key.content
    fingerprint = key.json()["fingerprint"]
    assert fingerprint.startswith("SHA256:")
    assert [each["fingerprint"] for each in admin.get(f"/sources/{made['id']}").json()["keys"]] == [
        fingerprint
    ]
    gone = admin.ask("delete", f"/sources/{made['id']}/keys", query_params={"fingerprint": fingerprint})
    assert gone.status_code == 204
    assert admin.get(f"/sources/{made['id']}").json()["keys"] == []


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----", "private_key"),
        ("ssh-ed25519 AAAA", "bad_value"),
        ('command="id" ssh-ed25519 AAAA', "bad_value"),
        ("ssh-dss AAAA", "bad_value"),
        ("nonsense", "bad_value"),
    ],
)
def test_what_is_no_public_key_is_refused(admin: Caller, key: str, code: str) -> None:
    answer = admin.post(f"/sources/{make(admin)['id']}/keys", {"key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_file_is_put_imported_and_its_answer_fetched(admin: Caller, program: Caller) -> None:
    source = make(admin, client=program.key)
    answer = put(program, source, "courses.csv", courses("LAW1") + b",No code,C-9\n")
    assert answer.status_code == 201, answer.content
    assert (answer.json()["state"], answer.json()["folder"]) == ("complete", "incoming")
    pick_up(admin, source)
    found = program.results(f"/sources/{source['id']}/files", folder="processed")
    assert sorted(file["name"].partition("-")[2] for file in found) == [
        "courses.csv",
        "courses.csv.failed.csv",
        "courses.csv.log",
    ]
    log = next(file for file in found if file["name"].endswith(".log"))
    link = program.get(log["file"])
    assert link.status_code == 302
    address = link["Location"].replace("http://localhost:8000", "")
    content = b"".join(cast("Any", program.client.get(address)).streaming_content)
    assert b"1 created, 1 failed" in content
    [own] = [file for file in found if file["sent_as"] == "courses.csv"]
    assert program.get(f"/imports/{own['import_id']}").json()["counts"]["created"] == 1


def test_a_form_puts_a_file_too_and_a_repetition_puts_it_once(admin: Caller, program: Caller) -> None:
    source = make(admin, client=program.key)
    path = f"/sources/{source['id']}/inbox/courses.csv"
    for _ in range(2):
        file = SimpleUploadedFile("other.csv", courses("LAW1"))
        answer = program.ask("post", path, {"Idempotency-Key": "night-1"}, data={"file": file})
        assert answer.status_code == 201, answer.content
    assert [file["name"] for file in program.results(f"/sources/{source['id']}/files")] == ["courses.csv"]


def test_a_program_sees_and_feeds_its_own_source_alone(admin: Caller, program: Caller) -> None:
    own, other = make(admin, client=program.key), make(admin, name="Other", slug="other")
    assert [source["id"] for source in program.results("/sources")] == [own["id"]]
    assert program.get(f"/sources/{other['id']}").status_code == 404
    assert put(program, other, "courses.csv", b"x").status_code == 404
    for refused in (
        program.post("/sources", NEW),
        program.ask(
            "patch", f"/sources/{own['id']}", data={"mode": "apply"}, content_type="application/json"
        ),
        program.ask("put", f"/sources/{own['id']}/password"),
        program.delete(f"/sources/{own['id']}/password"),
        program.post(f"/sources/{own['id']}/keys", {"key": "x"}),
        program.ask("delete", f"/sources/{own['id']}/keys", query_params={"fingerprint": "x"}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")


def test_only_a_client_of_the_whole_institution_feeds_a_source(admin: Caller) -> None:
    admin.import_(package(D2L_ORGS), file_name="night.zip", format="d2l.package")
    [unit] = admin.results("/departments")
    part = caller_in(admin.tenant, "integration", org_unit=unit["id"], name="Of a part")
    analyst = caller_in(admin.tenant, "analyst", name="Reads only")
    for client in (part, analyst):
        answer = admin.post("/sources", {**NEW, "client": client.key})
        assert answer.status_code == 400, answer.content
        assert [error["field"] for error in answer.json()["errors"]] == ["client"]
        assert "may not send files for the whole institution" in answer.json()["errors"][0]["detail"]
    own = make(admin)
    with tenancy.use_institution(admin.tenant.pk):
        # Named before this was asked.
        Source.objects.update(client=ApiClient.objects.get(key=part.key))
    assert part.results("/sources") == []
    assert put(part, own, "courses.csv", courses("LAW1")).status_code == 404


def test_an_administrator_of_a_part_sets_up_no_source(tenant: Tenant) -> None:
    part = caller_in(tenant, "org_admin")
    assert part.results("/sources") == []
    assert part.post("/sources", NEW).status_code == 403


@pytest.mark.parametrize(
    ("name", "limits", "content", "status", "code"),
    [
        ("a.csv", {"max_file_bytes": 10}, b"x" * 11, 413, "too_large"),
        ("a.csv", {"quota_bytes": 10}, b"x" * 11, 413, "quota"),
        ("%2E%2E", {}, b"x", 400, "bad_name"),
        ("a%5Cb.csv", {}, b"x", 400, "bad_name"),
        ("x" * 201, {}, b"x", 400, "long_name"),
        ("CAPS.ZIP", {}, b"x", 400, "unexpected_name"),
        ("a.csv.part", {}, b"x", 400, "unexpected_name"),
    ],
)
def test_what_cannot_be_put_is_refused_with_its_reason(
    admin: Caller, name: str, limits: dict[str, int], content: bytes, status: int, code: str
) -> None:
    source = make(admin, limits=limits)
    for answer in (
        put(admin, source, name, content),
        admin.ask(
            "post", f"/sources/{source['id']}/inbox/{name}", data={"file": SimpleUploadedFile("f", content)}
        ),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert admin.results(f"/sources/{source['id']}/files") == []
    assert admin.get(f"/sources/{source['id']}").json()["last_problem"] != ""


def test_a_source_that_is_switched_off_answers_409(admin: Caller) -> None:
    source = make(admin, is_enabled=False)
    answer = put(admin, source, "a.csv", b"x")
    assert (answer.status_code, answer.json()["code"]) == (409, "source_disabled")
    assert "switched off" in answer.json()["detail"]


def test_a_waiting_file_is_taken_back_and_one_being_imported_is_not(admin: Caller) -> None:
    source = make(admin)
    put(admin, source, "a.csv", courses("LAW1"))
    assert admin.delete(f"/sources/{source['id']}/inbox/a.csv").status_code == 204
    assert admin.delete(f"/sources/{source['id']}/inbox/a.csv").status_code == 404
    put(admin, source, "b.csv", courses("LAW1"))
    pickup.pickup(admin.tenant.pk, source["id"])
    assert admin.delete(f"/sources/{source['id']}/inbox/b.csv").status_code == 409


def test_a_list_of_files_is_walked_in_pages_both_ways(admin: Caller) -> None:
    source = make(admin)
    for number in range(5):
        put(admin, source, f"{number}.csv", b"x")
    path = f"/sources/{source['id']}/files"
    first = admin.get(path, limit="2").json()
    second = admin.get(first["next"]).json()
    assert [file["name"][0] for file in first["results"] + second["results"]] == ["4", "3", "2", "1"]
    assert admin.get(second["previous"]).json()["results"] == first["results"]


def test_circlein_is_switched_on_after_courses_and_enrollments_went_well(admin: Caller) -> None:
    source = make(admin, family="circlein", action="")
    answer = admin.ask(
        "patch",
        f"/sources/{source['id']}",
        data={"automation_enabled": True},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "not_ready")
    assert "an import of Courses and of Enrollments has to end without errors" in answer.json()["detail"]


def test_who_is_mailed_about_a_source_sees_it_and_none_of_its_files(tenant: Tenant, admin: Caller) -> None:
    account = access.create_account(
        institution=tenant.pk, email="dean@edu.example", role="org_admin", password="a long enough password"
    )
    source = make(admin, notify=["dean@edu.example"])
    put(admin, source, "a.csv", b"x")
    [file] = admin.results(f"/sources/{source['id']}/files")
    client = Client()
    client.force_login(account)
    assert [each["id"] for each in client.get("/api/v1/sources").json()["results"]] == [source["id"]]
    for address in (f"/api/v1/sources/{source['id']}/files", file["file"]):
        refused = client.get(address)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
