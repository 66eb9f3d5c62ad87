"""Mail when an import has ended or waits, to those who may be mailed, once."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any, cast
from uuid import UUID

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import F

from edu_csv import tenancy
from edu_csv.access.models import Account, Grant, Institution
from edu_csv.jobs.models import Job
from imports import services
from imports.mails import endings
from imports.mails.story import story as written
from imports.models import Import, Source
from imports.tasks import tell
from imports.undo import give_up
from tests.imports.harness import Tenant, csv_text

TERMS = "echovideo.terms.v1"
HEADER = ["Name", "Start Date", "End Date", "External ID"]
AUTUMN = ["Autumn", "2031-08-18", "2031-12-19", "T-1"]
BAD = ["Spring", "08/09/2031", "2031-12-19", "T-2"]


@pytest.fixture(autouse=True)
def no_mail() -> None:
    mail.outbox = []


@pytest.fixture
def named(tenant: Tenant) -> Tenant:
    """An institution that lets mail go to its own domain."""
    with tenancy.use_institution(tenant.pk):
        Institution.objects.filter(pk=tenant.pk).update(notify_domains=["fjord.example"])
    return tenant


def load(tenant: Tenant, *rows: list[str], **options: Any) -> Import:
    return tenant.load(csv_text(HEADER, *rows), TERMS, notify=["registry@fjord.example"], **options)


def mails(tenant: Tenant, upload: Import) -> list[mail.EmailMultiAlternatives]:
    tell()
    sent = cast("list[mail.EmailMultiAlternatives]", mail.outbox)
    return [each for each in sent if str(upload.pk) in str(each.body)]


def parts(sent: mail.EmailMultiAlternatives) -> tuple[str, str]:
    """The text and the HTML, blanks run together."""
    [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    return " ".join(str(sent.body).split()), " ".join(str(html).split())


def both(sent: mail.EmailMultiAlternatives, *said: str) -> None:
    for part in parts(sent):
        for each in said:
            assert each in part, part


def test_both_parts_say_counts_problems_with_remedy_times_and_addresses(named: Tenant) -> None:
    with tenancy.use_institution(named.pk):
        Institution.objects.filter(pk=named.pk).update(time_zone="Asia/Kolkata")
    upload = load(named, AUTUMN, BAD, name="Nightly", reference="run 7")
    with tenancy.use_institution(named.pk):
        Job.objects.filter(pk=upload.pk).update(
            started_at="2031-08-17T22:36:12Z", finished_at="2031-08-17T22:38:40Z"
        )
    [sent] = mails(named, upload)
    assert sent.to == ["registry@fjord.example"]
    assert sent.subject == "Nightly: 1 created, 1 failed"
    both(sent, "Fjord State University", "upload.csv", "EchoVideo terms", "run 7", "bad_date", "ow 3: ")
    both(sent, "18 Aug 2031, 04:06:12 to 04:08:40 (Asia/Kolkata); 17 Aug 2031, 22:36:12 to 22:38:40 UTC")
    both(sent, f"/imports/{upload.pk}/", "results.csv", "failed.csv", "outcome=failed", "2 min 28 s")
    text, html = parts(sent)
    assert "Done: 1 term created. 1 row could not be applied." in text
    assert "Done: <b>1</b> term created. 1 row could not be applied." in html
    assert "Created: 1 Failed: 1 Rows in all: 2" in text
    assert "Updated" not in text, "what is zero is left out"
    assert "terms: 1 created" in text
    # What is wrong, and what to do about it.
    assert "“08/09/2031”" in text
    assert "spreadsheets often rewrite dates" in text
    assert "spreadsheets often rewrite dates" in html


def test_the_html_part_has_no_style_no_script_and_nothing_from_elsewhere(named: Tenant) -> None:
    upload = load(named, AUTUMN, BAD)
    [sent] = mails(named, upload)
    _, html = parts(sent)
    for never in ("style", "<script", "<img", "<link", "class="):
        assert never not in html
    assert html.startswith("<!doctype html>")


def test_what_a_file_says_is_text_in_the_html_part(named: Tenant) -> None:
    upload = load(named, ["Autumn", "<b>soon</b>", "2031-12-19", "T-1"], name="<i>Nightly</i>")
    [sent] = mails(named, upload)
    text, html = parts(sent)
    assert "<b>soon" in text
    assert "<b>soon" not in html
    assert "&lt;b&gt;soon" in html
    assert "<i>" not in html


def test_nothing_to_change_and_nothing_that_can_be_applied_are_said_so(named: Tenant) -> None:
    load(named, AUTUMN)
    again = load(named, AUTUMN, name="Again")
    none = load(named, BAD, name="None")
    [unchanged], [failed] = mails(named, again), mails(named, none)
    assert unchanged.subject == "Again: nothing to change in 1 row"
    assert failed.subject == "None: its one row cannot be applied"


def test_a_refused_file_is_told_with_its_reason(named: Tenant) -> None:
    upload = named.load("Name\nAutumn\n", TERMS, notify=["registry@fjord.example"])
    [sent] = mails(named, upload)
    assert sent.subject == "upload.csv: refused, nothing was changed"
    both(sent, "“Start Date”", "Nothing was changed.")
    assert "results.csv" not in str(sent.body)


def test_a_cancelled_import_is_told(named: Tenant) -> None:
    upload = load(named, AUTUMN, mode="preview")
    with tenancy.use_institution(named.pk):
        services.cancel(named.actor, upload)
    [sent] = mails(named, upload)
    assert sent.subject == "upload.csv: cancelled, nothing was changed"


def test_it_is_told_once(named: Tenant) -> None:
    upload = load(named, AUTUMN)
    assert len(mails(named, upload)) == 1
    assert len(mails(named, upload)) == 1


def test_a_plan_that_waits_is_told_and_then_how_it_ended(named: Tenant) -> None:
    upload = load(named, AUTUMN, BAD, mode="preview")
    [waits] = mails(named, upload)
    assert waits.subject == "upload.csv waits for approval: 1 to create, 1 failed"
    both(waits, "Nothing has changed yet.", "Review the plan")
    upload = named.approve(upload)
    [_, done] = mails(named, upload)
    assert done.subject == "upload.csv: 1 created, 1 failed"
    both(done, "Approved by")
    assert len(mails(named, upload)) == 2


def test_an_undone_import_is_told_after_its_end(named: Tenant) -> None:
    upload = load(named, AUTUMN)
    assert len(mails(named, upload)) == 1
    upload = named.undo(upload)
    [_, undone] = mails(named, upload)
    assert undone.subject == "upload.csv: undone, 1 removed again"
    both(undone, "Undone: 1 removed again.", "The roster is as it was before this import.")
    assert len(mails(named, upload)) == 2


def test_an_import_that_is_undone_again_is_told_again(named: Tenant) -> None:
    upload = load(named, AUTUMN)
    assert len(mails(named, upload)) == 1
    header = ["Term ID", *HEADER, "Exclusion Dates"]
    later = named.load(csv_text(header, ["T-1", "Late", *AUTUMN[1:], ""]), TERMS, "update")
    assert later.counts["updated"] == 1
    upload = named.undo(upload)
    assert [undone.subject for undone in mails(named, upload)[1:]] == [
        "upload.csv: undone, there was nothing to take back"
    ]
    named.undo(later)
    # One that fails tells nothing.
    with tenancy.use_institution(named.pk):
        asked = services.void(named.actor, upload, services.UndoRequest())
        assert asked.void is not None
        give_up(UUID(asked.void["job"]))
        Job.objects.filter(pk=asked.void["job"]).update(state="ended", status="failed")
    assert len(mails(named, upload)) == 2
    upload = named.undo(upload)
    assert [undone.subject for undone in mails(named, upload)[2:]] == ["upload.csv: undone, 1 removed again"]
    assert len(mails(named, upload)) == 3


def test_nothing_is_told_before_the_end(named: Tenant) -> None:
    upload = named.receive(csv_text(HEADER, AUTUMN), TERMS, notify=["registry@fjord.example"])
    assert mails(named, upload) == []


def source_of(tenant: Tenant, *notify: str) -> UUID:
    with tenancy.use_institution(tenant.pk):
        made = Source.objects.create(
            institution_id=tenant.pk, name="Banner nightly", slug="banner", login=f"{tenant.slug}-banner",
            family="echovideo", action="create", notify=list(notify),
        )  # fmt: skip
    return made.pk


def test_subscribers_of_a_source_are_told_of_its_imports_each_once(named: Tenant) -> None:
    source = source_of(named, "registry@fjord.example", "Desk@fjord.example", "stranger@elsewhere.example")
    upload = load(named, AUTUMN)
    silent = named.load(csv_text(HEADER, AUTUMN), TERMS)
    with tenancy.use_institution(named.pk):
        Import.objects.filter(pk__in=[upload.pk, silent.pk]).update(source_id=source)
    assert sorted(sent.to for sent in mails(named, upload)) == [
        ["Desk@fjord.example"],
        ["registry@fjord.example"],
    ]
    [sent, _] = mails(named, silent)
    assert sent.subject == "Banner nightly: nothing to change in 1 row"
    both(sent, "Banner nightly", f"/sources/{source}/")


def test_strangers_are_not_mailed_and_accounts_of_the_institution_are(tenant: Tenant) -> None:
    with tenancy.use_institution(tenant.pk):
        account = Account.objects.create_account(email=f"{tenant.slug}@elsewhere.example", password=None)
        Grant.objects.create(institution_id=tenant.pk, account=account, role="admin")
    upload = tenant.load(
        csv_text(HEADER, AUTUMN), TERMS, notify=["stranger@elsewhere.example", account.email.upper()]
    )
    assert [sent.to for sent in mails(tenant, upload)] == [[account.email.upper()]]


def test_a_file_name_begins_no_header_of_the_mail(named: Tenant) -> None:
    upload = load(named, AUTUMN, file_name="terms\r\nBcc: everyone@elsewhere.example.csv")
    [sent] = mails(named, upload)
    assert sent.recipients() == ["registry@fjord.example"]
    assert "\n" not in sent.subject
    assert sent.message()["Bcc"] is None


def test_a_mail_server_that_was_away_is_tried_again(named: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        raise SMTPServerDisconnected("gone")

    upload = load(named, AUTUMN)
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", away)
        with tenancy.use_institution(named.pk):
            assert not endings.tell(upload.pk)
    assert named.fresh(upload).job.status == "completed"
    assert len(mails(named, upload)) == 1


def test_who_has_the_mail_gets_no_second_when_the_server_goes_away_in_between(
    named: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = EmailBackend.send_messages

    def away_for_b(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        if messages[0].to == ["b@fjord.example"]:
            raise SMTPServerDisconnected("gone")
        return honest(self, messages)

    upload = named.load(
        csv_text(HEADER, AUTUMN), TERMS, notify=["a@fjord.example", "b@fjord.example", "c@fjord.example"]
    )
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", away_for_b)
        assert [sent.to for sent in mails(named, upload)] == [["a@fjord.example"]]
    assert [sent.to[0][0] for sent in mails(named, upload)] == ["a", "b", "c"]


def test_an_address_that_the_server_refuses_keeps_nobody_from_their_mail(
    named: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = EmailBackend.send_messages

    def refuses_a(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        if messages[0].to == ["a@fjord.example"]:
            raise SMTPRecipientsRefused({"a@fjord.example": (550, b"no such mailbox")})
        return honest(self, messages)

    upload = named.load(csv_text(HEADER, AUTUMN), TERMS, notify=["a@fjord.example", "b@fjord.example"])
    monkeypatch.setattr(EmailBackend, "send_messages", refuses_a)
    assert [sent.to for sent in mails(named, upload)] == [["b@fjord.example"]]
    assert len(mails(named, upload)) == 1


def test_what_ended_long_ago_is_not_told_any_more(named: Tenant) -> None:
    upload = load(named, AUTUMN)
    with tenancy.use_institution(named.pk):
        job = Job.objects.get(pk=upload.pk)
        assert job.finished_at is not None
        job.finished_at -= endings.TRIED_FOR + timedelta(minutes=1)
        job.save(update_fields=["finished_at"])
    assert mails(named, upload) == []


def test_a_mail_that_could_not_be_written_is_tried_again_and_stops_no_other(
    named: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = load(named, AUTUMN, name="Broken"), load(named, AUTUMN, name="Sound")

    def story(upload: Import, institution: Institution) -> Any:
        if upload.pk == broken.pk:
            raise KeyError("a figure that is missing")
        return written(upload, institution)

    with monkeypatch.context() as faulty:
        faulty.setattr(endings, "story", story)
        assert len(mails(named, sound)) == 1
        assert named.fresh(broken).told_status == ""
    assert len(mails(named, broken)) == 1
    assert len(mails(named, sound)) == 1


def test_a_worker_that_dies_while_it_tells_is_followed_by_another_later_and_nobody_gets_two(
    named: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = EmailBackend.send_messages

    def killed_at_b(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        if messages[0].to == ["b@fjord.example"]:
            raise SystemExit
        return honest(self, messages)

    upload = named.load(csv_text(HEADER, AUTUMN), TERMS, notify=["a@fjord.example", "b@fjord.example"])
    with monkeypatch.context() as killed, tenancy.use_institution(named.pk):
        killed.setattr(EmailBackend, "send_messages", killed_at_b)
        with pytest.raises(SystemExit):
            endings.tell(upload.pk)
    # As long as it might be alive, nobody else is at it.
    assert [sent.to for sent in mails(named, upload)] == [["a@fjord.example"]]
    with tenancy.use_institution(named.pk):
        Import.objects.filter(pk=upload.pk).update(told_at=F("told_at") - endings.CLAIMED_FOR)
    assert [sent.to[0][0] for sent in mails(named, upload)] == ["a", "b"]
    assert len(mails(named, upload)) == 2
