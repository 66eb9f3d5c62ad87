"""Direct uploads: the file goes to storage without passing through the application (section 6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from edu_csv import storage, tenancy
from imports import direct_uploads
from imports.models import DirectUpload
from tests.api.caller import Caller, caller_in
from tests.imports.harness import csv_text

TERMS = "echovideo.terms.v1"
FILE = csv_text(["Name", "Start Date", "End Date"], ["Autumn", "2031-08-18", "2031-12-19"]).encode()


def begin(caller: Caller, size: int = len(FILE)) -> dict[str, Any]:
    answer = caller.post("/uploads", {"name": "terms.csv", "bytes": size})
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def put(caller: Caller, part: dict[str, Any], data: bytes) -> int:
    link = part["url"].replace("http://localhost:8000", "")
    status: int = caller.client.put(link, data, content_type="application/octet-stream").status_code
    return status


def finish(caller: Caller, data: bytes = FILE) -> str:
    body = begin(caller, len(data))
    assert put(caller, body["parts"][0], data) == 200
    done = caller.post(f"/uploads/{body['id']}/complete")
    assert (done.status_code, done.json()["bytes"]) == (200, len(data))
    return str(body["id"])


def test_a_file_is_put_completed_and_imported(caller: Caller) -> None:
    body = begin(caller)
    assert set(body) == {"id", "method", "parts", "part_bytes", "expires_at"}
    assert (body["method"], [part["number"] for part in body["parts"]]) == ("PUT", [1])
    assert put(caller, body["parts"][0], FILE) == 200
    assert len(caller.post(f"/uploads/{body['id']}/complete").json()["sha256"]) == 64
    answer = caller.post("/imports", {"upload_id": body["id"], "format": TERMS, "action": "create"})
    assert answer.status_code == 202
    assert answer.json()["file"]["name"] == "terms.csv"
    caller.tenant.work()
    done = caller.get(answer.json()["links"]["self"]).json()
    assert (done["status"], done["counts"]["created"]) == ("completed", 1)
    assert caller.get(f"/uploads/{body['id']}").json()["import_id"] == done["id"]


def test_a_form_may_name_the_upload_too(caller: Caller) -> None:
    upload = finish(caller)
    answer = caller.ask("post", "/imports", data={"upload_id": upload, "action": "create"})
    assert (answer.status_code, answer.json()["format"]) == (202, TERMS)


def test_completing_before_all_has_come_names_what_is_missing(caller: Caller) -> None:
    body = begin(caller)
    answer = caller.post(f"/uploads/{body['id']}/complete")
    assert (answer.status_code, answer.json()["code"]) == (409, "incomplete_upload")
    assert "part 1" in answer.json()["detail"]
    put(caller, body["parts"][0], FILE)
    assert caller.post(f"/uploads/{body['id']}/complete").status_code == 200
    assert caller.post(f"/uploads/{body['id']}/complete").status_code == 200


@pytest.mark.parametrize(("size", "status"), [(0, 400), (-1, 400), (10**15, 413)])
def test_a_size_that_cannot_be_is_refused(caller: Caller, size: int, status: int) -> None:
    assert caller.post("/uploads", {"name": "x.csv", "bytes": size}).status_code == status


def test_an_upload_that_is_not_complete_unknown_or_used_is_refused(caller: Caller) -> None:
    def import_of(upload: str) -> Any:
        return caller.post("/imports", {"upload_id": upload, "format": TERMS, "action": "create"})

    waiting = begin(caller)["id"]
    assert import_of(waiting).json()["code"] == "incomplete_upload"
    assert import_of("01900000-0000-7000-8000-000000000000").json()["code"] == "unknown_reference"
    upload = finish(caller)
    assert import_of(upload).status_code == 202
    assert import_of(upload).json()["code"] == "already_used"


def test_a_refused_import_leaves_the_upload_for_another_try(caller: Caller) -> None:
    upload = finish(caller)
    wrong = caller.post("/imports", {"upload_id": upload, "format": TERMS, "action": "destroy"})
    assert wrong.status_code == 400
    assert (
        caller.post("/imports", {"upload_id": upload, "format": TERMS, "action": "create"}).status_code == 202
    )


def test_what_is_no_table_is_415_here_too(caller: Caller) -> None:
    upload = finish(caller, b"%PDF-1.7 and more")
    answer = caller.post("/imports", {"upload_id": upload, "format": TERMS, "action": "create"})
    assert answer.status_code == 415


def test_either_a_file_or_an_upload(caller: Caller) -> None:
    assert (
        caller.post("/imports", {"format": TERMS, "action": "create"}).json()["errors"][0]["field"] == "file"
    )
    both = caller.upload(FILE, upload_id=finish(caller), format=TERMS, action="create")
    assert both.status_code == 400


def test_an_upload_of_another_client_is_not_there(caller: Caller) -> None:
    upload = finish(caller)
    other = caller_in(caller.tenant)
    assert other.get(f"/uploads/{upload}").status_code == 404
    assert other.post("/imports", {"upload_id": upload, "action": "create"}).status_code == 400


def test_an_aborted_upload_leaves_nothing(caller: Caller) -> None:
    upload = finish(caller)
    assert caller.delete(f"/uploads/{upload}").status_code == 204
    assert caller.get(f"/uploads/{upload}").status_code == 404
    assert list(storage.list_keys(f"uploads/{caller.tenant.pk}/")) == []


def test_an_upload_that_an_import_has_is_not_taken_away(caller: Caller) -> None:
    upload = finish(caller)
    made = caller.post("/imports", {"upload_id": upload, "format": TERMS, "action": "create"}).json()
    assert caller.delete(f"/uploads/{upload}").status_code == 409
    assert caller.get(f"/imports/{made['id']}/file").status_code == 302


def test_what_never_became_an_import_is_purged(caller: Caller) -> None:
    unfinished, unused, used = begin(caller)["id"], finish(caller), finish(caller)
    caller.post("/imports", {"upload_id": used, "format": TERMS, "action": "create"})
    with tenancy.use_institution(caller.tenant.pk):
        assert direct_uploads.purge(caller.tenant.pk) == 0
        DirectUpload.objects.update(expires_at=timezone.now() - timedelta(days=2))
        assert direct_uploads.purge(caller.tenant.pk) == 2
        assert [str(left.pk) for left in DirectUpload.objects.all()] == [used]
    assert unfinished != unused
    assert len(list(storage.list_keys(f"uploads/{caller.tenant.pk}/"))) == 1
