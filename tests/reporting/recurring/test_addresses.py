"""Whom a request names, and the addresses that have a secret."""

from __future__ import annotations

import hmac

import pytest
from pytest_django import Settings

from edu_csv import tenancy
from edu_csv.access.models import Account, Institution
from edu_csv.access.roles import Role
from reporting.models import Webhook
from reporting.problems import NotAllowed, Refused
from reporting.tasks import tell
from reporting.telling import asked, webhooks
from reporting.telling.targets import AddressRefused
from reporting.telling.webhooks import InUse
from tests.imports.harness import Tenant, new_tenant
from tests.reporting.recurring.harness import (
    REGISTRY,
    delivery,
    schedule,
    secret,
    sent,
)
from tests.reporting.recurring.receiver import Receiver
from tests.reporting.requests.harness import Clock, made, person


def test_a_new_secret_takes_the_place_of_the_former_one_at_once(
    fjord: Tenant, clock: Clock, receiver: Receiver
) -> None:
    old, new = secret(fjord, receiver.url), secret(fjord, receiver.url)
    assert old != new
    made(fjord, notify=[receiver.url])
    tell()
    [taken] = receiver.taken
    signed = taken.headers["Edu-CSV-Timestamp"].encode() + b"." + taken.body
    assert taken.headers["Edu-CSV-Signature"] == "v1=" + hmac.new(new.encode(), signed, "sha256").hexdigest()


def test_without_its_key_the_secret_is_lost_and_that_is_told(
    fjord: Tenant, clock: Clock, receiver: Receiver, settings: Settings
) -> None:
    secret(fjord, receiver.url)
    settings.SECRET_KEY = "another" * 10
    made(fjord, notify=[receiver.url])
    tell()
    assert receiver.taken == []
    assert "Give the address a new one" in delivery(fjord).tries[0]["why"]


def test_who_gives_a_webhook_a_secret_and_takes_it_away(
    fjord: Tenant, clock: Clock, receiver: Receiver
) -> None:
    ann, ben, admin = person(fjord), person(fjord), person(fjord, Role.ADMIN)
    secret(fjord, receiver.url, ann)
    with tenancy.use_institution(fjord.pk):
        [webhook] = webhooks.visible_webhooks(ben)
        with pytest.raises(NotAllowed, match="made this webhook"):
            webhooks.new_secret(ben, receiver.url)
        with pytest.raises(NotAllowed, match="Your role has no reports"):
            webhooks.new_secret(person(fjord, Role.SCHEDULER), "https://hooks.example/")
        assert not webhooks.new_secret(admin, receiver.url).is_new
        with pytest.raises(AddressRefused):
            webhooks.new_secret(ann, "mailto:a@fjord.example")
    recurring = schedule(fjord, webhook=receiver.url, actor=ben)
    with tenancy.use_institution(fjord.pk):
        with pytest.raises(InUse, match="1 recurring report tells this address"):
            webhooks.delete(ann, webhook)
        recurring.delete()
        with pytest.raises(NotAllowed):
            webhooks.delete(ben, webhook)
        webhooks.delete(ann, webhook)
        assert not Webhook.objects.exists()


def test_a_webhook_of_another_institution_is_none_of_ours(
    fjord: Tenant, clock: Clock, receiver: Receiver
) -> None:
    secret(new_tenant(), receiver.url)
    with tenancy.use_institution(fjord.pk), pytest.raises(Refused, match="has no secret here yet"):
        asked.read({"webhook": receiver.url}, fjord.pk)


READ: list[tuple[object, tuple[str, ...]]] = [
    (None, ()),
    ({}, ()),
    ({"email": None, "webhook": None}, ()),
    ({"email": REGISTRY}, (REGISTRY,)),
    ({"email": [REGISTRY, f" {REGISTRY} "]}, (REGISTRY,)),
]
WRONG: list[tuple[object, list[str]]] = [
    ([], ["obj.notify"]),
    ("me", ["obj.notify"]),
    ({"mail": []}, ["obj.notify.mail"]),
    ({"email": 7}, ["obj.notify.email"]),
    ({"email": [7]}, ["obj.notify.email"]),
    ({"email": [REGISTRY] * 51}, ["obj.notify.email"]),
    ({"email": [REGISTRY, "x", "a@other.example"]}, ["obj.notify.email[1]", "obj.notify.email[2]"]),
    ({"webhook": 7}, ["obj.notify.webhook"]),
    ({"webhook": "https://hooks.example/"}, ["obj.notify.webhook"]),
    ({"webhook": "http://10.0.0.1/", "email": ["x"]}, ["obj.notify.email[0]", "obj.notify.webhook"]),
]


def test_notify_is_read(fjord: Tenant) -> None:
    with tenancy.use_institution(fjord.pk):
        for given, found in READ:
            assert asked.read(given, fjord.pk) == found


def test_what_is_wrong_with_notify_is_told_where_it_is(fjord: Tenant) -> None:
    for given, places in WRONG:
        with tenancy.use_institution(fjord.pk), pytest.raises(Refused) as refused:
            asked.read(given, fjord.pk)
        assert [fault.path for fault in refused.value.faults] == places
        assert {fault.code for fault in refused.value.faults} == {"InvalidNotify"}
        assert all(fault.message for fault in refused.value.faults)


def test_addresses_that_may_not_be_mailed_any_more_are_not(fjord: Tenant, clock: Clock) -> None:
    made(fjord, notify=[REGISTRY])
    with tenancy.use_institution(fjord.pk):
        Institution.objects.filter(pk=fjord.pk).update(notify_domains=[])
    tell()
    assert sent() == []
    notice = delivery(fjord)
    assert notice.state == "given_up"
    assert "neither by now" in notice.tries[0]["why"]


def test_whoever_has_an_account_may_be_mailed(fjord: Tenant, clock: Clock) -> None:
    ann = person(fjord)
    with tenancy.use_institution(fjord.pk):
        address = Account.objects.get(pk=ann.account or 0).email
        Institution.objects.filter(pk=fjord.pk).update(notify_domains=[])
    made(fjord, notify=[address], actor=ann)
    tell()
    assert [mail.to for mail in sent()] == [[address]]
