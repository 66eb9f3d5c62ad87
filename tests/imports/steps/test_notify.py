"""Mail when an import has ended, to those who may be mailed, once."""

from __future__ import annotations

from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from edu_csv import tenancy
from edu_csv.access.models import Account, Grant, Institution
from imports.models import Import
from imports.steps import notify
from imports.tasks import tell
from tests.imports.harness import Tenant, csv_text

TERMS = "echovideo.terms.v1"
HEADER = ["Name", "Start Date", "End Date"]
AUTUMN = ["Autumn", "2031-08-18", "2031-12-19"]


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


def mails(tenant: Tenant, upload: Import) -> list[mail.EmailMessage]:
    tell()
    return [sent for sent in mail.outbox if str(upload.pk) in str(sent.body)]


def test_the_mail_says_how_it_ended_with_counts_and_address(named: Tenant) -> None:
    upload = load(named, AUTUMN, ["Spring", "x", "y"], name="Nightly", reference="run 7")
    [sent] = mails(named, upload)
    assert sent.to == ["registry@fjord.example"]
    assert sent.subject == "Import done, with failed rows: Nightly"
    assert "Rows: 2 (1 created, 1 failed)" in sent.body
    assert "Reference: run 7" in sent.body
    assert f"/imports/{upload.pk}/" in sent.body


def test_a_refused_file_is_told_with_its_reason(named: Tenant) -> None:
    upload = named.load("Name\nAutumn\n", TERMS, notify=["registry@fjord.example"])
    [sent] = mails(named, upload)
    assert sent.subject == "Import failed: upload.csv"
    assert "`Start Date`" in sent.body


def test_it_is_told_once(named: Tenant) -> None:
    upload = load(named, AUTUMN)
    assert len(mails(named, upload)) == 1
    assert len(mails(named, upload)) == 1


def test_nothing_is_told_before_the_end(named: Tenant) -> None:
    upload = load(named, AUTUMN, mode="preview")
    assert mails(named, upload) == []
    upload = named.approve(upload)
    assert len(mails(named, upload)) == 1


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
            assert not notify.tell(upload.pk)
    assert len(mails(named, upload)) == 1
