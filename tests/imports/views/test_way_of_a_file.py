"""From the upload to the undo by plain forms, as a browser without script goes."""

from __future__ import annotations

import io
import re

from django.test import Client

from edu_csv import tenancy
from edu_csv.access.models import AuditEvent
from imports.formats.registry import formats
from tests.imports.harness import ECHOVIDEO, Tenant, csv_text, sample

TERMS = "echovideo.terms.v1"


def send(client: Client, text: str, name: str = "terms.csv", **fields: str) -> str:
    """Post a file with the plain form; returns the address of the second step."""
    file = io.BytesIO(text.encode())
    file.name = name
    answer = client.post("/imports/new/", {"file": file, **fields})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden values of the foot bar's form."""
    form = html.split('id="approve"')[1].split("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def make_plan(client: Client, tenant: Tenant, text: str, chosen: str = "", **choices: str) -> str:
    """Both steps of the wizard and the worker; returns the import's address. chosen: in the second step's address."""
    step = send(client, text)
    step += f"{'&' if '?' in step else '?'}{chosen}" if chosen else ""
    page = client.get(step)
    assert page.status_code == 200
    answer = client.post(step, {**hidden_fields(page.content.decode()), **choices})
    assert answer.status_code == 302, answer.content.decode()
    tenant.work()
    return str(answer["Location"])


def test_a_file_goes_from_upload_to_plan_to_result_to_undo_by_plain_forms(
    tenant: Tenant, person: Client
) -> None:
    address = make_plan(person, tenant, sample(formats()[TERMS]))

    plan = person.get(address).content.decode()
    assert "Waiting for your approval" in plan
    assert "Approve 2 changes" in plan
    assert tenant.query("SELECT count(*) FROM roster_term") == [(0,)]

    approved = person.post(f"{address}approve/", hidden_fields(plan))
    assert (approved.status_code, approved["Location"]) == (302, address)
    assert "Nothing has changed yet." in person.get(address).content.decode()
    tenant.work()

    result = person.get(address).content.decode()
    assert "Done: <b>2</b> terms created." in result
    assert "The count adds up" in result
    assert tenant.query("SELECT count(*) FROM roster_term WHERE deleted_at IS NULL") == [(2,)]

    preview = person.get(f"{address}undo/").content.decode()
    assert "Undoing takes back <b>2</b> of 2 changes" in preview
    assert person.post(f"{address}undo/").status_code == 302
    tenant.work()
    assert "Undone: 2 removed again." in person.get(address).content.decode()
    assert tenant.query("SELECT count(*) FROM roster_term WHERE deleted_at IS NULL") == [(0,)]
    with tenancy.use_institution(tenant.pk):
        verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["upload.received", "import.created", "import.approved", "import.undone"]


def test_the_samples_go_through_the_wizard_in_order(tenant: Tenant, person: Client) -> None:
    for key in ECHOVIDEO:
        # New departments and changed organizations have the same columns: there the person says which.
        said = f"format={key}&action=create" if key == "echovideo.departments.v1" else ""
        address = make_plan(person, tenant, sample(formats()[key]), said, mode="apply")
        assert "Completed" in person.get(address).content.decode(), key


def test_the_list_shows_an_import_with_its_counts(loaded: Tenant, person: Client) -> None:
    loaded.load(csv_text(["Name"], ["x"]), TERMS)
    html = person.get("/imports/").content.decode()
    assert "EchoVideo enrollments · create" in html
    assert "2 created" in html
    assert "Refused" in html


def test_the_files_of_a_result_can_be_had_and_sent_back(tenant: Tenant, person: Client) -> None:
    text = csv_text(
        ["Name", "Start Date", "End Date"], ["Good", "2031-08-18", "2031-12-19"], ["Bad", "soon", "x"]
    )
    upload = tenant.load(text, TERMS, file_name="terms.csv")
    for name, rows in {"results.csv": 2, "failed.csv": 1}.items():
        answer = person.get(f"/imports/{upload.pk}/{name}", follow=True)
        assert f"terms-{name}" in answer["Content-Disposition"]
        body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # of a test's answer
        assert len(body.splitlines()) == rows + 1
    answer = person.get(f"/imports/{upload.pk}/file/", follow=True)
    assert b"".join(answer.streaming_content).decode() == text  # type: ignore[attr-defined]  # of a test's answer


def test_an_import_that_was_refused_has_no_results_and_says_why(tenant: Tenant, person: Client) -> None:
    upload = tenant.load(csv_text(["Name"], ["x"]), TERMS)
    html = person.get(f"/imports/{upload.pk}/results.csv", follow=True).content.decode()
    assert "This import has no rows to report" in html
    assert "Start Date" in html


def test_the_list_tells_the_number_that_scripts_know_and_finds_an_import_by_it(
    tenant: Tenant, person: Client
) -> None:
    first, second = (tenant.load(sample(formats()[TERMS]), TERMS, file_name="my.csv") for _ in range(2))
    page = person.get("/imports/?waiting=0").content.decode()
    assert f"No. {first.number} · " in page
    found = person.get(f"/imports/?waiting=0&q={second.number}").content.decode()
    assert f"/imports/{second.pk}/" in found
    assert f"/imports/{first.pk}/" not in found
    assert person.get(f"/imports/?q={'9' * 40}").status_code == 200
